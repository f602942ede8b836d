import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';

import type { EntryBody } from '../../client';
import { getEntryOptions } from '../../client/@tanstack/react-query.gen';
import { language } from '../../app/boot';
import { useFigureLink } from '../../components/Figure';
import { ProblemNote } from '../../components/ProblemNote';
import { ReceiptFile } from '../../components/ReceiptFile';
import { Waiting } from '../../components/Waiting';
import { either } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import { clock, t } from './naming';
import { ProofSteps } from './ProofSteps';

/** One entry: what it says where the reader may open it, and for everybody the proof that it is in the tree. */
export function EntryPage() {
  const { index = '' } = useParams();
  const moment = useMoment();
  const [params] = useSearchParams();
  const number = /^\d{1,15}$/.test(index) ? parseInt(index, 10) : -1;
  const found = useQuery(getEntryOptions({ path: { index: number }, query: moment }));
  if (found.isPending) return <Waiting label={t('loading')} />;
  if (found.isError)
    return (
      <>
        <ProblemNote error={found.error} />
        <p>
          <Link to={`/ledger${keeping(params)}`}>{t('back')}</Link>
        </p>
      </>
    );
  return <Entry entry={found.data} />;
}

function Entry({ entry }: { entry: EntryBody }) {
  const [params] = useSearchParams();
  const to = (index: number) => `/ledger/${index}${keeping(params)}`;
  return (
    <>
      <nav className="ledger-steps" aria-label={t('entries')}>
        <Link to={`/ledger${keeping(params)}`}>{t('back')}</Link>
        <span className="spacer" />
        {entry.previous !== null && (
          <Link className="button button-small" to={to(entry.previous)}>
            ← {t('previous')}
          </Link>
        )}
        {entry.next !== null && (
          <Link className="button button-small" to={to(entry.next)}>
            {t('next')} →
          </Link>
        )}
      </nav>
      <h1>
        {t('entry')} {entry.index} · {either(entry.type_zh, entry.type_en)}
      </h1>
      <section className="card">
        <Facts entry={entry} to={to} />
      </section>
      {entry.entry === null ? (
        <p className="note">{t('hidden')}</p>
      ) : (
        <section className="card">
          <h2>{t('body')}</h2>
          <pre className="ledger-body" tabIndex={0}>
            {JSON.stringify(entry.entry, null, 1)}
          </pre>
          <p className="muted">{t('body_note')}</p>
          <p>
            <ReceiptFile entry={entry.index} button /> <a href={`/verify.html?language=${language}`}>{t('check_receipt')}</a>
          </p>
        </section>
      )}
      <ProofSteps entry={entry} />
    </>
  );
}

function Facts({ entry, to }: { entry: EntryBody; to: (index: number) => string }) {
  const link = useFigureLink();
  const [params] = useSearchParams();
  const said = entry.entry ?? {};
  const by = said.by as Record<string, string> | undefined;
  const body = said.body as Record<string, unknown> | undefined;
  const why = said.why as Record<string, unknown> | null | undefined;
  const method = entry.type === 'method' && typeof body?.fingerprint === 'string' ? body.fingerprint : null;
  return (
    <dl className="ledger-list">
      <dt>{t('leaf')}</dt>
      <dd className="mono">{entry.leaf_hash}</dd>
      <dt>{t('recorded')}</dt>
      <dd>{clock(entry.recorded)}</dd>
      {entry.subject !== null && (
        <>
          <dt>{t('subject')}</dt>
          <dd className="mono">{entry.subject}</dd>
          <dt>{t('org')}</dt>
          <dd className="mono">{entry.org}</dd>
        </>
      )}
      {by !== undefined && (
        <>
          <dt>{t('by')}</dt>
          <dd className="mono">{Object.values(by).join(' · ')}</dd>
        </>
      )}
      {why != null && (
        <>
          <dt>{t('why')}</dt>
          <dd>{Object.values(why).map(String).join(' · ')}</dd>
        </>
      )}
      {entry.supersedes !== null && (
        <>
          <dt>{t('supersedes')}</dt>
          <dd>
            <Link to={to(entry.supersedes)}>{entry.supersedes}</Link>
          </dd>
        </>
      )}
      {entry.superseded_by !== null && (
        <>
          <dt>{t('superseded_by')}</dt>
          <dd>
            <Link to={to(entry.superseded_by)}>{entry.superseded_by}</Link>
          </dd>
        </>
      )}
      {entry.redacted_by !== null && (
        <>
          <dt>{t('redacted')}</dt>
          <dd>
            <Link to={to(entry.redacted_by)}>{t('redacted_at', { entry: entry.redacted_by })}</Link>
          </dd>
        </>
      )}
      {entry.type === 'figure' && entry.receipt !== null && (
        <>
          <dt>{t('receipt')}</dt>
          <dd>
            <Link to={link(entry.receipt)}>{entry.receipt}</Link>
          </dd>
        </>
      )}
      {method !== null && (
        <>
          <dt>{t('method')}</dt>
          <dd>
            <Link className="mono" to={`/methods/${method}${keeping(params)}`}>
              {method.slice(0, 16)}…
            </Link>
          </dd>
        </>
      )}
      {entry.records !== null && (
        <>
          <dt>{t('records')}</dt>
          <dd>
            <a href={`/${language}/ledger/${entry.index}${keeping(params)}`}>{t('records_count', { count: entry.records })}</a>
          </dd>
        </>
      )}
      <dt>{t('documents')}</dt>
      <dd>
        <a href={`/${language}/ledger/${entry.index}${keeping(params)}`}>{`/${language}/ledger/${entry.index}`}</a>
      </dd>
    </dl>
  );
}
