import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';

import type { Enterprise, EnterpriseCorrection } from '../../client';
import { askCorrectionMutation, confirmCorrectionMutation, getEnterpriseSeriesOptions, listWaitingCorrectionsOptions, listWaitingCorrectionsQueryKey } from '../../client/@tanstack/react-query.gen';
import { Doubts, Size } from '../../components/Correcting';
import { ProblemNote } from '../../components/ProblemNote';
import { codeWord } from '../../components/figureWords';
import { either } from '../../lib/language';
import { isPast, useMoment } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import type { TabProps } from './Page';
import { namesOf, valueText } from './story';
import { civil } from './time';
import { t, word } from './words';

const STATES = ['not_operating', 'missing', 'not_occurring'] as const;
const CATCHING_UP = 2500;

/** 更正台: what waits for a second person, and the form of the first. */
export function Desk({ firm }: TabProps) {
  const moment = useMoment();
  const past = isPast(moment);
  const { data } = useQuery(listWaitingCorrectionsOptions({ path: { name: firm.enterprise.id }, query: moment }));
  if (!firm.may_ask && !firm.may_confirm && (data ?? []).length === 0) return null;
  return (
    <section className="card section">
      <h2>{t('desk')}</h2>
      <p className="muted">{t('desk_lead')}</p>
      {data?.length === 0 && <p>{t('desk_none')}</p>}
      <ul className="plain-list">{data?.map((one) => <Waits key={one.case} one={one} firm={firm} past={past} />)}</ul>
      {firm.may_ask && (past ? <p className="note">{t('past_no_desk')}</p> : <Ask firm={firm} />)}
    </section>
  );
}

/** Ask again for what waits, once the tables have followed the ledger. */
function useFollow(firm: Enterprise): () => void {
  const queries = useQueryClient();
  return () => {
    const again = () => {
      void queries.invalidateQueries({ queryKey: listWaitingCorrectionsQueryKey({ path: { name: firm.enterprise.id } }) });
      void queries.invalidateQueries({ predicate: (one) => JSON.stringify(one.queryKey).includes(firm.enterprise.id) });
    };
    setTimeout(again, CATCHING_UP);
  };
}

function Waits({ one, firm, past }: TabProps & { one: EnterpriseCorrection; past: boolean }) {
  const follow = useFollow(firm);
  const confirm = useMutation({ ...confirmCorrectionMutation(), onSuccess: follow });
  const after = valueText(one.after, one.after_state, one.unit);
  return (
    <li className="waits">
      <p>
        {namesOf(firm).get(one.series) ?? one.series} · {civil(one.start, firm.zone)}
      </p>
      <dl className="pairs before-after">
        <dt>{t('before')}</dt>
        <dd>
          <s>{valueText(one.before, one.before_state, one.unit)}</s>
        </dd>
        <dt>{t('after')}</dt>
        <dd>
          <strong>{after}</strong>
        </dd>
        {one.change !== null && (
          <>
            <dt>{t('change')}</dt>
            <dd>
              <Size change={one.change} percent={one.change_percent} unit={one.unit} />
            </dd>
          </>
        )}
      </dl>
      <Doubts doubts={one.doubts} />
      <p className="muted">
        {t('reason', { reason: one.reason })} · {t('asked_by', { by: one.by, when: civil(one.asked, firm.zone) })}
      </p>
      {confirm.error !== null && <ProblemNote error={confirm.error} />}
      {confirm.isSuccess ? (
        <p role="status">{t('confirmed')}</p>
      ) : one.may_confirm && !past ? (
        <button type="button" className="button button-primary" disabled={confirm.isPending} onClick={() => confirm.mutate({ path: { name: one.case } })}>
          {t('confirm')}: {valueText(one.before, one.before_state, one.unit)} → {after}
        </button>
      ) : (
        <p className="muted">{t('other_confirms')}</p>
      )}
    </li>
  );
}

function Ask({ firm }: TabProps) {
  const lines = firm.lines.filter((one) => one.authoritative && one.in_force && one.form === 'interval_amount' && one.step_s === 3600);
  const follow = useFollow(firm);
  const ask = useMutation({ ...askCorrectionMutation(), onSuccess: follow });
  const [series, setSeries] = useState(lines[0]?.series ?? '');
  const [day, setDay] = useState(firm.today);
  const [start, setStart] = useState('');
  const [state, setState] = useState('');
  const [value, setValue] = useState('');
  const [reason, setReason] = useState('');
  const line = lines.find((one) => one.series === series) ?? lines[0];
  const { data } = useQuery({
    ...getEnterpriseSeriesOptions({ path: { name: firm.enterprise.id, series: line?.series ?? '' }, query: { step: 'hour', from: day, to: day } }),
    enabled: line !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(day),
  });
  if (line === undefined) return null;
  const point = data?.points.find((one) => one.start === start);
  const ready = start !== '' && reason.trim().length >= 3 && (state !== '' || /^-?\d+(\.\d+)?$/.test(value));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready) return;
    ask.mutate({ body: { series: line.series, start, ...(state === '' ? { value } : { state: state as (typeof STATES)[number] }), reason } });
  };
  return (
    <details className="ask">
      <summary>{t('ask')}</summary>
      <form className="filters" onSubmit={submit}>
        <label>
          {t('series')}
          <select value={line.series} onChange={(event) => setSeries(event.target.value)}>
            {lines.map((one) => (
              <option key={one.series} value={one.series}>
                {either(one.source_zh, one.source_en)} · {word('indicator', one.indicator)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('day')}
          <input type="date" value={day} max={firm.today} onChange={(event) => setDay(event.target.value)} />
        </label>
        <label>
          {t('hour')}
          <select value={start} onChange={(event) => setStart(event.target.value)}>
            <option value="">{t('pick_hour')}</option>
            {data?.points.map((one) => (
              <option key={one.start} value={one.start}>
                {civil(one.start, firm.zone).slice(11)} · {valueText(one.value, one.state, line.unit)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {t('new_value', { unit: unitText(line.unit) })}
          <input type="text" inputMode="decimal" value={value} disabled={state !== ''} maxLength={40} onChange={(event) => setValue(event.target.value.trim())} />
        </label>
        <label>
          {t('new_state')}
          <select value={state} onChange={(event) => setState(event.target.value)}>
            <option value="">{t('as_number')}</option>
            {STATES.map((one) => (
              <option key={one} value={one}>
                {codeWord('state', one)}
              </option>
            ))}
          </select>
        </label>
        <label className="filters-text">
          {t('reason_field')}
          <input type="text" value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
        </label>
        {point !== undefined && (
          <p className="before-after-line">
            {t('before')} <s>{valueText(point.value, point.state, line.unit)}</s> → {t('after')}{' '}
            <strong>{state === '' ? (value === '' ? '—' : valueText(value, null, line.unit)) : codeWord('state', state)}</strong>
          </p>
        )}
        <button type="submit" className="button button-primary" disabled={!ready || ask.isPending}>
          {t('submit')}
        </button>
      </form>
      {ask.error !== null && <ProblemNote error={ask.error} />}
      {ask.isSuccess && (
        <>
          <p role="status">{t('asked')}</p>
          <Doubts doubts={ask.data.doubts} />
        </>
      )}
    </details>
  );
}
