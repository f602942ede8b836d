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
  return (
    <figure className="chart">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${String(width)} ${String(height)}`} role="group" aria-label={title} className="city-map">
        <defs>
          <pattern id="map-gap" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width="2" height="8" className="map-gap-line" />
          </pattern>
        </defs>
        {map.places.map((one) => {
          const about = said[one.unit.id];
          const step = shade(about?.now?.value ?? null, largest);
          const text = about?.now == null ? t('not_published') : amountText(about.now, 0);
          const unit = about?.now?.value == null ? '' : unitText(about.now.unit);
          const figure = about?.now == null ? null : figureOf(about.now);
          const place = where(apart.indexOf(one), one.column, one.row);
          const tile = one.path === null;
          const look = step === null ? 'map-place map-missing' : `map-place map-${String(step)}`;
          const x = tile ? place.x + place.size / 2 : (one.x ?? 0);
          const y = tile ? place.y + place.size / 2 : (one.y ?? 0);
          const body = (
            <>
              <title>{`${named(one.unit)} ${text} ${unit}`}</title>
              {tile ? (
                <rect x={place.x + GAP / 2} y={place.y + GAP / 2} width={place.size - GAP} height={place.size - GAP} rx={6 * scale} className={look} />
              ) : (
                <path d={one.path ?? ''} fillRule="evenodd" className={look} />
              )}
              <text x={x} y={y - 2 * scale} textAnchor="middle" aria-hidden="true" className={`map-name map-ink-${String(step ?? 0)}`} style={{ fontSize: 15 * scale }}>
                {shortName(named(one.unit))}
              </text>
              <text x={x} y={y + 16 * scale} textAnchor="middle" aria-hidden="true" className={`map-value map-ink-${String(step ?? 0)}`} style={{ fontSize: 12 * scale }}>
                {text}
              </text>
            </>
          );
          const label = `${named(one.unit)} ${text} ${unit}`;
          return figure === null ? (
            <g key={one.unit.id} role="img" aria-label={label}>
              {body}
            </g>
          ) : (
            <FigureLink key={one.unit.id} figure={figure} className="chart-link">
              {body}
            </FigureLink>
          );
        })}
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
  return name.replace(/ (District|City|Area|Zone)$/, '').replace('Zhenjiang ', '');
}
