/** What a series shows of a peak: where its largest value lies. Values are ordered as decimals, nothing is computed. */
import type { CellBody } from '../../client';
import { compareDecimals } from '../../lib/decimal';
import { voiceKey } from './pivot';

export interface Peak {
  first: CellBody;
  largest: CellBody;
  latest: CellBody;
}

/** Of one subject and one voice; null where there are several, where a year is missing, or where there are fewer than three. */
export function peakOf(cells: readonly CellBody[]): Peak | null {
  const voices = new Set(cells.map((one) => JSON.stringify([one.subject, one.indicator, one.amount.unit, voiceKey(one.voice)])));
  if (voices.size !== 1 || cells.length < 3 || cells.some((one) => one.amount.value === null)) return null;
  const years = [...cells].sort((one, other) => one.period.localeCompare(other.period));
  const [first, latest] = [years.at(0), years.at(-1)];
  if (first === undefined || latest === undefined) return null;
  const largest = years.reduce((best, one) => (compareDecimals(one.amount.value, best.amount.value) > 0 ? one : best));
  return { first, largest, latest };
}
