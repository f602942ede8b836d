import type { EChartsOption, LineSeriesOption, BarSeriesOption } from 'echarts';
import { useMemo } from 'react';

import { EChart } from '../../charts/EChart';
import type { CellBody, ExploreBody } from '../../client';
import { amountText } from '../../components/Figure';
import { unitText } from '../../lib/unit';
import { TableView } from './TableView';
import { commonOf } from './common';
import { kindsWord, t, voiceOf, type Names } from './naming';
import { marksOnly, MOST, onOwnScale, panelsOf, sameThing, seriesOf, type Panel, type Point, type Series } from './series';
import type { Look } from './state';

interface Props {
  answer: ExploreBody;
  look: Look;
  names: Names;
  change: (look: Look) => void;
}

// Colours that stay apart in light and in dark, also for those who do not tell red from green.
const COLOURS = ['#0e9a6c', '#8a63b8', '#d08700', '#2f7ed8', '#c2508c', '#5f8a1f', '#8c6d46', '#4f9fb0'];
const HATCH = { symbol: 'rect', dashArrayX: [1, 0] as [number, number], dashArrayY: [2, 4] as [number, number], rotation: -Math.PI / 4, color: 'rgba(255,255,255,0.55)' };

/** Lines over periods, or bars of one period; a panel a unit, nothing stacked, gaps left open. */
export function ChartView({ answer, look, names, change }: Props) {
  const all = useMemo(() => seriesOf(answer.cells, answer.periods), [answer]);
  const panels = look.own ? onOwnScale(all) : panelsOf(all);
  const units = new Set(all.map((one) => one.unit));
  if (all.length === 0)
    return (
      <section className="note">
        <h2>{t('nothing_here')}</h2>
        <p>{t('nothing_here_what')}</p>
      </section>
    );
  return (
    <>
      {(units.size > 1 || look.own) && (
        <label className="explore-scale">
          {t('scale')}{' '}
          <select value={look.own ? 'own' : 'unit'} onChange={(event) => change({ ...look, own: event.target.value === 'own' })}>
            <option value="unit">{t('scale.unit')}</option>
            <option value="own">{t('scale.own')}</option>
          </select>
        </label>
      )}
      {look.own && <p className="note">{t('own_note')}</p>}
      {all.length > MOST && <p className="note">{t('drawn', { most: MOST, all: all.length })}</p>}
      {panels.map((panel) => (
        <figure key={panel.unit} className="card explore-chart">
          <EChart option={optionOf(panel, answer, names, look.own)} height={heightOf(panel)} label={labelOf(panel, answer)} />
        </figure>
      ))}
      <p className="muted">
        {t('legend')}: {t('legend_what')}
      </p>
      <details className="explore-twin">
        <summary>{t('twin')}</summary>
        <TableView cells={answer.cells} names={names} />
      </details>
    </>
  );
}

function heightOf(panel: Panel): number {
  return 320 + Math.min(panel.series.length, 8) * 8;
}

function labelOf(panel: Panel, answer: ExploreBody): string {
  const [first = '', last = ''] = [answer.periods.at(0), answer.periods.at(-1)];
  return t('chart_label', { unit: panel.unit || t('own_axis'), count: panel.series.length, first, last });
}

function nameOf(one: Series, answer: ExploreBody, names: Names): string {
  const parts = [
    answer.subjects.length > 1 ? names.subject(one.subject) : '',
    answer.indicators.length > 1 || answer.subjects.length === 1 ? names.indicator(one.indicator) : '',
    voiceOf(one.voice, names, commonOf(answer.cells).axes),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function optionOf(panel: Panel, answer: ExploreBody, names: Names, own: boolean): EChartsOption {
  const bars = answer.periods.length === 1;
  const series = bars ? barsOf(panel, answer, names) : panel.series.map((one) => lineOf(one, panel.series, answer, names));
  const synthetic = panel.series.some((one) => one.synthetic);
  return {
    color: COLOURS,
    aria: { enabled: false },
    grid: { left: 12, right: 20, top: 64, bottom: 12, containLabel: true },
    legend: { type: 'scroll', top: 0, left: 0, right: 8, data: series.map((one) => String(one.name)) },
    // The page's policy lets no markup carry styles of its own, so the box is drawn and not written as HTML.
    tooltip: { trigger: 'item', renderMode: 'richText', confine: true, formatter: (point) => tipOf(point, names) },
    xAxis: { type: 'category', data: bars ? answer.subjects.map((one) => names.subject(one.id)) : answer.periods, axisLabel: { interval: 'auto', hideOverlap: true, ...(bars ? { interval: 0, rotate: answer.subjects.length > 6 ? 30 : 0 } : {}) } },
    yAxis: { type: 'value', name: own ? t('own_axis') : unitText(panel.unit), nameTextStyle: { align: 'left' }, axisLabel: { show: !own } },
    graphic: synthetic ? [{ type: 'text', right: 20, top: 34, silent: true, style: { text: t('synthetic'), fontSize: 13, fontWeight: 'bold', fill: '#b26a00' } }] : [],
    series,
  };
}

interface Datum {
  value: number | null;
  cell: CellBody | undefined;
  unit: string;
}

function datum(point: Point, unit: string): Datum {
  return { value: point.at, cell: point.cell, unit };
}

function lineOf(one: Series, all: readonly Series[], answer: ExploreBody, names: Names): LineSeriesOption {
  const promised = one.voice.world !== 'actual';
  const marks = marksOnly(one, all);
  const things = all.filter((other, place) => all.findIndex((first) => sameThing(first, other)) === place);
  const colour = COLOURS[things.findIndex((first) => sameThing(first, one)) % COLOURS.length] ?? '#0e9a6c';
  return {
    type: 'line',
    name: nameOf(one, answer, names),
    data: one.points.map((point) => datum(point, one.unit)),
    connectNulls: false,
    showAllSymbol: true,
    symbol: promised ? 'diamond' : one.voice.form === 'provisional' ? 'emptyCircle' : 'circle',
    symbolSize: promised ? 9 : marks ? 6 : 8,
    lineStyle: marks ? { width: 0 } : { width: 2, type: one.synthetic || one.estimated ? [6, 3] : 'solid' },
    itemStyle: { color: colour },
    z: marks ? 3 : 2,
  };
}

/** Of one period: bars side by side by subject, one series an indicator and voice; hatched where synthetic or estimated. */
function barsOf(panel: Panel, answer: ExploreBody, names: Names): BarSeriesOption[] {
  const groups = new Map<string, Series[]>();
  for (const one of panel.series) {
    const key = [names.indicator(one.indicator), voiceOf(one.voice, names, commonOf(answer.cells).axes)].filter((part) => part !== '').join(' · ');
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups].map(([name, group]) => ({
    type: 'bar' as const,
    name,
    barMaxWidth: 36,
    data: answer.subjects.map((subject) => {
      const one = group.find((other) => other.subject === subject.id);
      const point = one?.points[0] ?? { period: '', cell: undefined, at: null };
      const hatched = one !== undefined && (one.synthetic || one.estimated);
      return { ...datum(point, one?.unit ?? ''), ...(hatched ? { itemStyle: { decal: HATCH } } : {}) };
    }),
  }));
}

/** The statement under the pointer: the value itself as it was sent, not where it lies. */
function tipOf(point: unknown, names: Names): string {
  const data = (point as { data?: Partial<Datum> }).data;
  const cell = data?.cell;
  if (cell === undefined) return '';
  const unit = cell.amount.value === null ? '' : unitText(cell.amount.unit);
  const lines = [
    `${names.subject(cell.subject)} ${cell.period}${cell.key_enterprises ? ` (${t('key_enterprises')})` : ''}`,
    names.indicator(cell.indicator),
    `${amountText(cell.amount)} ${unit}`,
    voiceOf(cell.voice, names),
    kindsWord(cell),
    cell.amount.synthetic ? t('synthetic') : '',
  ];
  return lines.filter((line) => line !== '').join('\n');
}
