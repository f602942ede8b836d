import { describe, expect, it } from 'vitest';

import type { CellBody, SubtotalBody } from '../../client';
import { peakOf } from './peak';
import { hasTotals, pivot, totalsOf } from './pivot';
import { commonPeriod, marksOnly, MOST, onOwnScale, panelsOf, seriesOf } from './series';

function cell(subject: string, period: string, value: string | null, more: Partial<CellBody> = {}): CellBody {
  return {
    indicator: 'gdp', subject, period, partial: null, why: null, source: null, entry: 7, key_enterprises: false,
    voice: { form: 'stated', world: 'actual', basis: '', stage: 'published', issuer: 'statistics' },
    amount: {
      value, unit: '亿元', state: value === null ? 'missing' : 'value', kinds: ['declared'], synthetic: false,
      complete: value !== null, receipt: null, cell: null,
    },
    ...more,
  };
}

const target = { form: 'stated', world: 'target', basis: '', stage: 'approved', issuer: 'council' };
const absent = { form: 'absent', world: '', basis: '', stage: null, issuer: '' };

describe('the pivot', () => {
  const cells = [
    cell('b', '2024', '10'), cell('b', '2024', '12', { voice: target }), cell('a', '2023', '7'),
    cell('a', '2024', null, { voice: absent }), cell('b', '2023', '9.50'),
  ];

  it('shows every statement of a cell and adds none of them', () => {
    const made = pivot(cells, 'subject', 'period', { subject: ['a', 'b'], period: ['2023', '2024'] });
    expect(made.rows).toEqual(['a', 'b']);
    expect(made.columns).toEqual(['2023', '2024']);
    expect(made.at('b', '2024').map((one) => one.amount.value)).toEqual(['10', '12']);
    expect(made.at('b', '2023').map((one) => one.amount.value)).toEqual(['9.50']);
    expect(made.at('a', '2024').map((one) => one.voice.form)).toEqual(['absent']);
    expect(made.at('nobody', '2024')).toEqual([]);
    const all = made.rows.flatMap((row) => made.columns.flatMap((column) => made.at(row, column)));
    expect(all).toHaveLength(cells.length);
  });

  it('goes by any two properties, and leaves out what nobody says where it goes by who speaks', () => {
    const made = pivot(cells, 'world', 'subject', { subject: ['a', 'b'] });
    expect(made.rows).toEqual(['actual', 'target']);
    expect(made.at('actual', 'b').map((one) => one.period)).toEqual(['2024', '2023']);
    expect(made.at('target', 'a')).toEqual([]);
    expect(pivot(cells, 'stage', 'basis', {}).rows).toEqual(['published', 'approved']);
  });

  it('takes sums from the API, by subject, by period and over both', () => {
    const total = (subject: string | null, period: string | null) => ({ subject, period }) as SubtotalBody;
    const totals = [total(null, '2023'), total('a', null), total(null, null)];
    expect(totalsOf(totals, null, '2023')).toEqual([totals[0]]);
    expect(totalsOf(totals, 'a', null)).toEqual([totals[1]]);
    expect(totalsOf(totals, null, null)).toEqual([totals[2]]);
    expect(totalsOf(totals, 'b', null)).toEqual([]);
    expect([hasTotals('subject', 'period'), hasTotals('period', 'subject'), hasTotals('indicator', 'period')]).toEqual([true, true, false]);
  });
});

describe('the lines of a chart', () => {
  it('are one a voice, and gaps stay gaps', () => {
    const cells = [cell('a', '2022', '1'), cell('a', '2024', '3'), cell('a', '2023', '5', { voice: target }), cell('a', '2023', null)];
    const [actual, promised] = seriesOf(cells, ['2022', '2023', '2024']);
    expect(actual?.points.map((one) => one.at)).toEqual([1, null, 3]);
    expect(promised?.points.map((one) => one.at)).toEqual([null, 5, null]);
  });

  it('say what is synthetic and what is estimated', () => {
    const made = cell('a', '2022', '1');
    const [one] = seriesOf([{ ...made, amount: { ...made.amount, synthetic: true, kinds: ['estimated'] } }], ['2022']);
    expect([one?.synthetic, one?.estimated]).toEqual([true, true]);
  });

  it('of different units never share a panel', () => {
    const other = cell('a', '2022', '5', { indicator: 'emission.co2' });
    const cells = [cell('a', '2022', '1'), { ...other, amount: { ...other.amount, unit: '万t CO2' } }, cell('b', '2022', '2')];
    expect(panelsOf(seriesOf(cells, ['2022'])).map((one) => [one.unit, one.series.length])).toEqual([['亿元', 2], ['万t CO2', 1]]);
  });

  it('of nothing but absences are none, and too many are cut', () => {
    expect(seriesOf([cell('a', '2022', null), cell('a', '2023', null, { voice: absent })], ['2022', '2023'])).toEqual([]);
    const many = Array.from({ length: MOST + 5 }, (_, number) => cell(`s${String(number)}`, '2022', '1'));
    expect(panelsOf(seriesOf(many, ['2022'])).flatMap((one) => one.series)).toHaveLength(MOST);
  });

  it('on one scale meet in the first period they share, and keep their gaps', () => {
    const cells = [cell('a', '2022', '4'), cell('a', '2023', '5'), cell('a', '2024', '6'), cell('b', '2023', '200'), cell('b', '2024', '100')];
    const made = seriesOf(cells, ['2022', '2023', '2024']);
    expect(commonPeriod(made)).toBe(1);
    const [panel] = onOwnScale(made);
    expect(panel?.series.map((one) => one.points.map((point) => point.at))).toEqual([[0.8, 1, 1.2], [null, 1, 0.5]]);
    expect(onOwnScale([])).toEqual([]);
  });

  it('that share no period begin each at its own', () => {
    const made = seriesOf([cell('a', '2022', '4'), cell('b', '2023', '200')], ['2022', '2023']);
    expect(commonPeriod(made)).toBeNull();
    expect(onOwnScale(made)[0]?.series.map((one) => one.points.map((point) => point.at))).toEqual([[1, null], [null, 1]]);
  });

  it('of what is published are marks on the line of the same thing as now known', () => {
    const provisional = { form: 'provisional', world: 'actual', basis: 'm', stage: 'calculated', issuer: 'tansuo' };
    const published = { form: 'published', world: 'actual', basis: 'm', stage: 'published', issuer: 'somebody' };
    const cells = [cell('a', '2022', '4', { voice: provisional }), cell('a', '2022', '5', { voice: published }), cell('b', '2022', '1', { voice: published })];
    const made = seriesOf(cells, ['2022']);
    expect(made.map((one) => marksOnly(one, made))).toEqual([false, true, false]);
  });
});

describe('the peak of a series', () => {
  const series = [cell('a', '2021', '10.10'), cell('a', '2020', '9.9'), cell('a', '2022', '10.1'), cell('a', '2023', '9.95')];

  it('is where its largest value lies, the first of equals, whatever the order', () => {
    const found = peakOf(series);
    expect([found?.first.period, found?.largest.period, found?.latest.period]).toEqual(['2020', '2021', '2023']);
  });

  it('is not told of several voices, of a series with a hole, or of two years', () => {
    expect(peakOf([...series, cell('a', '2023', '1', { voice: target })])).toBeNull();
    expect(peakOf([...series, cell('b', '2023', '1')])).toBeNull();
    expect(peakOf([...series, cell('a', '2024', null)])).toBeNull();
    expect(peakOf([...series, cell('a', '2024', null, { voice: absent })])).toBeNull();
    expect(peakOf(series.slice(0, 2))).toBeNull();
  });
});
