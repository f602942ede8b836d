import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import { language } from '../../app/boot';
import type { ImportBody, Inspection, SheetSeen, Targets, WantedMap } from '../../client';
import { getImportTargetsOptions, inspectImportOptions, mapImportMutation } from '../../client/@tanstack/react-query.gen';
import { checkImport } from '../../client';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { problemOf } from '../../lib/api';
import { either, named } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { Keep } from './CheckStep';
import { Columns } from './Columns';
import { firstFormat, planOf, proposed, renewed, restored, sameNames, toggledFormat, type Draft } from './columns';
import { Preview } from './Preview';
import { count, forCity, t, when } from './text';

/** Which column is what; what that gives is shown below while one chooses. */
export function MapStep({ one, done }: { one: ImportBody; done: () => Promise<void> }) {
  const [enterprise, setEnterprise] = useState('');
  const [header, setHeader] = useState<number | undefined>(undefined);
  const asked = enterprise === '' ? {} : { enterprise };
  const targets = useQuery({ ...getImportTargetsOptions({ query: asked }), staleTime: 60_000 });
  const seen = useQuery({
    ...inspectImportOptions({ path: { name: one.id }, query: { ...asked, ...(header === undefined ? {} : { header }) } }),
    staleTime: 60_000,
    placeholderData: (old) => old,
  });
  if (seen.isError) return <Unreadable one={one} error={seen.error} retry={() => void seen.refetch()} done={done} />;
  if (targets.isError) return <ProblemNote error={targets.error} retry={() => void targets.refetch()} />;
  if (seen.isPending || targets.isPending) return <Waiting label={t('looking')} />;
  return (
    <section className="imports-step">
      {forCity && (
        <label className="imports-field">
          {t('enterprise')}
          <select value={enterprise} onChange={(event) => setEnterprise(event.target.value)}>
            <option value="">{t('enterprise_choose')}</option>
            {targets.data.enterprises.map((firm) => (
              <option key={firm.id} value={firm.id}>
                {named(firm)}
              </option>
            ))}
          </select>
        </label>
      )}
      <Mapper
        key={`${enterprise}/${String(header)}`}
        one={one}
        inspection={seen.data}
        targets={targets.data}
        enterprise={enterprise}
        setHeader={setHeader}
        done={done}
      />
    </section>
  );
}

/** A file that is no table: why, and what can be done with it all the same. */
function Unreadable({ one, error, retry, done }: { one: ImportBody; error: unknown; retry: () => void; done: () => Promise<void> }) {
  const [params] = useSearchParams();
  if (problemOf(error)?.status !== 422) return <ProblemNote error={error} retry={retry} />;
  return (
    <section className="imports-step">
      <ProblemNote error={error} title={t('unreadable')} />
      <p>{t('unreadable_what')}</p>
      <p className="imports-actions">
        <Link className="button button-primary" to={`/imports${keeping(params)}`}>
          {t('other_choice')}
        </Link>
        <Keep one={one} refresh={done} />
      </p>
    </section>
  );
}

interface MapperProps {
  one: ImportBody;
  inspection: Inspection;
  targets: Targets;
  enterprise: string;
  setHeader: (row: number) => void;
  done: () => Promise<void>;
}

function firstDraft({ one, inspection, targets }: MapperProps): Draft {
  const sheets = inspection.sheets;
  const planned = sheets.find((sheet) => one.plan !== null && sameNames(one.plan, sheet));
  if (one.plan && planned !== undefined) return restored(one.plan, planned);
  for (const { plan } of inspection.maps) {
    const again = plan && sheets.find((sheet) => sameNames(plan, sheet));
    if (plan && again) return renewed(plan, again, inspection, targets);
  }
  const best = sheets.reduce((one, two) => (score(two, inspection) > score(one, inspection) ? two : one));
  return proposed(best, inspection, targets);
}

/** The sheet whose columns say most. */
function score(sheet: SheetSeen, inspection: Inspection): number {
  return 100 * Object.keys(inspection.suggestions[sheet.name] ?? {}).length + (sheet.columns.some((one) => one.holds === 'time') ? 1 : 0);
}

function Mapper(props: MapperProps) {
  const { one, inspection, targets, enterprise, setHeader, done } = props;
  const [draft, setDraft] = useState<Draft>(() => firstDraft(props));
  const [template, setTemplate] = useState('');
  const sheet = inspection.sheets.find((two) => two.name === draft.sheet) ?? (inspection.sheets[0] as SheetSeen);
  const wanted: WantedMap = template === '' ? { plan: planOf(draft), ...(enterprise ? { enterprise } : {}) } : { template };
  const settled = useSettled(wanted);
  const map = useMutation({
    ...mapImportMutation(),
    onSuccess: async () => {
      await checkImport({ path: { name: one.id } });
      await done();
    },
  });
  const choose = (name: string) => {
    const next = inspection.sheets.find((two) => two.name === name);
    if (next !== undefined) setDraft(proposed(next, inspection, targets));
  };
  const time = sheet.columns.find((two) => draft.columns[two.name]?.use === 'time');
  const others = [...new Set([...(time?.other_formats ?? []), ...draft.formats.slice(1)])].filter((format) => format !== draft.formats[0]);
  return (
    <>
      {inspection.maps.length > 0 && (
        <label className="imports-field">
          {t('ready_maps')}
          <select value={template} onChange={(event) => setTemplate(event.target.value)}>
            <option value="">{t('ready_none')}</option>
            {inspection.maps.map((two) => (
              <option key={two.id} value={two.id}>
                {two.origin === 'earlier'
                  ? t('earlier_map', { name: either(two.title_zh, two.title_en), when: when(two.when ?? '') })
                  : t('shipped_map', { name: either(two.title_zh, two.title_en) })}
              </option>
            ))}
          </select>
        </label>
      )}
      {template === '' && (
        <>
          <div className="imports-fields">
            {inspection.sheets.length > 1 && (
              <label className="imports-field">
                {t('sheet')}
                <select value={draft.sheet} onChange={(event) => choose(event.target.value)}>
                  {inspection.sheets.map((two) => (
                    <option key={two.name} value={two.name}>
                      {two.name}
                    </option>
                  ))}
                </select>
              </label>
            )}
            {inspection.kind !== 'parquet' && (
              <label className="imports-field">
                {t('header_row')}
                <select value={sheet.header} onChange={(event) => setHeader(Number(event.target.value))}>
                  {sheet.head.map((cells, at) => (
                    <option key={at} value={at + 1}>
                      {at + 1}：{cells.filter((cell) => cell !== '').slice(0, 4).join(' | ').slice(0, 60)}
                    </option>
                  ))}
                </select>
              </label>
            )}
            <label className="imports-field">
              {t('skip_rows')}
              <input type="number" min={0} max={20} value={draft.skip} onChange={(event) => setDraft({ ...draft, skip: Math.max(0, Math.trunc(event.target.valueAsNumber) || 0) })} />
            </label>
            <label className="imports-field">
              {t('thousands')}
              <select value={draft.thousands} onChange={(event) => setDraft({ ...draft, thousands: event.target.value as Draft['thousands'] })}>
                <option value="">{t('thousands_none')}</option>
                <option value=",">1,234</option>
                <option value=" ">1 234</option>
                <option value="'">1'234</option>
              </select>
            </label>
            {time?.times_as_text === true && (
              <label className="imports-field">
                {t('times_text')}
                <select value={draft.formats[0] ?? ''} onChange={(event) => setDraft({ ...draft, formats: firstFormat(draft.formats, event.target.value) })}>
                  {[...new Set([...time.formats, ...draft.formats.slice(0, 1)])].map((format) => (
                    <option key={format} value={format}>
                      {spelled(format)} — {time.samples[0]}
                    </option>
                  ))}
                </select>
              </label>
            )}
            {time?.times_as_text === true && others.length > 0 && (
              <fieldset className="imports-field imports-forms">
                <legend>{t('times_also')}</legend>
                {others.map((format) => (
                  <label key={format}>
                    <input type="checkbox" checked={draft.formats.includes(format)} onChange={() => setDraft({ ...draft, formats: toggledFormat(draft.formats, format) })} />{' '}
                    {spelled(format)}
                  </label>
                ))}
              </fieldset>
            )}
          </div>
          <p className="muted">
            {t('seen', { rows: count(sheet.rows), kind: inspection.kind.toUpperCase(), encoding: inspection.encoding ? ` · ${inspection.encoding}` : '' })}
            {sheet.rows < sheet.header + sheet.header_rows + draft.skip && inspection.kind !== 'parquet' && <strong> · {t('no_rows')}</strong>}
            {sheet.header_rows > 1 && ` · ${t('header_rows', { first: sheet.header, last: sheet.header + sheet.header_rows - 1 })}`}
            {sheet.merged && sheet.header_rows === 1 && ` · ${t('merged')}`}
            {sheet.formulas > 0 && ` · ${t('formulas', { count: sheet.formulas })}`}
          </p>
          <Columns sheet={sheet} targets={targets} draft={draft} change={setDraft} />
        </>
      )}
      <Preview one={one} wanted={settled} targets={targets} />
      {map.isError && <ProblemNote error={map.error} title={t('not_done')} />}
      <p className="imports-actions">
        <button type="button" className="button button-primary" disabled={map.isPending} onClick={() => map.mutate({ path: { name: one.id }, body: wanted })}>
          {t('go_check')}
        </button>
      </p>
    </>
  );
}

/** A format of the map's language as people write it. */
function spelled(format: string): string {
  const parts: Record<string, string> = { Y: 'YYYY', y: 'YY', m: 'MM', d: 'DD', H: 'HH', M: 'mm', S: 'ss' };
  return format.replace(/%(\w)/g, (_, one: string) => parts[one] ?? one);
}

const PAUSE_MS = 400;

/** A value once it has stood still for a moment, so that not every keystroke reads the file. */
function useSettled(value: WantedMap): string {
  const text = JSON.stringify(value);
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

export const labelled = (targets: Targets, series: string): string => {
  const found = targets.series.find((one) => one.series === series);
  return found === undefined ? series : language === 'zh' ? found.label_zh : found.label_en;
};
