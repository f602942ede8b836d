/** Findings of verifiers and holds on a receipt: what stands, every step with its entry, and forms for who may. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Link, useSearchParams } from 'react-router';

import type { FindingStep, HoldBody, NodeBody, VerificationFinding } from '../../client';
import {
  answerFindingMutation,
  askHoldReleaseMutation,
  attachFindingMutation,
  closeFindingMutation,
  confirmHoldReleaseMutation,
  getUnderReceiptOptions,
  placeHoldMutation,
  reopenFindingMutation,
} from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import en from '../../i18n/en/verification';
import zh, { type VerificationWord } from '../../i18n/zh-CN/verification';
import { either, words } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import { civilTime } from '../../lib/time';

const t = words(zh, en);
const word = (key: string) => t(key as VerificationWord);

/** What was entered shows when the projections have it, a second or two later. */
function useAgain() {
  const client = useQueryClient();
  return () => setTimeout(() => void client.invalidateQueries(), 1500);
}

export function Under({ receipt }: { receipt: string }) {
  const moment = useMoment();
  const found = useQuery(getUnderReceiptOptions({ path: { receipt }, query: moment }));
  if (found.isError) return <ProblemNote error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return null;
  const { findings, holds, nodes, may_hold } = found.data;
  const open = findings.filter((one) => one.state !== 'closed').length;
  return (
    <>
      {(findings.length > 0 || nodes.length > 0) && (
        <section className="under">
          <h3>{t('findings')}</h3>
          <p className="muted">{findings.length === 0 ? t('none') : t('count', { all: findings.length, open })}</p>
          {findings.map((one) => (
            <Finding key={one.id} one={one} />
          ))}
          {nodes.length > 0 && <Attach receipt={receipt} nodes={nodes} />}
        </section>
      )}
      {(holds.length > 0 || may_hold) && (
        <section className="under">
          <h3>{t('holds')}</h3>
          <p className="muted">{t('hold_what')}</p>
          {holds.map((one) => (
            <Hold key={one.id} one={one} />
          ))}
          {may_hold && <Place receipt={receipt} />}
        </section>
      )}
    </>
  );
}

function Finding({ one }: { one: VerificationFinding }) {
  const again = useAgain();
  const [text, setText] = useState('');
  const answer = useMutation({ ...answerFindingMutation(), onSuccess: again });
  const close = useMutation({ ...closeFindingMutation(), onSuccess: again });
  const reopen = useMutation({ ...reopenFindingMutation(), onSuccess: again });
  const ways = { answer, close, reopen };
  const acted = Object.values(ways);
  const entered = acted.find((way) => way.data !== undefined)?.data;
  return (
    <article className="under-one">
      <h4>
        {either(one.node.zh, one.node.en)} <span className={one.state === 'closed' ? 'badge' : 'badge badge-warn'}>{word(one.state)}</span>
      </h4>
      <p className="muted">
        {[word(one.severity), one.clause !== '' ? `${t('clause')} ${one.clause}` : '', one.organisation, one.deadline === null ? '' : `${t('due')} ${one.deadline}`]
          .filter((part) => part !== '')
          .join(' · ')}
      </p>
      <Steps steps={one.steps} />
      {entered !== undefined ? (
        <p role="status">{t('entered', { entry: entered.entry })}</p>
      ) : (
        one.may.length > 0 && (
          <div className="under-form">
            <label>
              {t('text')}
              <textarea value={text} rows={2} maxLength={4000} onChange={(event) => setText(event.target.value)} />
            </label>
            <p>
              {one.may.map((way) => (
                <button
                  key={way}
                  type="button"
                  className="button"
                  disabled={text.trim().length < 3 || acted.some((other) => other.isPending)}
                  onClick={() => ways[way].mutate({ path: { name: one.id }, body: { text } })}
                >
                  {t(way)}
                </button>
              ))}
            </p>
          </div>
        )
      )}
      {acted.map((way, at) => way.isError && <ProblemNote key={at} error={way.error} />)}
    </article>
  );
}

function Steps({ steps }: { steps: FindingStep[] }) {
  const [params] = useSearchParams();
  return (
    <ol className="drawer-list">
      {steps.map((one) => (
        <li key={one.entry}>
          {word(one.step)} · {civilTime(one.at)} · <code>{one.by}</code> ·{' '}
          <Link to={`/ledger/${one.entry}${keeping(params)}`}>
            {t('entry')} {one.entry}
          </Link>
          <br />
          {one.said}
        </li>
      ))}
    </ol>
  );
}

function Attach({ receipt, nodes }: { receipt: string; nodes: NodeBody[] }) {
  const again = useAgain();
  const [node, setNode] = useState('figure');
  const [severity, setSeverity] = useState<'misstatement' | 'nonconformity' | 'improvement'>('nonconformity');
  const [clause, setClause] = useState('');
  const [deadline, setDeadline] = useState('');
  const [text, setText] = useState('');
  const attach = useMutation({ ...attachFindingMutation(), onSuccess: again });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attach.mutate({ path: { receipt }, body: { node, severity, clause, text, deadline: deadline === '' ? null : deadline } });
  };
  return (
    <details>
      <summary>{t('attach')}</summary>
      <form className="under-form" onSubmit={submit}>
        <label>
          {t('node')}
          <select value={node} onChange={(event) => setNode(event.target.value)}>
            {nodes.map((one) => (
              <option key={one.id} value={one.id}>
                {either(one.zh, one.en)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('severity')}
          <select value={severity} onChange={(event) => setSeverity(event.target.value as typeof severity)}>
            {(['misstatement', 'nonconformity', 'improvement'] as const).map((one) => (
              <option key={one} value={one}>
                {t(one)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('clause')}
          <input value={clause} maxLength={200} onChange={(event) => setClause(event.target.value)} />
        </label>
        <label>
          {t('due')}
          <input type="date" value={deadline} onChange={(event) => setDeadline(event.target.value)} />
        </label>
        <label>
          {t('text')}
          <textarea value={text} required minLength={3} maxLength={4000} rows={3} onChange={(event) => setText(event.target.value)} />
        </label>
        <p>
          <button className="button button-primary" disabled={attach.isPending}>
            {t('attach')}
          </button>
        </p>
      </form>
      {attach.data !== undefined && <p role="status">{t('entered', { entry: attach.data.entry })}</p>}
      {attach.isError && <ProblemNote error={attach.error} />}
    </details>
  );
}

function Hold({ one }: { one: HoldBody }) {
  const again = useAgain();
  const [reason, setReason] = useState('');
  const ask = useMutation({ ...askHoldReleaseMutation(), onSuccess: again });
  const confirm = useMutation({ ...confirmHoldReleaseMutation(), onSuccess: again });
  const entered = ask.data ?? confirm.data;
  const path = { name: one.id };
  const { receipt, period, subject } = one;
  const scope = t(receipt !== '' ? 'over_receipt' : period !== '' ? 'over_period' : 'over_subject', { receipt, period, subject });
  return (
    <article className="under-one">
      <h4>
        {scope} <span className={one.stands ? 'badge badge-warn' : 'badge'}>{word(one.state)}</span>
      </h4>
      <Steps steps={one.steps} />
      {entered !== undefined && <p role="status">{t('entered', { entry: entered.entry })}</p>}
      {entered === undefined && one.may.includes('ask') && (
        <div className="under-form">
          <label>
            {t('reason')}
            <input value={reason} maxLength={4000} onChange={(event) => setReason(event.target.value)} />
          </label>
          <p>
            <button type="button" className="button" disabled={reason.trim().length < 3 || ask.isPending} onClick={() => ask.mutate({ path, body: { reason } })}>
              {t('ask')}
            </button>
          </p>
        </div>
      )}
      {entered === undefined && one.may.includes('confirm') && (
        <p>
          <button type="button" className="button" disabled={confirm.isPending} onClick={() => confirm.mutate({ path })}>
            {t('confirm')}
          </button>
        </p>
      )}
      {ask.isError && <ProblemNote error={ask.error} />}
      {confirm.isError && <ProblemNote error={confirm.error} />}
    </article>
  );
}

function Place({ receipt }: { receipt: string }) {
  const again = useAgain();
  const [reason, setReason] = useState('');
  const place = useMutation({ ...placeHoldMutation(), onSuccess: again });
  return (
    <details>
      <summary>{t('place')}</summary>
      <div className="under-form">
        <label>
          {t('reason')}
          <textarea value={reason} rows={2} maxLength={4000} onChange={(event) => setReason(event.target.value)} />
        </label>
        <p>
          <button type="button" className="button" disabled={reason.trim().length < 3 || place.isPending} onClick={() => place.mutate({ body: { receipt, reason } })}>
            {t('place')}
          </button>
        </p>
      </div>
      {place.data !== undefined && <p role="status">{t('entered', { entry: place.data.entry })}</p>}
      {place.isError && <ProblemNote error={place.error} />}
    </details>
  );
}
