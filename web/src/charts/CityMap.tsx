import type { MapBody, SaidBody } from '../client';
import { amountText, figureOf } from '../components/Figure';
import { FigureLink } from '../components/FigureLink';
import { named } from '../lib/language';
import { unitText } from '../lib/unit';
import { chartWord as t } from './chartWords';
import { shade } from './geometry';
import './charts.css';

interface Props {
  title: string;
  map: MapBody;
  /** What each unit says, by its id; its shade is by the value, what is missing is hatched. */
  said: Readonly<Record<string, SaidBody | undefined>>;
  synthetic: boolean;
}

const TILE = 100;
const GAP = 6;

/** The units as tiles of our own, or in the outlines an operator has loaded; units without one stay tiles. */
export function CityMap({ title, map, said, synthetic }: Props) {
  const values = map.places.map((one) => said[one.unit.id]?.now?.value ?? null);
  const largest = Math.max(1, ...values.map((one) => (one === null ? 0 : Number(one))));
  const outlined = !map.schematic && map.width !== null && map.height !== null;
  const apart = map.places.filter((one) => one.path === null);
  const width = outlined ? (map.width ?? 0) : (Math.max(...map.places.map((one) => one.column)) + 1) * TILE;
  const drawn = outlined ? (map.height ?? 0) : (Math.max(...map.places.map((one) => one.row)) + 1) * TILE;
  const scale = outlined ? width / 500 : 1;
  const height = drawn + (outlined && apart.length > 0 ? TILE * scale : 0);
  const where = (at: number, column: number, row: number) =>
    outlined ? { x: at * TILE * scale, y: drawn, size: TILE * scale } : { x: column * TILE, y: row * TILE, size: TILE };
  const shapes = map.places.map((one) => {
    const now = said[one.unit.id]?.now ?? null;
    const step = shade(now?.value ?? null, largest);
    const text = now === null ? t('not_published') : amountText(now, 0);
    const tile = where(apart.indexOf(one), one.column, one.row);
    return {
      unit: one.unit,
      path: one.path,
      tile,
      step,
      text,
      label: `${named(one.unit)} ${text} ${now === null || now.value === null ? '' : unitText(now.unit)}`,
      figure: now === null ? null : figureOf(now),
      look: step === null ? 'map-place map-missing' : `map-place map-${String(step)}`,
      x: one.path === null ? tile.x + tile.size / 2 : (one.x ?? 0),
      y: one.path === null ? tile.y + tile.size / 2 : (one.y ?? 0),
    };
  });
  return (
    <figure className="chart">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${String(width)} ${String(height)}`} role="group" aria-label={title} className="city-map">
        <defs>
          <pattern id="map-gap" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="2" height="8" className="map-gap-line" />
          </pattern>
        </defs>
        {shapes.map(({ unit, label, figure, look, path, tile }) => {
          const body = (
            <>
              <title>{label}</title>
              {path === null ? (
                <rect x={tile.x + GAP / 2} y={tile.y + GAP / 2} width={tile.size - GAP} height={tile.size - GAP} rx={6 * scale} className={look} />
              ) : (
                <path d={path} fillRule="evenodd" className={look} />
              )}
            </>
          );
          return figure === null ? (
            <g key={unit.id} role="img" aria-label={label}>
              {body}
            </g>
          ) : (
            <FigureLink key={unit.id} figure={figure} className="chart-link" label={label}>
              {body}
            </FigureLink>
          );
        })}
        {/* Names over all outlines: a neighbour drawn later would cover them. */}
        <g aria-hidden="true" className={outlined ? 'map-words map-words-outlined' : 'map-words'} style={{ strokeWidth: 3 * scale }}>
          {shapes.map(({ unit, text, step, x, y }) => (
            <g key={unit.id} className={`map-ink-${String(step ?? 0)}`}>
              <text x={x} y={y - 2 * scale} textAnchor="middle" className="map-name" style={{ fontSize: 15 * scale }}>
                {shortName(named(unit))}
              </text>
              <text x={x} y={y + 16 * scale} textAnchor="middle" className="map-value" style={{ fontSize: 12 * scale }}>
                {text}
              </text>
            </g>
          ))}
        </g>
      </svg>
      <p className="chart-foot muted">
        {outlined ? t('loaded') : t('schematic')}
        {synthetic && <span className="mark mark-synthetic">{t('synthetic')}</span>}
      </p>
    </figure>
  );
}

/** English names without "District" and "City", so that they fit a tile. */
function shortName(name: string): string {
  return name.replace(/ (District|City|Zone)$/, '').replace('Zhenjiang ', '');
}
