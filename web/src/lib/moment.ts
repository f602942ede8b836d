import { useMemo } from 'react';
import { useSearchParams } from 'react-router';

import { boot } from '../app/boot';

/** The as-of point of a request: a ledger size or a civil day; neither means as now known. */
export interface Moment {
  as_of?: number;
  known_on?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Whether a text is a day of the calendar. */
function isDay(text: string): boolean {
  const time = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/**
 * Read the as-of point out of the address's parameters, on the civil day `today`. What is not one is left out, and so
 * is a day that is not over: what is known on it is what is known now.
 */
export function momentOf(params: URLSearchParams, today: string = boot.ledger.today): Moment {
  const size = params.get('as_of');
  if (size !== null && /^[1-9]\d{0,15}$/.test(size)) return { as_of: Number(size) };
  const day = params.get('known_on');
  return day !== null && isDay(day) && day < today ? { known_on: day } : {};
}

/** Whether a point lies in the past: nothing can be done there, and nothing on it is live. */
export function isPast(moment: Moment): boolean {
  return moment.as_of !== undefined || moment.known_on !== undefined;
}

export interface Asked {
  /** Where it lies: a point of the past, a day that has not come, or nothing that could be one. */
  kind: 'past' | 'future' | 'wrong';
  /** As it is written in the address. */
  said: string;
  /** Whether it is a ledger size. */
  size: boolean;
}

/** What an address asks for besides now, on the civil day `today`; null where it asks for nothing, or for that day. */
export function askedMoment(params: URLSearchParams, today: string): Asked | null {
  const moment = momentOf(params, today);
  if (moment.as_of !== undefined) return { kind: 'past', said: String(moment.as_of), size: true };
  if (moment.known_on !== undefined) return { kind: 'past', said: moment.known_on, size: false };
  const written = params.get('known_on') ?? params.get('as_of');
  if (written === null || written === today) return null;
  return { kind: isDay(written) ? 'future' : 'wrong', said: written, size: false };
}

/** The as-of point of the page being read; spread it into the query of every request. */
export function useMoment(): Moment {
  const [params] = useSearchParams();
  const size = params.get('as_of');
  const day = params.get('known_on');
  return useMemo(() => momentOf(new URLSearchParams({ ...(size ? { as_of: size } : {}), ...(day ? { known_on: day } : {}) })), [size, day]);
}

/** The search part of an address that keeps the as-of point of `params` and adds `more`. */
export function keeping(params: URLSearchParams, more: Record<string, string | undefined> = {}): string {
  const kept = new URLSearchParams();
  for (const name of ['as_of', 'known_on']) {
    const value = params.get(name);
    if (value !== null) kept.set(name, value);
  }
  for (const [name, value] of Object.entries(more)) if (value !== undefined && value !== '') kept.set(name, value);
  const text = kept.toString();
  return text === '' ? '' : `?${text}`;
}
