/** Findings of verifiers and holds on a receipt: what stands, every step with its entry, and forms for who may. */
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import type { NodeBody, VerificationFinding } from '../../client';
import {
  answerFindingMutation,
  attachFindingMutation,
  closeFindingMutation,
  getUnderReceiptOptions,
  reopenFindingMutation,
} from '../../client/@tanstack/react-query.gen';
import { useAgain } from '../../components/caseAgain';
import { CaseSteps } from '../../components/CaseSteps';
import { LEAST, t, word } from '../../components/caseWords';
import { HoldCard, PlaceHold } from '../../components/HoldCard';
import { ProblemNote } from '../../components/ProblemNote';
import { either, named } from '../../lib/language';
import { useMoment } from '../../lib/moment';

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
            <HoldCard key={one.id} one={one} />
          ))}
          {may_hold && <PlaceHold receipt={receipt} />}
        </section>
      )}
    </>
  );
}

function Finding({ one }: { one: VerificationFinding }) {
  const again = useAgain();
  const [text, setText] = useState('');
  const [deadline, setDeadline] = useState('');
  const done = () => {
    setText('');
    again();
  };
  const answer = useMutation({ ...answerFindingMutation(), onSuccess: done });
  const close = useMutation({ ...closeFindingMutation(), onSuccess: done });
  const reopen = useMutation({ ...reopenFindingMutation(), onSuccess: done });
  const ways = { answer, close, reopen };
  const acted = Object.values(ways);
  const coming = acted.find((way) => way.data !== undefined && one.steps.every((step) => step.entry < (way.data?.entry ?? 0)))?.data;
  const said = [word(`severity.${one.severity}`), one.clause !== '' ? `${t('clause')} ${one.clause}` : '', t('raised_by', { who: named(one.organisation) })];
  return (
    <article className="case-one">
      <h4>
        {either(one.node.zh, one.node.en)} <span className={one.state === 'closed' ? 'badge' : 'badge badge-warn'}>{word(`finding_state.${one.state}`)}</span>
      </h4>
      <p className="muted">
        {said.filter((part) => part !== '').join(' · ')}
        {one.deadline !== null && <strong className={one.late ? 'case-late' : undefined}> · {t(one.late ? 'due_late' : 'due_by', { day: one.deadline })}</strong>}
      </p>
      <CaseSteps steps={one.steps} kind="finding" />
      {coming !== undefined ? (
        <p role="status">{t('entered', { entry: coming.entry })}</p>
      ) : (
        one.may.length > 0 && (
          <div className="case-form">
            <label>
              {t('text')}
              <textarea value={text} rows={2} maxLength={4000} onChange={(event) => setText(event.target.value)} />
            </label>
            {one.may.includes('reopen') && (
              <label>
                {t('due_again')}
                <input type="date" value={deadline} onChange={(event) => setDeadline(event.target.value)} />
              </label>
            )}
            <p>
              {one.may.map((way) => (
                <button
                  key={way}
                  type="button"
                  className="button"
                  disabled={text.trim().length < LEAST || acted.some((other) => other.isPending)}
                  onClick={() => ways[way].mutate({ path: { name: one.id }, body: { text, deadline: way === 'reopen' && deadline !== '' ? deadline : null } })}
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

const SEVERITIES = ['misstatement', 'nonconformity', 'improvement'] as const;

function Attach({ receipt, nodes }: { receipt: string; nodes: NodeBody[] }) {
  const again = useAgain();
  const [node, setNode] = useState('figure');
  const [severity, setSeverity] = useState<(typeof SEVERITIES)[number]>('nonconformity');
  const [clause, setClause] = useState('');
  const [deadline, setDeadline] = useState('');
  const [text, setText] = useState('');
  const done = () => {
    setText('');
    again();
  };
  const attach = useMutation({ ...attachFindingMutation(), onSuccess: done });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attach.mutate({ path: { receipt }, body: { node, severity, clause, text, deadline: deadline === '' ? null : deadline } });
  };
  return (
    <details>
      <summary>{t('attach')}</summary>
      <form className="case-form" onSubmit={submit}>
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
            {SEVERITIES.map((one) => (
              <option key={one} value={one}>
                {word(`severity.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('clause_optional')}
          <input value={clause} maxLength={200} onChange={(event) => setClause(event.target.value)} />
        </label>
        <label>
          {t('due_optional')}
          <input type="date" value={deadline} onChange={(event) => setDeadline(event.target.value)} />
        </label>
        <label>
          {t('found_text')}
          <textarea value={text} maxLength={4000} rows={3} onChange={(event) => setText(event.target.value)} />
        </label>
        <p>
          <button className="button button-primary" disabled={text.trim().length < LEAST || attach.isPending}>
            {t('attach')}
          </button>
        </p>
      </form>
      {attach.data !== undefined && <p role="status">{t('entered', { entry: attach.data.entry })}</p>}
      {attach.isError && <ProblemNote error={attach.error} />}
    </details>
  );
}
