/** What a chart draws: one line an indicator, subject and voice. Values become numbers for their place on it only. */
import type { CellBody } from '../../client';
import { voiceKey } from './pivot';

export interface Point {
  period: string;
  cell: CellBody | undefined;
  /** Where it lies; null is a gap and stays one. */
  at: number | null;
}

export interface Series {
  key: string;
  indicator: string;
  subject: string;
  unit: string;
  voice: CellBody['voice'];
  points: Point[];
  /** Anything in it was measured or stated by nobody real. */
  synthetic: boolean;
  estimated: boolean;
}

/** Whether two lines tell of the same thing, by two voices: they share a colour and a scale. */
export function sameThing(one: Series, other: Series): boolean {
  return one.indicator === other.indicator && one.subject === other.subject && one.unit === other.unit;
}

/** Published values beside the same thing as now known are marks on its line and no line of their own. */
export function marksOnly(one: Series, all: readonly Series[]): boolean {
  return one.voice.form === 'published' && all.some((other) => other.voice.form === 'provisional' && sameThing(one, other));
}

/** Lines of one unit share a panel; of different units never. */
export interface Panel {
  unit: string;
  series: Series[];
}

export const MOST = 24;

/** Every series of an answer, over all its periods; a period of which its voice says nothing is a gap. */
export function seriesOf(cells: readonly CellBody[], periods: readonly string[]): Series[] {
  const found = new Map<string, Series>();
  const places = new Map(periods.map((period, number) => [period, number]));
  for (const cell of cells) {
    if (cell.voice.form === 'absent') continue;
    const key = JSON.stringify([cell.indicator, cell.subject, voiceKey(cell.voice), cell.amount.unit]);
    let series = found.get(key);
    if (series === undefined) {
      series = {
        key, indicator: cell.indicator, subject: cell.subject, unit: cell.amount.unit, voice: cell.voice,
        points: periods.map((period) => ({ period, cell: undefined, at: null })), synthetic: false, estimated: false,
      };
      found.set(key, series);
    }
    const place = places.get(cell.period);
    if (place === undefined) continue;
    series.points[place] = { period: cell.period, cell, at: cell.amount.value === null ? null : Number(cell.amount.value) };
    series.synthetic ||= cell.amount.synthetic;
    series.estimated ||= cell.amount.kinds.some((kind) => kind === 'estimated' || kind === 'substituted');
  }
  return [...found.values()].filter((one) => one.points.some((point) => point.at !== null));
}

/** Panels by unit, in the order of the series; at most `MOST` series are drawn, and the page says so. */
export function panelsOf(series: readonly Series[]): Panel[] {
  const panels: Panel[] = [];
  for (const one of series.slice(0, MOST)) {
    const panel = panels.find((other) => other.unit === one.unit);
    if (panel === undefined) panels.push({ unit: one.unit, series: [one] });
    else panel.series.push(one);
  }
  return panels;
}

/** The same lines, each thing by its value of one common period: how they run is comparable, their sizes are not. */
export function onOwnScale(series: readonly Series[]): Panel[] {
  const drawn = series.slice(0, MOST);
  const base = commonPeriod(drawn);
  const scaled = drawn.map((one) => {
    const thing = drawn.filter((other) => sameThing(one, other));
    const by = base === null ? firstOf(thing) : valueAt(thing, base);
    return by === null ? one : { ...one, points: one.points.map((point) => ({ ...point, at: point.at === null ? null : point.at / by })) };
  });
  return scaled.length === 0 ? [] : [{ unit: '', series: scaled }];
}

/** The first period (by its place) of which every thing drawn has a value; null where there is none. */
export function commonPeriod(series: readonly Series[]): number | null {
  const length = series[0]?.points.length ?? 0;
  for (let place = 0; place < length; place += 1)
    if (series.every((one) => valueAt(series.filter((other) => sameThing(one, other)), place) !== null)) return place;
  return null;
}

function valueAt(lines: readonly Series[], place: number): number | null {
  for (const one of lines) {
    const at = one.points[place]?.at;
    if (at != null && at !== 0) return at;
  }
  return null;
}

function firstOf(lines: readonly Series[]): number | null {
  const length = lines[0]?.points.length ?? 0;
  for (let place = 0; place < length; place += 1) {
    const at = valueAt(lines, place);
    if (at !== null) return at;
  }
  return null;
}
