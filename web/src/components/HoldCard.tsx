/** Holds over evidence: one hold with what the reader may do, and the form that places one. */
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import type { HoldBody } from '../client';
import { askHoldReleaseMutation, confirmHoldReleaseMutation, placeHoldMutation } from '../client/@tanstack/react-query.gen';
import { named } from '../lib/language';
import { CaseSteps } from './CaseSteps';
import { useAgain } from './caseAgain';
import { LEAST, t, word } from './caseWords';
import { ProblemNote } from './ProblemNote';
import './case.css';

/** What a hold is over, in words. */
export function holdScope({ receipt, period, subject }: HoldBody): string {
  const said = { receipt, period, subject: named(subject) };
  return t(receipt !== '' ? 'over_receipt' : period !== '' ? 'over_period' : 'over_subject', said);
}

export function HoldCard({ one, whole = false }: { one: HoldBody; whole?: boolean }) {
  const again = useAgain();
  const [reason, setReason] = useState('');
  const ask = useMutation({ ...askHoldReleaseMutation(), onSuccess: again });
  const confirm = useMutation({ ...confirmHoldReleaseMutation(), onSuccess: again });
  const entered = ask.data ?? confirm.data;
  const path = { name: one.id };
  return (
    <article className="case-one">
      <h4>
        {whole && one.receipt !== '' && `${named(one.subject)} · `}
        {holdScope(one)} <span className={one.stands ? 'badge badge-warn' : 'badge'}>{word(`hold_state.${one.state}`)}</span>
      </h4>
      <CaseSteps steps={one.steps} kind="hold" />
      {entered !== undefined && !one.steps.some((step) => step.entry === entered.entry) && <p role="status">{t('entered', { entry: entered.entry })}</p>}
      {one.may.includes('ask') && ask.data === undefined && (
        <form
          className="case-form"
          onSubmit={(event) => {
            event.preventDefault();
            ask.mutate({ path, body: { reason } });
          }}
        >
          <label>
            {t('release_reason')}
            <input value={reason} maxLength={4000} onChange={(event) => setReason(event.target.value)} />
          </label>
          <p>
            <button className="button" disabled={reason.trim().length < LEAST || ask.isPending}>
              {t('ask')}
            </button>
          </p>
        </form>
      )}
      {one.may.includes('confirm') && confirm.data === undefined && (
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

/** The form of a hold over this receipt; without one, over a receipt or an organisation that is named. */
export function PlaceHold({ receipt }: { receipt?: string }) {
  const again = useAgain();
  const [reason, setReason] = useState('');
  const [about, setAbout] = useState('');
  const [period, setPeriod] = useState('');
  const done = () => {
    setReason('');
    again();
  };
  const place = useMutation({ ...placeHoldMutation(), onSuccess: done });
  const wanted = receipt ?? about.trim();
  const scope = /^R\d+-/.test(wanted) ? { receipt: wanted } : { subject: wanted, period: period.trim() };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    place.mutate({ body: { ...scope, reason } });
  };
  return (
    <details>
      <summary>{t('place')}</summary>
      <form className="case-form" onSubmit={submit}>
        {receipt === undefined && (
          <>
            <label>
              {t('hold_about')}
              <input value={about} maxLength={128} onChange={(event) => setAbout(event.target.value)} />
            </label>
            <label>
              {t('hold_period')}
              <input value={period} maxLength={32} onChange={(event) => setPeriod(event.target.value)} />
            </label>
          </>
        )}
        <label>
          {t('hold_reason')}
          <textarea value={reason} rows={2} maxLength={4000} onChange={(event) => setReason(event.target.value)} />
        </label>
        <p>
          <button className="button button-primary" disabled={wanted === '' || reason.trim().length < LEAST || place.isPending}>
            {t('place')}
          </button>
        </p>
      </form>
      {place.data !== undefined && <p role="status">{t('entered', { entry: place.data.entry })}</p>}
      {place.isError && <ProblemNote error={place.error} />}
    </details>
  );
}
