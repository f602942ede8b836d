/** The pivot: statements put in a grid by two of their properties. Nothing is added here; sums come from the API. */
import type { CellBody, SubtotalBody } from '../../client';
import type { Axis } from './state';

export interface Pivot {
  rows: string[];
  columns: string[];
  /** Every statement of a place, in the order of the answer; a place of which nobody speaks holds the absent one. */
  at: (row: string, column: string) => CellBody[];
}

/** The property of a statement that an axis goes by. */
export function keyOf(cell: CellBody, axis: Axis): string {
  switch (axis) {
    case 'subject':
      return cell.subject;
    case 'period':
      return cell.period;
    case 'indicator':
      return cell.indicator;
    case 'world':
      return cell.voice.world;
    case 'basis':
      return cell.voice.basis;
    case 'stage':
      return cell.voice.stage ?? '';
  }
}

/** `orders` gives the values of axes that have an order of their own (subjects and periods as they were asked). */
export function pivot(cells: readonly CellBody[], rows: Axis, columns: Axis, orders: Partial<Record<Axis, readonly string[]>>): Pivot {
  const places = new Map<string, CellBody[]>();
  const found: Record<'rows' | 'columns', Set<string>> = { rows: new Set(), columns: new Set() };
  for (const cell of cells) {
    if (silent(cell, rows, columns)) continue;
    const row = keyOf(cell, rows);
    const column = keyOf(cell, columns);
    found.rows.add(row);
    found.columns.add(column);
    const key = JSON.stringify([row, column]);
    const there = places.get(key);
    if (there === undefined) places.set(key, [cell]);
    else there.push(cell);
  }
  return {
    rows: ordered(found.rows, orders[rows]),
    columns: ordered(found.columns, orders[columns]),
    at: (row, column) => places.get(JSON.stringify([row, column])) ?? [],
  };
}

/** What nobody says has no world, basis or stage, and so no place in a grid that goes by them. */
function silent(cell: CellBody, rows: Axis, columns: Axis): boolean {
  const spoken: Axis[] = ['world', 'basis', 'stage'];
  return cell.voice.form === 'absent' && (spoken.includes(rows) || spoken.includes(columns));
}

function ordered(found: Set<string>, order: readonly string[] | undefined): string[] {
  if (order === undefined) return [...found];
  return [...order.filter((one) => found.has(one)), ...[...found].filter((one) => !order.includes(one))];
}

/** Whether the API's sub-totals fit this grid: they are along subjects and periods. */
export function hasTotals(rows: Axis, columns: Axis): boolean {
  return (rows === 'subject' && columns === 'period') || (rows === 'period' && columns === 'subject');
}

/** The totals of one row or column of a grid of subjects and periods; `null` names the axis that was summed over. */
export function totalsOf(totals: readonly SubtotalBody[], subject: string | null, period: string | null): SubtotalBody[] {
  return totals.filter((one) => one.subject === subject && one.period === period);
}

/** Who speaks, in one text: statements with the same one belong to one series. */
export function voiceKey(voice: CellBody['voice']): string {
  return JSON.stringify([voice.form === 'summed' ? 'stated' : voice.form, voice.world, voice.basis, voice.stage, voice.issuer]);
}
