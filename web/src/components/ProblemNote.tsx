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

/** What went wrong, where, and the remedy, in the server's own words; with a way to try again. */
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
      {retry !== undefined && (
        <button type="button" className="button" onClick={retry}>
          {t('retry')}
        </button>
      )}
    </section>
  );
}
