/** The map being made: one choice for each column, and what the server is told of it. Pure, so that it can be tested. */
import type { ColumnMap, ColumnSeen, Inspection, SheetSeen, Target, Targets } from '../../client';

export type Use = 'none' | 'time' | 'year' | 'month' | 'day' | 'hour' | 'new' | `series:${string}`;

export interface Column {
  use: Use;
  unit: string;
  rounding: '' | 'half_even' | 'half_up';
  empty: 'nothing' | 'missing';
  provenance: 'declared' | 'measured' | 'estimated';
  source: string;
  indicator: string;
  step: '15min' | '30min' | '1h' | '1d' | 'month' | 'irregular';
  decimals: number;
}

export interface Draft {
  sheet: string;
  header: number;
  header_rows: number;
  skip: number;
  formats: string[];
  thousands: '' | ',' | ' ' | "'";
  columns: Record<string, Column>;
}

export const STEPS = ['15min', '30min', '1h', '1d', 'month', 'irregular'] as const;

function fresh(seen: ColumnSeen, step: string): Column {
  const known = STEPS.find((one) => one === step) ?? 'month';
  return {
    use: 'none', unit: seen.unit || seen.unit_unread, rounding: '', empty: 'nothing', provenance: 'declared', source: '', indicator: '',
    step: known, decimals: 3,
  };
}

/** What the inspection proposes for a sheet: its first time column, and the series its headers speak of. */
export function proposed(sheet: SheetSeen, inspection: Inspection, targets: Targets): Draft {
  const suggestions = inspection.suggestions[sheet.name] ?? {};
  const columns: Record<string, Column> = {};
  const time = sheet.columns.find((one) => one.holds === 'time');
  for (const seen of sheet.columns) {
    const column = fresh(seen, sheet.step);
    const series = suggestions[seen.name];
    if (seen === time) column.use = 'time';
    else if (series !== undefined) {
      column.use = `series:${series}`;
      column.unit = seen.unit || seen.unit_unread || (targets.series.find((one) => one.series === series)?.unit ?? '');
    }
    columns[seen.name] = column;
  }
  return {
    sheet: sheet.name, header: sheet.header, header_rows: sheet.header_rows, skip: sheet.skip, formats: time?.times_as_text ? time.formats.slice(0, 1) : [],
    thousands: '', columns,
  };
}

/** The ways of writing a time with another one first; those read beside it stay. */
export function firstFormat(formats: string[], first: string): string[] {
  return [first, ...formats.slice(1).filter((one) => one !== first)];
}

/** The ways of writing a time with one more read beside the first, or one less. */
export function toggledFormat(formats: string[], format: string): string[] {
  return formats.includes(format) ? formats.filter((one) => one !== format) : [...formats, format];
}

/** Whether a map made earlier reads its names from the rows in which this sheet has them. */
export function sameNames(plan: ColumnMap, sheet: SheetSeen): boolean {
  return plan.sheet === sheet.name && plan.header === sheet.header && (plan.header_rows ?? 1) === sheet.header_rows;
}

/** A map made earlier as a draft over the columns of this sheet. */
export function restored(plan: ColumnMap, sheet: SheetSeen): Draft {
  const columns: Record<string, Column> = {};
  for (const seen of sheet.columns) columns[seen.name] = fresh(seen, sheet.step);
  const put = (name: string | undefined, change: Partial<Column>) => {
    const column = name === undefined ? undefined : columns[name];
    if (column !== undefined) Object.assign(column, change);
  };
  put(plan.time.column, { use: 'time' });
  for (const part of ['year', 'month', 'day', 'hour'] as const) put(plan.time[part], { use: part });
  for (const target of plan.targets) put(target.columns[0], columnOf(target));
  return {
    sheet: sheet.name, header: sheet.header, header_rows: sheet.header_rows, skip: plan.skip ?? 0, formats: plan.time.formats ?? [],
    thousands: plan.thousands ?? '', columns,
  };
}

/** A map made earlier, and for columns that it does not speak of what the inspection proposes. */
export function renewed(plan: ColumnMap, sheet: SheetSeen, inspection: Inspection, targets: Targets): Draft {
  const draft = restored(plan, sheet);
  const { column, year, month, day, hour } = plan.time;
  const told = new Set([column, year, month, day, hour, ...(plan.left_out ?? []), ...plan.targets.flatMap((one) => one.columns)]);
  const used = new Set(Object.values(draft.columns).map((one) => one.use));
  for (const [name, seen] of Object.entries(proposed(sheet, inspection, targets).columns))
    if (!told.has(name) && seen.use.startsWith('series:') && !used.has(seen.use)) draft.columns[name] = seen;
  return draft;
}

function columnOf(target: Target): Partial<Column> {
  const shared = {
    unit: target.unit, rounding: target.rounding ?? ('' as const), empty: target.empty ?? ('nothing' as const),
    provenance: target.provenance ?? ('declared' as const),
  };
  if (target.new) {
    const { source, indicator, step, decimals } = target.new;
    return { ...shared, use: 'new', source, indicator, step, decimals: decimals ?? 3 };
  }
  return { ...shared, use: `series:${target.series ?? ''}` };
}

/** What the server is told. */
export function planOf(draft: Draft): ColumnMap {
  const named = (use: Use) => Object.entries(draft.columns).find(([, one]) => one.use === use)?.[0] ?? '';
  const targets: Target[] = [];
  const left: string[] = [];
  for (const [name, one] of Object.entries(draft.columns)) {
    if (one.use === 'none') left.push(name);
    const shared = {
      columns: [name], unit: one.unit, empty: one.empty, provenance: one.provenance, rounding: one.rounding || null,
    };
    if (one.use === 'new')
      targets.push({ ...shared, new: { source: one.source, indicator: one.indicator, step: one.step, decimals: one.decimals } });
    else if (one.use.startsWith('series:')) targets.push({ ...shared, series: one.use.slice('series:'.length) });
  }
  return {
    time: { column: named('time'), formats: draft.formats, year: named('year'), month: named('month'), day: named('day'), hour: named('hour') },
    targets, sheet: draft.sheet, header: draft.header, header_rows: draft.header_rows, skip: draft.skip, thousands: draft.thousands, left_out: left,
  };
}
