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

/** The same lines, each by its first value: how they run is comparable, their sizes are not, and no number is shown. */
export function onOwnScale(series: readonly Series[]): Panel[] {
  const drawn = series.slice(0, MOST).map((one) => {
    const first = one.points.find((point) => point.at !== null && point.at !== 0)?.at;
    return first == null ? one : { ...one, points: one.points.map((point) => ({ ...point, at: point.at === null ? null : point.at / first })) };
  });
  return drawn.length === 0 ? [] : [{ unit: '', series: drawn }];
}
