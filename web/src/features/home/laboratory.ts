/** The laboratory's form as a request: what is empty is left out, numbers stay the text that was typed. */
import type { LaboratoryResults, TestResult } from '../../client';

export const PARAMETERS = [
  'carbon', 'hydrogen', 'oxygen', 'sulphur', 'moisture', 'ash', 'volatile', 'net_calorific_value', 'gross_calorific_value',
] as const;
export const BASES = ['ar', 'ad', 'd', 'daf'] as const;
export const MARKS = ['CMA', 'CNAS'] as const;

export interface Row {
  parameter: string;
  basis: string;
  value: string;
}

export interface Filled {
  source: string;
  sample: string;
  composite: boolean;
  taken_from: string;
  taken_to: string;
  represents_from: string;
  represents_to: string;
  amount: string;
  report: string;
  tested: string;
  marks: readonly string[];
  rows: readonly Row[];
}

/** What carbon by the monthly composite needs: carbon and moisture air-dried, and moisture as received. */
export const USUAL: readonly Row[] = [
  { parameter: 'carbon', basis: 'ad', value: '' },
  { parameter: 'moisture', basis: 'ar', value: '' },
  { parameter: 'moisture', basis: 'ad', value: '' },
  { parameter: 'net_calorific_value', basis: 'ar', value: '' },
];

/** The unit a parameter is reported in: heat in J/g, shares in per cent. */
export function unitOf(parameter: string): string {
  return parameter.endsWith('calorific_value') ? 'J/g' : '%';
}

/** First and last day of a month, `2026-02` → `2026-02-01`, `2026-02-28`; null for text that is no month. */
export function daysOf(month: string): readonly [string, string] | null {
  const found = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month);
  if (found === null) return null;
  const last = new Date(Date.UTC(parseInt(month.slice(0, 4), 10), parseInt(month.slice(5), 10), 0)).getUTCDate();
  return [`${month}-01`, `${month}-${String(last).padStart(2, '0')}`];
}

/** The request; rows without a value are left out, a missing amount is not zero but absent. */
export function bodyOf(filled: Filled): LaboratoryResults {
  const { rows, amount, marks, ...rest } = filled;
  const results = rows
    .filter((one) => one.value.trim() !== '')
    .map((one): TestResult => ({ parameter: one.parameter, basis: one.basis as TestResult['basis'], value: one.value.trim(), unit: unitOf(one.parameter) }));
  return { ...rest, marks: [...marks], results, ...(amount.trim() === '' ? {} : { amount: amount.trim() }) };
}
