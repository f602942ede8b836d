import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Link, useSearchParams } from 'react-router';

import type { DepartmentHome } from '../../client';
import { deliverStatementMutation } from '../../client/@tanstack/react-query.gen';
import { codeWord } from '../../components/figureWords';
import { ProblemNote } from '../../components/ProblemNote';
import { named } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { t } from './words';

const STAGES = ['flash', 'preliminary', 'approved'] as const;

/** An indicator and period that somebody chose to report, from the list above the form. */
export interface Chosen {
  indicator: string;
  period: string;
}

/** 报送: one value of an indicator of one's own department, of the city, with its source; it becomes an entry at once. */
export function Report({ answer, chosen }: { answer: DepartmentHome; chosen: Chosen }) {
  const client = useQueryClient();
  const [params] = useSearchParams();
  const [{ indicator, period }, setAbout] = useState(chosen);
  const [value, setValue] = useState('');
  const [stage, setStage] = useState<(typeof STAGES)[number]>('preliminary');
  const [citation, setCitation] = useState('');
  const [reason, setReason] = useState('');
  const send = useMutation({ ...deliverStatementMutation(), onSuccess: () => client.invalidateQueries() });
  const unit = answer.holdings.find((one) => one.code === indicator)?.unit ?? '';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    send.mutate({
      body: { indicator, period: period.trim(), value: value.trim(), stage, citation: citation.trim(), ...(reason.trim() === '' ? {} : { reason: reason.trim() }) },
    });
  };
  return (
    <form className="home-form" onSubmit={submit} aria-label={t('deliver')}>
      <label>
        {t('indicator')}
        <select value={indicator} required onChange={(event) => setAbout({ indicator: event.target.value, period })}>
          {answer.holdings.map((one) => (
            <option key={one.code} value={one.code}>
              {named(one)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('period')}
        <input value={period} required maxLength={9} placeholder="2025" onChange={(event) => setAbout({ indicator, period: event.target.value })} />
      </label>
      <label>
        {t('value')} ({unitText(unit)})
        <input value={value} required inputMode="decimal" maxLength={40} onChange={(event) => setValue(event.target.value)} />
      </label>
      <label>
        {t('report_stage')}
        <select value={stage} onChange={(event) => setStage(STAGES.find((one) => one === event.target.value) ?? 'preliminary')}>
          {STAGES.map((one) => (
            <option key={one} value={one}>
              {codeWord('stage', one)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('report_source')}
        <input value={citation} required minLength={3} maxLength={300} onChange={(event) => setCitation(event.target.value)} />
      </label>
      <label>
        {t('report_reason')}
        <input value={reason} minLength={3} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
      </label>
      <button type="submit" className="button button-primary" disabled={send.isPending}>
        {t('deliver')}
      </button>
      {send.isError && <ProblemNote error={send.error} title={t('report_not')} />}
      {send.isSuccess && (
        <p role="status" className="note">
          {t('report_done')}{' '}
          {send.data.entries.map((entry) => (
            <Link key={entry} to={`/ledger/${String(entry)}${keeping(params)}`}>
              {t('entry', { entry })}
            </Link>
          ))}
        </p>
      )}
    </form>
  );
}
