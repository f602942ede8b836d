import { useState } from 'react';

import { language } from '../app/boot';
import { amountText, Figure, figureOf } from '../components/Figure';
import { FigureLink } from '../components/FigureLink';
import { kindWords } from '../components/figureWords';
import { unitText } from '../lib/unit';
import type { SaidBody } from '../client';
import { Scroll } from '../components/Scroll';
import { chartWord as t } from './chartWords';
import { bands, heightOf, marks, roundTop, shortNumber } from './geometry';
import './charts.css';

export interface TrendMonth {
  period: string;
  said: SaidBody;
}

interface Props {
  title: string;
  unit: string;
  months: readonly TrendMonth[];
  /** `direct` or `indirect`: its colour. They are drawn apart and never added. */
  tone: 'direct' | 'indirect';
  synthetic: boolean;
  chosen?: string;
  height?: number;
  /** Without the table below, where another part of the page has it. */
  plain?: boolean;
}

const WIDTH = 640;
const LEFT = 52;
const TOP = 18;
const BOTTOM = 22;

/** Whether anything in an amount was put in the place of a measurement. */
function weak(said: SaidBody): boolean {
  return said.now?.kinds.some((one) => one === 'estimated' || one === 'substituted') ?? false;
}

/** A month in words, for those who listen and for the tip. */
function spoken({ period, said }: TrendMonth): string {
  if (said.now === null) return `${period}: ${t('not_published')}`;
  const unit = unitText(said.now.unit);
  if (said.now.value !== null) {
    const kinds = kindWords(said.now.kinds);
    const moved = said.moved && said.first ? ` · ${t('first_published', { value: amountText(said.first, 0) })}` : '';
    return `${period}: ${amountText(said.now, 0)} ${unit} · ${kinds}${moved}`;
  }
  const known = said.known?.value == null ? '' : ` · ${t('known_part', { value: amountText(said.known, 0), unit })}`;
  return `${period}: ${amountText(said.now)}${known}`;
}

/**
 * Months as columns: measured filled, estimated hatched, what is known of an incomplete month as an outline,
 * what is missing as a gap with a mark. A tick shows what was first published where the month has moved since.
 */
export function TrendChart({ title, unit, months, tone, synthetic, chosen, height = 190, plain = false }: Props) {
  const inner = height - TOP - BOTTOM;
  const places = bands(months.length, WIDTH - LEFT - 4);
  const top = roundTop(months.flatMap(({ said }) => [said.now?.value ?? null, said.known?.value ?? null, said.first?.value ?? null]));
  const id = `hatch-${tone}`;
  return (
    <figure className={`chart chart-${tone}`}>
      <figcaption>
        {title} <span className="muted">{unitText(unit)}</span>
      </figcaption>
      <svg viewBox={`0 0 ${String(WIDTH)} ${String(height)}`} role="group" aria-label={title}>
        <defs>
          <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="2" height="5" className="chart-fill" />
          </pattern>
        </defs>
        {marks(top).map((one) => {
          const y = TOP + inner - (one / top) * inner;
          return (
            <g key={one} className="chart-axis" aria-hidden="true">
              <line x1={LEFT} x2={WIDTH} y1={y} y2={y} />
              <text x={LEFT - 6} y={y + 4} textAnchor="end">
                {shortNumber(one, language)}
              </text>
            </g>
          );
        })}
        {synthetic && (
          <text className="chart-synthetic" x={WIDTH - 4} y={11} textAnchor="end">
            {t('synthetic')}
          </text>
        )}
        {months.map((month, n) => {
          const place = places[n];
          if (place === undefined) return null;
          const { said } = month;
          const x = LEFT + place.at;
          const whole = heightOf(said.now?.value ?? null, top, inner);
          const known = heightOf(said.known?.value ?? null, top, inner);
          const first = said.moved ? heightOf(said.first?.value ?? null, top, inner) : null;
          const tall = whole ?? known;
          const base = TOP + inner;
          const figure = said.now === null ? null : figureOf(said.now);
          const label = spoken(month);
          const body = (
            <>
              <title>{label}</title>
              <rect x={x} y={TOP} width={place.size} height={inner} className="chart-hit" />
              {tall === null ? (
                <text x={x + place.size / 2} y={base - 6} textAnchor="middle" className="chart-gap" aria-hidden="true">
                  {t('gap')}
                </text>
              ) : (
                <rect
                  x={x}
                  y={base - tall}
                  width={place.size}
                  height={Math.max(tall, 0.5)}
                  rx="1.5"
                  className={whole === null ? 'chart-known' : weak(said) ? 'chart-weak' : 'chart-fill'}
                  fill={weak(said) && whole !== null ? `url(#${id})` : undefined}
                />
              )}
              {first !== null && <line x1={x - 2} x2={x + place.size + 2} y1={base - first} y2={base - first} className="chart-first" />}
              <text x={x + place.size / 2} y={height - 6} textAnchor="middle" className={month.period === chosen ? 'chart-month chart-chosen' : 'chart-month'} aria-hidden="true">
                {monthText(month.period, n)}
              </text>
            </>
          );
          return figure === null ? (
            <g key={month.period} role="img" aria-label={label}>
              {body}
            </g>
          ) : (
            <FigureLink key={month.period} figure={figure} className="chart-link">
              {body}
            </FigureLink>
          );
        })}
      </svg>
      {!plain && <TrendTable title={title} months={months} />}
    </figure>
  );
}

/** `2026-01` → the year under January and the first month, else the month's number. */
function monthText(period: string, n: number): string {
  const [year = '', month = ''] = period.split('-');
  return n === 0 || month === '01' ? `${year.slice(2)}/${month}` : month;
}

/** The same in a table: now, first published, what is missing. Made when it is opened. */
function TrendTable({ title, months }: { title: string; months: readonly TrendMonth[] }) {
  const [open, setOpen] = useState(false);
  return (
    <details className="twin" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('table', { title })}</summary>
      {open && <TrendRows title={title} months={months} />}
    </details>
  );
}

function TrendRows({ title, months }: { title: string; months: readonly TrendMonth[] }) {
  return (
    <Scroll label={title}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t('month')}</th>
            <th scope="col" className="number">{t('now')}</th>
            <th scope="col" className="number">{t('known')}</th>
            <th scope="col" className="number">{t('first')}</th>
          </tr>
        </thead>
        <tbody>
          {[...months].reverse().map(({ period, said }) => (
            <tr key={period}>
              <th scope="row">{period}</th>
              <td className="number">{said.now === null ? t('not_published') : <Figure amount={said.now} bare />}</td>
              <td className="number">{said.now?.value == null && said.known !== null ? <Figure amount={said.known} bare still quiet /> : ''}</td>
              <td className="number">
                {said.first === null ? '' : <Figure amount={said.first} bare quiet />}
                {said.moved && <span className="mark mark-warn">{t('moved')}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
