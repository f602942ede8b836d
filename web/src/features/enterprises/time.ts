/** Instants as civil time of the city; the API gives UTC and the zone. */
import { language } from '../../app/boot';

const made = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, seconds: boolean): Intl.DateTimeFormat {
  const key = `${zone} ${seconds}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const fresh = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
  });
  made.set(key, fresh);
  return fresh;
}

/** `2026-05-21 09:40` in the zone, the same form in both languages. */
export function civil(instant: string | number, zone: string, seconds = false): string {
  const date = new Date(instant);
  return Number.isNaN(date.getTime()) ? String(instant) : format(zone, seconds).format(date);
}

/** The instant as the address of the day in the zone, `2026-05-21`. */
export function civilDay(instant: string, zone: string): string {
  return civil(instant, zone).slice(0, 10);
}

/** The step of a series in words; see the monitoring plan's IRREGULAR (0) and MONTHLY (−1). */
export function stepKind(step: number): 'irregular' | 'monthly' | 'hourly' | 'daily' | 'seconds' {
  if (step === 0) return 'irregular';
  if (step < 0) return 'monthly';
  if (step === 3600) return 'hourly';
  return step === 86400 ? 'daily' : 'seconds';
}

/** A document of the server, which opens without script: the address keeps the language and the as-of point. */
export function documentHref(path: string, search: string): string {
  return `/${language}/${path}${search}`;
}
