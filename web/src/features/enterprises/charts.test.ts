import { describe, expect, it } from 'vitest';

import { isMeasured, lanes, monthsOption } from './charts';

const point = (hour: number, value: string | null, state: string, kinds: string[], partial: string | null = value) => ({
  start: `2026-05-01T0${hour}:00:00Z`,
  end: `2026-05-01T0${hour + 1}:00:00Z`,
  value,
  partial,
  state,
  kinds,
});

describe('how a series is drawn', () => {
  it('breaks the line at a hole and never draws it as zero of the line', () => {
    const drawn = lanes([point(0, '1.5', 'value', ['measured']), point(1, null, 'missing', []), point(2, '2.0', 'value', ['measured'])]);
    expect(drawn.measured.map((one) => one[1])).toEqual([1.5, null, 2]);
    expect(drawn.missing).toHaveLength(1);
  });

  it('draws what was not measured apart, and a stop apart from a hole', () => {
    const drawn = lanes([point(0, '9', 'value', ['declared']), point(1, null, 'not_operating', []), point(2, null, 'missing', ['measured'], '3')]);
    expect(drawn.measured.every((one) => one[1] === null)).toBe(true);
    expect([drawn.other.length, drawn.stopped.length, drawn.partial.length, drawn.missing.length]).toEqual([1, 1, 1, 0]);
  });

  it('takes a default factor beside measured amounts for measured', () => {
    expect(isMeasured(['measured', 'default'])).toBe(true);
    expect(isMeasured(['measured', 'estimated'])).toBe(false);
  });

  it('draws an incomplete month hollow and carries the synthetic label inside', () => {
    const amount = { value: null, unit: 't CO2', state: 'missing', kinds: ['measured'], synthetic: true, complete: false, receipt: null, cell: null };
    const figure = { quantity: 'E', amount, known: { ...amount, value: '5' }, by_kind: {}, readings_expected: 2, readings_present: 1, holes: 1, revised: 0, published: null };
    const said = { measured: 'm', other: 'o', partial: 'p', missing: 'x', stopped: 's', synthetic: '演示数据' };
    const option = monthsOption(['2026-04'], [figure], 't', said, { main: '#000', other: '#000', gap: '#000' });
    const series = option.series as { name: string; data: (number | null)[] }[];
    expect(series.map((one) => one.data[0])).toEqual([null, null, 5, null]);
    expect(JSON.stringify(option.graphic)).toContain('演示数据');
  });
});
