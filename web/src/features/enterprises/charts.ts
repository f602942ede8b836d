/** Options of the feature's charts. Values become numbers here only, as places on a screen. */
import type { EChartsOption } from 'echarts';

import type { MonthFigure, SeriesPoint } from '../../client';

export interface Words {
  measured: string;
  other: string;
  partial: string;
  missing: string;
  stopped: string;
  synthetic: string;
}

export interface Colours {
  main: string;
  other: string;
  gap: string;
}

/** A place on the screen for a decimal text; null where there is none, so that nothing is drawn as zero. */
function place(text: string | null): number | null {
  return text === null ? null : Number(text);
}

/** What nobody measured is told apart from what somebody did. */
export function isMeasured(kinds: readonly string[]): boolean {
  return kinds.every((one) => one === 'measured' || one === 'default');
}

/** The label that a chart of synthetic data carries inside, so that it stays on every picture of it. */
export function synthetic(label: string): EChartsOption['graphic'] {
  return label === '' ? undefined : [{ type: 'text', right: 12, top: 4, silent: true, style: { text: label, fill: '#a86400', fontSize: 12, fontWeight: 'bold' } }];
}

export interface Lanes {
  measured: [string, number | null][];
  other: [string, number | null][];
  partial: [string, number | null][];
  missing: [string, number][];
  stopped: [string, number][];
}

/** Points sorted by how they are drawn. A hole breaks the line and is marked where it is. */
export function lanes(points: readonly SeriesPoint[]): Lanes {
  const found: Lanes = { measured: [], other: [], partial: [], missing: [], stopped: [] };
  for (const one of points) {
    const value = place(one.value);
    const measured = value !== null && isMeasured(one.kinds);
    found.measured.push([one.start, measured ? value : null]);
    if (value !== null && !measured) found.other.push([one.start, value]);
    if (value === null && one.partial !== null) found.partial.push([one.start, place(one.partial)]);
    else if (value === null && STOPPED.includes(one.state)) found.stopped.push([one.start, 0]);
    else if (value === null) found.missing.push([one.start, 0]);
  }
  return found;
}

const STOPPED = ['not_operating', 'not_occurring', 'included_elsewhere'];

/** A series in time: a line where it was measured, hollow marks where not, crosses at the foot where nothing came. */
export function seriesOption(points: readonly SeriesPoint[], unit: string, said: Words, colours: Colours, label: (start: string) => string): EChartsOption {
  const drawn = lanes(points);
  const marks = (name: string, data: [string, number | null][], symbol: string, color: string, hollow: boolean) => ({
    name,
    type: 'scatter' as const,
    data,
    symbol,
    symbolSize: 8,
    itemStyle: hollow ? { color: 'transparent', borderColor: color, borderWidth: 2 } : { color },
  });
  return {
    graphic: synthetic(said.synthetic),
    grid: { left: 8, right: 16, top: 44, bottom: 8, containLabel: true },
    legend: { top: 18, left: 0, type: 'scroll', itemHeight: 9, data: legend(drawn, said) },
    tooltip: { trigger: 'axis', valueFormatter: (value) => (typeof value === 'number' ? `${value} ${unit}` : '—') },
    xAxis: { type: 'time', ...(points.length > 0 ? { min: spread(points, -1), max: spread(points, 1) } : {}), axisLabel: { hideOverlap: true, formatter: (value: number) => label(new Date(value).toISOString()) } },
    yAxis: { type: 'value', scale: false },
    series: [
      { name: said.measured, type: 'line', data: drawn.measured, showSymbol: drawn.measured.length < 40, symbolSize: 5, connectNulls: false, lineStyle: { color: colours.main }, itemStyle: { color: colours.main } },
      marks(said.other, drawn.other, 'diamond', colours.other, true),
      marks(said.partial, drawn.partial, 'triangle', colours.other, true),
      marks(said.missing, drawn.missing, 'path://M0 0L10 10M10 0L0 10', colours.gap, true),
      marks(said.stopped, drawn.stopped, 'rect', colours.gap, false),
    ],
  };
}

const LEAST_MS = 600_000;

/** The ends of the time axis: the points' own, but never less than ten minutes, so that a first point has room. */
function spread(points: readonly SeriesPoint[], side: -1 | 1): number {
  const times = [Date.parse(points[0]?.start ?? ''), Date.parse(points[points.length - 1]?.start ?? '')] as const;
  return side === 1 ? times[1] : Math.min(times[0], times[1] - LEAST_MS);
}

function legend(drawn: Lanes, said: Words): string[] {
  return (['measured', 'other', 'partial', 'missing', 'stopped'] as const).filter((one) => one === 'measured' || drawn[one].length > 0).map((one) => said[one]);
}

/** Months as bars: filled where complete, hollow where only a part is known, a cross where nothing is. */
export function monthsOption(months: readonly string[], figures: readonly MonthFigure[], unit: string, said: Words, colours: Colours): EChartsOption {
  const whole = figures.map((one) => (one.amount.value !== null && isMeasured(one.amount.kinds) ? place(one.amount.value) : null));
  const other = figures.map((one) => (one.amount.value !== null && !isMeasured(one.amount.kinds) ? place(one.amount.value) : null));
  const part = figures.map((one) => (one.amount.value === null ? place(one.known.value) : null));
  const nothing = figures.map((one) => (one.amount.value === null && one.known.value === null && !STOPPED.includes(one.amount.state) ? 0 : null));
  const bar = (name: string, data: (number | null)[], itemStyle: object) => ({ name, type: 'bar' as const, stack: 'one', data, itemStyle, barMaxWidth: 22 });
  return {
    graphic: synthetic(said.synthetic),
    grid: { left: 8, right: 12, top: 44, bottom: 8, containLabel: true },
    legend: { top: 18, left: 0, itemHeight: 9, type: 'scroll' },
    tooltip: { trigger: 'axis', valueFormatter: (value) => (typeof value === 'number' ? `${value.toLocaleString('en-US')} ${unit}` : '—') },
    xAxis: { type: 'category', data: [...months] },
    yAxis: { type: 'value', scale: false },
    series: [
      bar(said.measured, whole, { color: colours.main }),
      bar(said.other, other, { color: colours.main, opacity: 0.55, decal: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: 0.7 } }),
      bar(said.partial, part, { color: 'transparent', borderColor: colours.other, borderType: 'dashed', borderWidth: 1.5 }),
      { name: said.missing, type: 'scatter', data: nothing, symbol: 'path://M0 0L10 10M10 0L0 10', symbolSize: 9, itemStyle: { color: 'transparent', borderColor: colours.gap, borderWidth: 2 } },
    ],
  };
}
