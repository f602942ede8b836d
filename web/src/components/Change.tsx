import { grouped, rounded, signOf } from '../lib/decimal';
import { unitText } from '../lib/unit';
import { figureWord as t } from './figureWords';
import './figure.css';

interface Props {
  /** The difference as a decimal text with its sign; null where one of the two is missing. */
  value: string | null;
  unit: string;
  /** Against what: every percentage and every difference names its base. */
  base: string;
  /** Which way is good: emissions fall, renewables rise, population does neither. */
  good?: 'down' | 'up' | 'neither';
  places?: number;
}

/** A change with its direction as arrow, word and colour, so that none of them stands alone. */
export function Change({ value, unit, base, good = 'down', places }: Props) {
  if (value === null) return <span className="change muted">—</span>;
  const sign = signOf(value);
  const way = sign > 0 ? 'up' : sign < 0 ? 'down' : 'same';
  const judged = sign === 0 || good === 'neither' ? '' : way === good ? ' change-good' : ' change-bad';
  const size = grouped((places === undefined ? value : rounded(value, places)).replace('-', ''));
  return (
    <span className={`change${judged}`}>
      <span aria-hidden="true">{sign > 0 ? '▲' : sign < 0 ? '▼' : '＝'}</span>
      {t(way)}
      {sign !== 0 && ` ${size}${unit === '%' ? '' : ' '}${unitText(unit)}`}
      <span className="change-base"> {t('against', { base })}</span>
    </span>
  );
}
