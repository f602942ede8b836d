import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import type { CandidateBody, Desk } from '../../client';
import { boot, language } from '../../app/boot';
import { getPublicationDeskOptions, publishFiguresMutation } from '../../client/@tanstack/react-query.gen';
import { Figure, useFigureLink } from '../../components/Figure';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import en from '../../i18n/en/desk';
import zh from '../../i18n/zh-CN/desk';
import { named, words } from '../../lib/language';
import { isPast, keeping, useMoment } from '../../lib/moment';
import './publish.css';

const t = words(zh, en);

/** The approver's desk: the sums of a month, which of them are complete, and the decision that publishes them. */
export default function Publish() {
  const [params, setParams] = useSearchParams();
  const moment = useMoment();
  const period = params.get('period') ?? lastMonth(boot.ledger.today);
  const desk = useQuery(getPublicationDeskOptions({ query: { period, ...moment } }));
  const past = isPast(moment);
  return (
    <>
      <h1>{t('title')}</h1>
      <p className="muted">{t('what')}</p>
      <label className="desk-month">
        {t('month')}{' '}
        <input
          type="month"
          value={period}
          max={lastMonth(boot.ledger.today)}
          onChange={(event) => {
            const next = new URLSearchParams(params);
            next.set('period', event.target.value);
            setParams(next);
          }}
        />
      </label>
      {desk.isPending && <Waiting />}
      {desk.isError && <ProblemNote error={desk.error} retry={() => void desk.refetch()} />}
      {past && <p className="note">{t('only_now')}</p>}
      {desk.data !== undefined && <Choice key={`${period}${desk.data.as_of}`} desk={desk.data} past={past} />}
    </>
  );
}

function lastMonth(today: string): string {
  const [year = 0, month = 1] = today.split('-').map((part) => parseInt(part, 10));
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, '0')}`;
}

const keyOf = (one: CandidateBody) => `${one.subject.id}~${one.quantity}`;
const mayGo = (one: CandidateBody) => one.readiness === 'ready' || one.readiness === 'moved';

function Choice({ desk, past }: { desk: Desk; past: boolean }) {
  const ready = desk.candidates.filter((one) => one.readiness === 'ready').map(keyOf);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(ready));
  const toggle = (key: string) => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    setChosen(next);
  };
  return (
    <>
      <section className="card scroll">
        <table className="plain">
          <thead>
            <tr>
              <th />
              <th>{t('subject')}</th>
              <th>{t('scope')}</th>
              <th className="number">{t('now')}</th>
              <th className="number">{t('standing')}</th>
              <th>{t('state')}</th>
            </tr>
          </thead>
          <tbody>
            {desk.candidates.map((one) => (
              <tr key={keyOf(one)}>
                <td>
                  {mayGo(one) && !past && (
                    <input
                      type="checkbox"
                      checked={chosen.has(keyOf(one))}
                      aria-label={t('choose', { name: `${named(one.subject)} ${t(one.scope === 'direct' ? 'direct' : 'indirect')}` })}
                      onChange={() => toggle(keyOf(one))}
                    />
                  )}
                </td>
                <td>{named(one.subject)}</td>
                <td>{t(one.scope === 'direct' ? 'direct' : 'indirect')}</td>
                <td className="number">
                  <Figure amount={one.now} places={0} quiet />
                </td>
                <td className="number">{one.published === null ? '—' : <Figure amount={one.published} places={0} quiet />}</td>
                <td>
                  <strong className={`desk-${one.readiness}`}>{t(one.readiness)}</strong>
                  {one.readiness === 'incomplete' && (
                    <span className="muted"> {t('why_incomplete', { complete: one.complete_enterprises, all: one.enterprises, months: one.incomplete_months.join(', ') })}</span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {!past && <Decision desk={desk} chosen={desk.candidates.filter((one) => chosen.has(keyOf(one)) && mayGo(one))} />}
    </>
  );
}

/** The decision: one for each scope among the chosen, for what it covers is subjects × quantities. */
function Decision({ desk, chosen }: { desk: Desk; chosen: CandidateBody[] }) {
  const client = useQueryClient();
  const [params] = useSearchParams();
  const link = useFigureLink();
  const [titleZh, setTitleZh] = useState(`公开 ${desk.period} 重点企业合计`);
  const [titleEn, setTitleEn] = useState(`Publish the key enterprises' sums of ${desk.period}`);
  const [reason, setReason] = useState('');
  const publish = useMutation({ ...publishFiguresMutation() });
  const [made, setMade] = useState<{ entry: number; receipts: string[] }[]>([]);
  const needsReason = chosen.some((one) => one.readiness === 'moved');
  const send = async () => {
    const done = [];
    for (const quantity of new Set(chosen.map((one) => one.quantity))) {
      const subjects = chosen.filter((one) => one.quantity === quantity).map((one) => one.subject.id);
      const answer = (await publish.mutateAsync({
        body: { subjects, quantities: [quantity], period: desk.period, method: desk.method, relation: desk.relation, title_zh: titleZh, title_en: titleEn, reason },
      })) as { decision: number; receipts: { receipt: string }[] };
      done.push({ entry: answer.decision, receipts: answer.receipts.map((one) => one.receipt) });
      setMade([...done]);
    }
    setTimeout(() => void client.invalidateQueries(), 1500);
  };
  return (
    <section className="card">
      {chosen.length === 0 ? <p className="muted">{t('none_chosen')}</p> : <p>{t('covers', { count: chosen.length, size: desk.as_of })}</p>}
      <form
        className="desk-form"
        onSubmit={(event) => {
          event.preventDefault();
          send().catch(() => undefined); // the mutation keeps what went wrong, and it is shown below
        }}
      >
        <label>
          {t('title_zh')}
          <input value={titleZh} required minLength={2} maxLength={200} onChange={(event) => setTitleZh(event.target.value)} />
        </label>
        <label>
          {t('title_en')}
          <input value={titleEn} required minLength={2} maxLength={200} onChange={(event) => setTitleEn(event.target.value)} />
        </label>
        <label>
          {t('reason')}
          <textarea value={reason} rows={2} required={needsReason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
        </label>
        <p className="muted">{t('fresh')}</p>
        <button type="submit" className="button button-primary" disabled={chosen.length === 0 || publish.isPending}>
          {t('publish')}
        </button>
      </form>
      {publish.isError && <ProblemNote error={publish.error} />}
      {made.map((one) => (
        <div key={one.entry} className="note" role="status">
          <p>{t('done', { entry: one.entry })}</p>
          <ul>
            {one.receipts.map((receipt) => (
              <li key={receipt}>
                <Link to={link(receipt)} preventScrollReset>
                  {receipt}
                </Link>
              </li>
            ))}
          </ul>
          <Link to={`/ledger/${one.entry}${keeping(params)}`}>{one.entry}</Link> · <a href={`/${language}/?period=${desk.period}`}>{t('to_public')}</a>
        </div>
      ))}
    </section>
  );
}
