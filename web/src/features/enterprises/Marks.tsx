import type { EnterpriseChange, MeasuredBody, OnlineBody, EnterpriseOpen } from '../../client';
import { Figure } from '../../components/Figure';
import { grouped, signOf } from '../../lib/decimal';
import { civil } from './time';
import { t, word } from './words';

/** A percentage against its base: arrow, sign and colour; up is bad for an emission. */
export function Moved({ change }: { change: EnterpriseChange | null }) {
  if (change === null) return <span className="muted">—</span>;
  if (change.percent === null)
    return (
      <span className="muted" title={t('no_base', { base: change.base })}>
        —<span className="visually-hidden">{t('no_base', { base: change.base })}</span>
      </span>
    );
  const sign = signOf(change.percent);
  const look = sign > 0 ? 'change change-bad' : sign < 0 ? 'change change-good' : 'change';
  return (
    <span className={look} title={t('base', { base: change.base })}>
      <span aria-hidden="true">{sign > 0 ? '▲' : sign < 0 ? '▼' : '＝'}</span>
      {sign > 0 ? '+' : ''}
      {grouped(change.percent)}%
    </span>
  );
}

/** A figure, and of an incomplete one the part that is known, said as what it is. */
export function Known({ figure, places = 0, bare = false }: { figure: Pick<MeasuredBody, 'amount' | 'known'>; places?: number; bare?: boolean }) {
  const incomplete = figure.amount.value === null && figure.known.value !== null;
  return (
    <span className="known">
      <Figure amount={figure.amount} places={places} bare={bare} quiet />
      {incomplete && (
        <span className="known-part">
          {t('known_part')} <Figure amount={figure.known} places={places} bare={bare} still quiet />
        </span>
      )}
    </span>
  );
}

/** Whether a firm is heard of: a dot, a word, and when it last was. */
export function Online({ online, zone, brief = false }: { online: OnlineBody; zone: string; brief?: boolean }) {
  return (
    <span className={`online online-${online.state}`}>
      <span aria-hidden="true">●</span> {word('online', online.state)}
      {!brief && <span className="muted online-when">{online.newest === null ? t('no_reading') : civil(online.newest, zone)}</span>}
    </span>
  );
}

const OPEN = ['corrections', 'conflicts', 'quarantined', 'holes'] as const;

/** What waits for a person, each kind in words. */
export function Open({ open }: { open: EnterpriseOpen }) {
  const waiting = OPEN.filter((one) => open[one] > 0);
  if (waiting.length === 0) return <span className="muted">{t('nothing')}</span>;
  return (
    <ul className="open-list">
      {waiting.map((one) => (
        <li key={one}>{word('open', one).replace('{count}', String(open[one]))}</li>
      ))}
    </ul>
  );
}
