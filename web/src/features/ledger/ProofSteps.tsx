import { useQuery } from '@tanstack/react-query';

import type { EntryBody } from '../../client';
import { Verdict } from './Heads';
import { fromBase64 } from '../../lib/hash';
import { problemOf } from './inclusion';
import { problemWord, t } from './naming';

/** The way from the leaf to the root, every hash of it, judged by the server and again by this very browser. */
export function ProofSteps({ entry }: { entry: EntryBody }) {
  const { proof } = entry;
  const own = useQuery({
    queryKey: ['inclusion', entry.index, proof.size, proof.root],
    queryFn: () =>
      problemOf({
        index: entry.index,
        size: proof.size,
        leafHash: entry.leaf_hash,
        bytes: entry.data === null ? null : fromBase64(entry.data),
        siblings: proof.steps,
        root: proof.root,
        note: proof.head?.note ?? null,
      }),
  });
  return (
    <section className="card">
      <h2>{t('inclusion')}</h2>
      <p className="muted">{t('inclusion_note', { size: proof.size })}</p>
      <dl className="ledger-list">
        <dt>{t('server')}</dt>
        <dd>
          <Verdict good={proof.verified} yes={t('passed')} no={`${t('failed')} ${proof.problem}`} />
        </dd>
        <dt>{t('browser')}</dt>
        <dd>
          <span role="status">
          {own.isPending && t('checking')}
          {own.isSuccess && <Verdict good={own.data === null} yes={t('passed')} no={`${t('failed')}: ${problemWord(own.data ?? '')}`} />}
          {own.isError && <Verdict good={false} yes="" no={t('failed')} />}
          </span>
        </dd>
        <dt>{t('head')}</dt>
        <dd>
          {proof.head === null ? (
            t('to_unsigned')
          ) : (
            <>
              {t('to_signed', { size: proof.head.size })} · <Verdict good={proof.head.signature} yes={t('signature.yes')} no={t('signature.no')} />
            </>
          )}
        </dd>
      </dl>
      <p className="muted">{t(entry.data === null ? 'browser_hash_only' : 'browser_note')}</p>
      <ol className="ledger-proof">
        <li>
          <span>{t('leaf_step')}</span>
          <code>{entry.leaf_hash}</code>
        </li>
        {proof.steps.map((one, at) => (
          <li key={at}>
            <span>{t('with', { side: t(one.side) })}</span>
            <code>{one.sibling}</code>
            <span>{t('result')}</span>
            <code>{one.head}</code>
          </li>
        ))}
        <li>
          <span>{t('root')}</span>
          <code>{proof.root}</code>
        </li>
      </ol>
    </section>
  );
}
