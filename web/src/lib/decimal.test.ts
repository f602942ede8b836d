import { describe, expect, it } from 'vitest';

import { compareDecimals, grouped, rounded, signOf } from './decimal';

describe('decimal texts', () => {
  it('are parted by thousands without touching a digit', () => {
    expect(grouped('1234567.80')).toBe('1,234,567.80');
    expect(grouped('-0.30')).toBe('−0.30');
    expect(grouped('999')).toBe('999');
    expect(grouped('-1000')).toBe('−1,000');
    expect(grouped('12345678901234567890.1234567890')).toBe('12,345,678,901,234,567,890.1234567890');
    expect(grouped('not a number')).toBe('not a number');
  });

  it('are ordered exactly, beyond what a double holds', () => {
    const sorted = ['-10', '-9.5', '-9.49', '0', '0.1', '0.11', '2', '10', '12345678901234567.1', '12345678901234567.2'];
    for (const [at, one] of sorted.entries())
      for (const [place, other] of sorted.entries()) expect(Math.sign(compareDecimals(one, other))).toBe(Math.sign(at - place));
    expect(compareDecimals('1.0', '1.00')).toBe(0);
    expect(compareDecimals('-0', '0.0')).toBe(0);
  });

  it('come before what is missing', () => {
    expect(compareDecimals('5', null)).toBeLessThan(0);
    expect(compareDecimals(null, '-5')).toBeGreaterThan(0);
    expect(compareDecimals(null, null)).toBe(0);
  });

  it('are shortened half to even, digit by digit', () => {
    const cases: [string, number, string][] = [
      ['2.345', 2, '2.34'], ['2.355', 2, '2.36'], ['2.3450001', 2, '2.35'], ['-0.004', 2, '0.00'],
      ['-2.5', 0, '-2'], ['3.5', 0, '4'], ['0.5', 0, '0'], ['99.995', 2, '100.00'], ['999.96', 1, '1000.0'],
      ['12', 2, '12'], ['12.30', 2, '12.30'], ['0.099', 2, '0.10'], ['1.005', 2, '1.00'],
      ['12345678901234567890.125', 2, '12345678901234567890.12'], ['not a number', 2, 'not a number'],
    ];
    for (const [text, places, wanted] of cases) expect(rounded(text, places)).toBe(wanted);
  });

  it('stand on one side of zero', () => {
    expect([signOf('-0.00'), signOf('0'), signOf('-0.01'), signOf('3'), signOf('—')]).toEqual([0, 0, -1, 1, 0]);
  });
});
