import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent, type ReactNode } from 'react';

import type { Judged, LaboratoryClient } from '../../client';
import { getHomeQueryKey, submitLaboratoryResultsMutation } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { codeWord } from '../../components/figureWords';
import { either, named } from '../../lib/language';
import { BASES, bodyOf, daysOf, MARKS, PARAMETERS, unitOf, USUAL, type Filled, type Row } from './laboratory';
import { t, word } from './words';

/** A report's results: looked at first (the conversion is shown), then stated; each becomes an entry. */
export function LaboratoryForm({ clients, month }: { clients: LaboratoryClient[]; month: string }) {
  const first = clients.find((one) => one.sources.length > 0);
  const days = daysOf(month) ?? ['', ''];
  const [firm, setFirm] = useState(first?.firm.id ?? '');
  const [filled, setFilled] = useState<Filled>({
    source: first?.sources[0]?.id ?? '', sample: '', composite: true, taken_from: days[0], taken_to: days[1],
    represents_from: days[0], represents_to: days[1], amount: '', report: '', tested: '', marks: ['CMA'], rows: USUAL,
  });
  const client = useQueryClient();
  const look = useMutation(submitLaboratoryResultsMutation());
  const state = useMutation({
    ...submitLaboratoryResultsMutation(),
    onSuccess: () => client.invalidateQueries({ queryKey: [{ _id: getHomeQueryKey()[0]._id }] }),
  });
  if (first === undefined) return <p className="muted">{t('lab_no_sources')}</p>;
  const sources = clients.find((one) => one.firm.id === firm)?.sources ?? [];
  const change = (part: Partial<Filled>) => {
    look.reset();
    state.reset();
    setFilled({ ...filled, ...part });
  };
  const ask = (check: boolean) => ({ path: { name: firm }, body: bodyOf(filled), query: { check } });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    look.mutate(ask(true));
  };
  const moveTo = (id: string) => {
    setFirm(id);
    change({ source: clients.find((one) => one.firm.id === id)?.sources[0]?.id ?? '' });
  };
  return (
    <form className="home-form lab-form" onSubmit={submit}>
      <Field name={t('firm')}>
        <select value={firm} onChange={(event) => moveTo(event.target.value)}>
          {clients.map((one) => (
            <option key={one.firm.id} value={one.firm.id}>
              {named(one.firm)}
            </option>
          ))}
        </select>
      </Field>
      <Field name={t('lab_source')}>
        <select value={filled.source} required onChange={(event) => change({ source: event.target.value })}>
          {sources.map((one) => (
            <option key={one.id} value={one.id}>
              {named(one)}
            </option>
          ))}
        </select>
      </Field>
      <Field name={t('lab_sample')}>
        <input value={filled.sample} required maxLength={60} pattern="[A-Za-z0-9][A-Za-z0-9._\-]*" onChange={(event) => change({ sample: event.target.value })} />
      </Field>
      <label className="check">
        <input type="checkbox" checked={filled.composite} onChange={(event) => change({ composite: event.target.checked })} /> {t('lab_composite')}
      </label>
      {(['taken_from', 'taken_to', 'represents_from', 'represents_to', 'tested'] as const).map((name) => (
        <Field key={name} name={word('lab', name)}>
          <input type="date" required value={filled[name]} onChange={(event) => change({ [name]: event.target.value })} />
        </Field>
      ))}
      <Field name={t('lab_amount')}>
        <input inputMode="decimal" value={filled.amount} onChange={(event) => change({ amount: event.target.value })} />
      </Field>
      <Field name={t('lab_report')}>
        <input value={filled.report} required maxLength={200} onChange={(event) => change({ report: event.target.value })} />
      </Field>
      <fieldset>
        <legend>{t('lab_marks')}</legend>
        {MARKS.map((one) => (
          <label key={one} className="check">
            <input
              type="checkbox"
              checked={filled.marks.includes(one)}
              onChange={(event) => change({ marks: event.target.checked ? [...filled.marks, one] : filled.marks.filter((mark) => mark !== one) })}
            />{' '}
            {one}
          </label>
        ))}
      </fieldset>
      <Rows rows={filled.rows} change={(rows) => change({ rows })} />
      <p className="lab-actions">
        <button type="submit" className="button" disabled={look.isPending}>
          {t('lab_look')}
        </button>{' '}
        <button type="button" className="button button-primary" disabled={!look.isSuccess || state.isPending || state.isSuccess} onClick={() => state.mutate(ask(false))}>
          {t('lab_state')}
        </button>
      </p>
      {look.isError && <ProblemNote error={look.error} title={t('lab_refused')} />}
      {state.isError && <ProblemNote error={state.error} title={t('lab_refused')} />}
      {look.isSuccess && <Found judged={state.data ?? look.data} />}
    </form>
  );
}

function Field({ name, children }: { name: string; children: ReactNode }) {
  return (
    <label>
      {name}
      {children}
    </label>
  );
}

function Rows({ rows, change }: { rows: readonly Row[]; change: (rows: readonly Row[]) => void }) {
  const set = (at: number, part: Partial<Row>) => change(rows.map((one, index) => (index === at ? { ...one, ...part } : one)));
  return (
    <div className="lab-rows scroll">
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t('lab_parameter')}</th>
            <th scope="col">{t('lab_basis')}</th>
            <th scope="col">{t('lab_value')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one, at) => (
            <tr key={at}>
              <td>
                <select aria-label={t('lab_parameter')} value={one.parameter} onChange={(event) => set(at, { parameter: event.target.value })}>
                  {PARAMETERS.map((name) => (
                    <option key={name} value={name}>
                      {codeWord('parameter', name)}
                    </option>
                  ))}
                </select>
              </td>
              <td>
                <select aria-label={t('lab_basis')} value={one.basis} onChange={(event) => set(at, { basis: event.target.value })}>
                  {BASES.map((name) => (
                    <option key={name} value={name}>
                      {word('basis', name)}
                    </option>
                  ))}
                </select>
              </td>
              <td>
                <input aria-label={t('lab_value')} inputMode="decimal" value={one.value} onChange={(event) => set(at, { value: event.target.value })} /> {unitOf(one.parameter)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" className="button" onClick={() => change([...rows, { parameter: 'ash', basis: 'ad', value: '' }])}>
        {t('lab_more')}
      </button>
    </div>
  );
}

/** The lines of the conversion, what is to be said, and the entries once they are there. */
function Found({ judged }: { judged: Judged }) {
  return (
    <div className="note" role="status">
      {judged.entries.length > 0 && <p>{t('lab_stated', { entries: judged.entries.join(', ') })}</p>}
      <ul className="home-list">
        {judged.worked.map((line) => (
          <li key={line}>
            <code>{line}</code>
          </li>
        ))}
        {judged.findings.map((one) => (
          <li key={`${one.code}${one.en}`}>{either(one.zh, one.en)}</li>
        ))}
      </ul>
      {judged.worked.length === 0 && judged.findings.length === 0 && judged.entries.length === 0 && <p>{t('lab_sound')}</p>}
    </div>
  );
}
