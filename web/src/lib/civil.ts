/** Instants as the city's civil time: stored in UTC, shown where the city lives. */

const FORM = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Shanghai' });
const CLOCK = new Intl.DateTimeFormat('sv-SE', { timeStyle: 'medium', timeZone: 'Asia/Shanghai' });

/** `2026-11-25T16:00:00Z` → `2026-11-26 00:00`. */
export function civilTime(instant: string): string {
  return FORM.format(new Date(instant));
}

/** The time of day of an instant, with seconds. */
export function civilClock(instant: string): string {
  return CLOCK.format(new Date(instant));
}
