import { describe, expect, it } from 'vitest';

import { bands, heightOf, marks, roundTop, runs, shade, shortNumber } from './geometry';

describe('the geometry of charts', () => {
  it('gives every month a band of the same width, inside the drawing', () => {
    const found = bands(13, 650);
    expect(found).toHaveLength(13);
    for (const [n, one] of found.entries()) {
      expect(one.at).toBeGreaterThanOrEqual(n * 50);
      expect(one.at + one.size).toBeLessThanOrEqual((n + 1) * 50);
    }
    expect(bands(0, 650)).toEqual([]);
  });

  it('never draws what is missing as zero', () => {
    expect(heightOf(null, 100, 200)).toBeNull();
    expect(heightOf('0', 100, 200)).toBe(0);
    expect(heightOf('25.00', 100, 200)).toBe(50);
    expect(heightOf('not a number', 100, 200)).toBeNull();
    expect(shade(null, 100)).toBeNull();
    expect([shade('0', 100), shade('39', 100), shade('100', 100)]).toEqual([0, 1, 4]);
  });

  it('keeps a gap a gap', () => {
    expect(runs(['1', '2', null, '4', null, null, '7', '8'])).toEqual([
      { from: 0, to: 1 }, { from: 3, to: 3 }, { from: 6, to: 7 },
    ]);
    expect(runs([null, null])).toEqual([]);
  });

  it('ends an axis at a round number that holds every value', () => {
    expect(roundTop(['1974327.11', null, '31'])).toBe(2_000_000);
    expect(roundTop(['2000000.01'])).toBe(2_500_000);
    expect(roundTop(['9.9'])).toBe(10);
    expect(roundTop([null, '0'])).toBe(1);
    expect(marks(2_000_000)).toEqual([0, 500_000, 1_000_000, 1_500_000, 2_000_000]);
  });

  it('writes the numbers of an axis short in either language', () => {
    expect(shortNumber(1_200_000, 'zh')).toBe('120万');
    expect(shortNumber(250_000_000, 'zh')).toBe('2.5亿');
    expect(shortNumber(1_250_000, 'en')).toBe('1.25M');
    expect(shortNumber(500, 'en')).toBe('500');
  });
});
