import { Link, useSearchParams } from 'react-router';

import type { CellBody } from '../../client';
import { Figure, figureOf } from '../../components/Figure';
import { grouped } from '../../lib/decimal';
import { either } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { t, voiceOf, type Names } from './naming';
import type { Axis } from './state';

interface Props {
  cell: CellBody;
  /** Without unit, where a column says it. */
  bare?: boolean;
  /** Without marks, where the page says them once for all. */
  quiet?: boolean;
}

/** A statement's value, leading to its receipt, to the figure behind it, or to the ledger entry that says it. */
export function Said({ cell, bare = false, quiet = false }: Props) {
  const [params] = useSearchParams();
  const stated = cell.entry !== null && figureOf(cell.amount) === null;
  if (cell.voice.form === 'absent')
    return (
      <span className="figure-state" title={cell.why === null ? undefined : either(cell.why.zh, cell.why.en)}>
        {t('form.absent')}
      </span>
    );
  const figure = <Figure amount={cell.amount} bare={bare} quiet={quiet} still={stated} />;
  return (
    <span title={cell.why === null ? undefined : either(cell.why.zh, cell.why.en)}>
      {stated ? (
        <Link className="figure-link" to={`/ledger/${String(cell.entry)}${keeping(params)}`}>
          {figure}
        </Link>
      ) : (
        figure
      )}
      {cell.partial !== null && (
        <small className="explore-quiet">{t('partial', { value: grouped(cell.partial), unit: unitText(cell.amount.unit) })}</small>
      )}
    </span>
  );
}

/** Who speaks and how, in one quiet line. */
export function VoiceLine({ cell, names, without = [] }: { cell: CellBody; names: Names; without?: readonly Axis[] }) {
  const text = voiceOf(cell.voice, names, without);
  return text === '' ? null : <small className="explore-quiet">{text}</small>;
}
