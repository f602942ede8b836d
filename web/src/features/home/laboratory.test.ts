import { describe, expect, it } from 'vitest';

import { bodyOf, daysOf, unitOf, USUAL, type Filled } from './laboratory';

const FILLED: Filled = {
  source: 'a.coal', sample: 'S-1', composite: true, taken_from: '2026-05-01', taken_to: '2026-05-31',
  represents_from: '2026-05-01', represents_to: '2026-05-31', amount: '', report: 'R-1', tested: '2026-06-02', marks: ['CMA'],
  rows: USUAL,
};

describe('the laboratory form', () => {
  it('leaves out what is empty, and never sends a zero for it', () => {
    const body = bodyOf({ ...FILLED, rows: [{ parameter: 'carbon', basis: 'ad', value: ' 58.20 ' }, ...USUAL.slice(1)] });
    expect(body.results).toEqual([{ parameter: 'carbon', basis: 'ad', value: '58.20', unit: '%' }]);
    expect('amount' in body).toBe(false);
  });

  it('keeps the digits that were typed', () => {
    const body = bodyOf({ ...FILLED, amount: '3100.50', rows: [{ parameter: 'net_calorific_value', basis: 'ar', value: '20908.0' }] });
    expect(body.amount).toBe('3100.50');
    expect(body.results[0]).toEqual({ parameter: 'net_calorific_value', basis: 'ar', value: '20908.0', unit: 'J/g' });
  });

  it('knows the days of a month', () => {
    expect(daysOf('2024-02')).toEqual(['2024-02-01', '2024-02-29']);
    expect(daysOf('2026-12')).toEqual(['2026-12-01', '2026-12-31']);
    expect(daysOf('2026-13')).toBe(null);
    expect(unitOf('ash')).toBe('%');
  });
});
