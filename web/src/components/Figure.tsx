import { useSearchParams } from 'react-router';

import type { Amount } from '../client';
import { grouped, rounded } from '../lib/decimal';
import { unitText } from '../lib/unit';
import { FigureLink } from './FigureLink';
import { codeWord, figureWord as t, kindWords } from './figureWords';
import './figure.css';

interface Props {
  amount: Amount;
  /** At most so many decimals, for reading; the receipt has them all. */
  places?: number;
  /** Without the unit, where the column's head or the sentence says it. */
  bare?: boolean;
  /** Plain text, where the place itself is a link already. */
  still?: boolean;
  /** Without the marks of kind and 演示, where the table says them once for all. */
  quiet?: boolean;
}

/** What the drawer is asked for: the receipt, else the cell; null for a statement, which has neither. */
export function figureOf(amount: Amount): string | null {
  if (amount.receipt !== null) return amount.receipt;
  const cell = amount.cell;
  return cell === null ? null : [cell.subject, cell.quantity, cell.period, cell.method, cell.relation ?? ''].join('~');
}

/** The address of this very page with the drawer of `figure` over it. */
export function useFigureLink(): (figure: string) => { search: string } {
  const [params] = useSearchParams();
  return (figure) => {
    const next = new URLSearchParams(params);
    next.set('figure', figure);
    return { search: `?${next.toString()}` };
  };
}

/** The number as people read it, or the word for why there is none. */
export function amountText(amount: Amount, places?: number): string {
  if (amount.value === null) {
    return amount.state === 'missing' && !amount.complete ? t('incomplete') : codeWord('state', amount.state);
  }
  return grouped(places === undefined ? amount.value : rounded(amount.value, places));
}

/**
 * Every number of the workspace: grouped digits, unit, how it came to be, and the way to its receipt.
 * What is missing is said in a word and never drawn as 0.
 */
export function Figure({ amount, places, bare = false, still = false, quiet = false }: Props) {
  const figure = still ? null : figureOf(amount);
  const text = amountText(amount, places);
  const unit = amount.value === null || bare ? '' : unitText(amount.unit);
  const zero = amount.value !== null && amount.state !== 'value' ? codeWord('state', amount.state) : '';
  const body = (
    <>
      <span className={amount.value === null ? 'figure-state' : 'figure-number'}>{text}</span>
      {unit !== '' && <span className="figure-unit">{` ${unit}`}</span>}
      {zero !== '' && <span className="figure-unit">{` (${zero})`}</span>}
    </>
  );
  return (
    <span className="figure" title={amount.kinds.length > 0 ? t('kinds', { kinds: kindWords(amount.kinds) }) : undefined}>
      {figure === null ? (
        body
      ) : (
        <FigureLink figure={figure} className="figure-link" label={t('open', { text: `${text} ${unit}`.trim() })}>
          {body}
        </FigureLink>
      )}
      {!quiet && <Marks amount={amount} />}
    </span>
  );
}

/** Marks of what is not plainly measured, and of what nobody measured at all. */
function Marks({ amount }: { amount: Amount }) {
  const weak = amount.kinds.filter((one) => one === 'substituted' || one === 'estimated' || one === 'declared');
  return (
    <>
      {amount.value !== null && !amount.complete && <span className="mark mark-warn">{t('incomplete')}</span>}
      {weak.map((one) => (
        <span key={one} className={`mark mark-${one}`}>
          {codeWord('kind', one)}
        </span>
      ))}
      {amount.synthetic && (
        <span className="mark mark-synthetic" title={t('synthetic_long')}>
          {t('synthetic')}
        </span>
      )}
    </>
  );
}
