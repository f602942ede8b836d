import zh from '../i18n/zh-CN/shell';
import en from '../i18n/en/shell';
import { problemOf } from '../lib/api';
import { either, words } from '../lib/language';

const t = words(zh, en);

interface NoteProps {
  error: unknown;
  retry?: () => void;
  /** What could not be done, where it is not that something cannot be shown. */
  title?: string;
}

/** Whether asking once more may be answered otherwise: a question that is itself wrong, or may not be asked, is refused again. */
function mayPass(status: number | undefined): boolean {
  return status === undefined || status >= 500 || status === 408 || status === 429;
}

/** What went wrong, where, and the remedy, in the server's own words; with a way to try again where that can help. */
export function ProblemNote({ error, retry, title }: NoteProps) {
  const problem = problemOf(error);
  const lines =
    problem === null
      ? [error instanceof Error ? error.message : t('broken_what')]
      : problem.findings.map((one) => either(one.zh, one.en));
  return (
    <section className="note note-bad" role="alert">
      <h2>{title ?? t('problem')}</h2>
      {lines.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {retry !== undefined && mayPass(problem?.status) && (
        <button type="button" className="button" onClick={retry}>
          {t('retry')}
        </button>
      )}
    </section>
  );
}
