import { Link, useSearchParams } from 'react-router';

import type { CellBody, ExploreBody } from '../../client';
import { grouped } from '../../lib/decimal';
import { either } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { t, voiceOf, word, type Names } from './naming';
import type { Axis } from './state';

type Cell = CellBody | ExploreBody['totals'][number];

/** What the drawer is asked for: a receipt, or the cell of a provisional figure. */
export function figureOf(amount: CellBody['amount']): string | null {
  if (amount.receipt !== null) return amount.receipt;
  if (amount.cell === null) return null;
  const { subject, quantity, period, method, relation } = amount.cell;
  return [subject, quantity, period, method, relation ?? ''].join('~');
}

/** A value as text, or the word for why there is none; with the reason and the remedy on demand. */
export function Amount({ cell, unit = true }: { cell: Cell; unit?: boolean }) {
  const { amount, partial, why } = cell;
  const reason = why === null ? undefined : either(why.zh, why.en);
  if (amount.value !== null)
    return (
      <span className="explore-number">
        {grouped(amount.value)}
        {unit && <small> {amount.unit}</small>}
      </span>
    );
  return (
    <span className="explore-none" title={reason}>
      {word('state', amount.state)}
      {partial !== null && (
        <small className="explore-partial">{t('partial', { value: grouped(partial), unit: amount.unit })}</small>
      )}
    </span>
  );
}

/** A statement's value, leading to its receipt, to the figure behind it, or to the ledger entry that says it. */
export function Said({ cell, unit = true }: { cell: CellBody; unit?: boolean }) {
  const [params] = useSearchParams();
  const figure = figureOf(cell.amount);
  const shown = <Amount cell={cell} unit={unit} />;
  if (figure !== null) {
    const next = new URLSearchParams(params);
    next.set('figure', figure);
    return <Link to={{ search: next.toString() }}>{shown}</Link>;
  }
  if (cell.entry !== null)
    return <Link to={`/ledger/${String(cell.entry)}${keeping(params)}`}>{shown}</Link>;
  return shown;
}

/** Flags that stand beside a value wherever it is shown. */
export function Flags({ cell }: { cell: CellBody }) {
  return (
    <>
      {cell.amount.synthetic && <span className="badge badge-synthetic">{t('synthetic')}</span>}
      {cell.amount.value !== null && !cell.amount.complete && <span className="badge">{t('incomplete')}</span>}
    </>
  );
}

/** Who speaks and how, in one quiet line. */
export function VoiceLine({ cell, names, without = [] }: { cell: CellBody; names: Names; without?: readonly Axis[] }) {
  const text = voiceOf(cell.voice, names, without);
  const parts = [text, cell.key_enterprises ? t('key_enterprises') : ''].filter((one) => one !== '');
  return parts.length === 0 ? null : <small className="explore-voice">{parts.join(' · ')}</small>;
}
