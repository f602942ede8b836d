import type { ColumnSeen, SeriesTarget, SheetSeen, Targets } from '../../client';
import { either, named } from '../../lib/language';
import { STEPS, type Column, type Draft, type Use } from './columns';
import { t, word } from './text';

const PARTS: Use[] = ['none', 'time', 'year', 'month', 'day', 'hour'];

/** One line a column: what it holds, what it is, in which unit. */
export function Columns({ sheet, targets, draft, change }: { sheet: SheetSeen; targets: Targets; draft: Draft; change: (draft: Draft) => void }) {
  const set = (name: string, column: Column) => change({ ...draft, columns: { ...draft.columns, [name]: column } });
  const left = sheet.columns.filter((one) => draft.columns[one.name]?.use === 'none').map((one) => one.name);
  return (
    <>
      <h2 id="columns-title">{t('columns')}</h2>
      <ul className="imports-columns" aria-labelledby="columns-title">
        {sheet.columns.map((seen) => {
          const column = draft.columns[seen.name];
          return column === undefined ? null : <Line key={seen.letter} seen={seen} column={column} targets={targets} set={(next) => set(seen.name, next)} />;
        })}
      </ul>
      {left.length > 0 && <p className="muted">{t('left_out', { columns: left.join('、') })}</p>}
      <datalist id="units">
        {targets.units.map((unit) => (
          <option key={unit} value={unit} />
        ))}
      </datalist>
      <datalist id="indicators">
        {targets.indicators.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
    </>
  );
}

function Line({ seen, column, targets, set }: { seen: ColumnSeen; column: Column; targets: Targets; set: (column: Column) => void }) {
  const isSeries = column.use === 'new' || column.use.startsWith('series:');
  const planned = (use: Use) => (use.startsWith('series:') ? targets.series.find((one) => one.series === use.slice('series:'.length))?.unit : undefined);
  const choose = (use: Use) => set({ ...column, use, unit: column.unit || planned(use) || '' });
  const assumed = isSeries && seen.unit === '' && seen.unit_unread === '' && column.unit !== '' && column.unit === planned(column.use);
  return (
    <li className={isSeries || column.use !== 'none' ? 'imports-column used' : 'imports-column'}>
      <div className="imports-column-what">
        <strong>{seen.name}</strong> <span className="badge">{seen.letter}</span> <span className="badge">{word('holds', seen.holds)}</span>
        {seen.repeated && <span className="badge badge-synthetic">{t('repeated')}</span>}
        <div className="muted imports-samples">{seen.samples.slice(0, 3).join(' · ') || '—'}</div>
      </div>
      <label>
        <span className="imports-label">{t('is_what')}</span>
        <select aria-label={`${seen.name}: ${t('is_what')}`} value={column.use} onChange={(event) => choose(event.target.value as Use)}>
          {PARTS.map((use) => (
            <option key={use} value={use}>
              {word('use', use)}
            </option>
          ))}
          <optgroup label={t('series_group')}>
            {targets.series.map((one) => (
              <option key={one.series} value={`series:${one.series}`}>
                {seriesText(one)}
              </option>
            ))}
          </optgroup>
          {targets.sources.length > 0 && <option value="new">{t('use.new')}</option>}
        </select>
      </label>
      {isSeries && (
        <label>
          <span className="imports-label">{t('file_unit')}</span>
          <input aria-label={`${seen.name}: ${t('file_unit')}`} list="units" size={8} value={column.unit} onChange={(event) => set({ ...column, unit: event.target.value })} />
          {assumed && <span className="imports-assumed">{t('unit_assumed')}</span>}
        </label>
      )}
      {isSeries && <Options seen={seen} column={column} set={set} />}
      {column.use === 'new' && <NewSeries column={column} targets={targets} set={set} />}
    </li>
  );
}

function seriesText(one: SeriesTarget): string {
  return `${either(one.label_zh, one.label_en)} · ${one.step}${one.authoritative ? '' : ' ·'}`;
}

function Options({ seen, column, set }: { seen: ColumnSeen; column: Column; set: (column: Column) => void }) {
  return (
    <details className="imports-options">
      <summary>{t('options')}</summary>
      <label>
        {t('empty_cell')}
        <select aria-label={`${seen.name}: ${t('empty_cell')}`} value={column.empty} onChange={(event) => set({ ...column, empty: event.target.value as Column['empty'] })}>
          <option value="nothing">{t('empty_nothing')}</option>
          <option value="missing">{t('empty_missing')}</option>
        </select>
      </label>
      <label>
        {t('rounding')}
        <select aria-label={`${seen.name}: ${t('rounding')}`} value={column.rounding} onChange={(event) => set({ ...column, rounding: event.target.value as Column['rounding'] })}>
          <option value="">{t('rounding_none')}</option>
          <option value="half_even">{t('rounding_even')}</option>
          <option value="half_up">{t('rounding_up')}</option>
        </select>
      </label>
      <label>
        {t('provenance')}
        <select aria-label={`${seen.name}: ${t('provenance')}`} value={column.provenance} onChange={(event) => set({ ...column, provenance: event.target.value as Column['provenance'] })}>
          {(['declared', 'measured', 'estimated'] as const).map((one) => (
            <option key={one} value={one}>
              {word('prov', one)}
            </option>
          ))}
        </select>
      </label>
    </details>
  );
}

function NewSeries({ column, targets, set }: { column: Column; targets: Targets; set: (column: Column) => void }) {
  return (
    <div className="imports-new">
      <label>
        {t('new_source')}
        <select value={column.source} onChange={(event) => set({ ...column, source: event.target.value })}>
          <option value="">—</option>
          {targets.sources.map((one) => (
            <option key={one.id} value={one.id}>
              {named(one)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {t('new_indicator')}
        <input list="indicators" value={column.indicator} onChange={(event) => set({ ...column, indicator: event.target.value })} />
      </label>
      <label>
        {t('new_step')}
        <select value={column.step} onChange={(event) => set({ ...column, step: event.target.value as Column['step'] })}>
          {STEPS.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <label>
        {t('new_decimals')}
        <input type="number" min={0} max={12} value={column.decimals} onChange={(event) => set({ ...column, decimals: Math.min(12, Math.max(0, Math.trunc(event.target.valueAsNumber) || 0)) })} />
      </label>
      <p className="muted">{t('new_note')}</p>
    </div>
  );
}
