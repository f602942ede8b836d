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
