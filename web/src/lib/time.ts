import { boot } from '../app/boot';

/** An instant as civil time of the city: 2026-05-21 09:40. */
export function civilTime(instant: string): string {
  const parts = new Intl.DateTimeFormat('sv-SE', {
    timeZone: boot.ledger.zone,
    dateStyle: 'short',
    timeStyle: 'short',
  });
  return parts.format(new Date(instant));
}

/** Whole milliseconds as seconds in decimal text, without trailing zeros: 1500 → 1.5. */
export function seconds(milliseconds: number): string {
  const text = String(milliseconds).padStart(4, '0');
  return `${text.slice(0, -3)}.${text.slice(-3)}`.replace(/\.?0+$/, '');
}
