import { useMemo } from 'react';
import { useSearchParams } from 'react-router';

/** The as-of point of a request: a ledger size or a civil day; neither means as now known. */
export interface Moment {
  as_of?: number;
  known_on?: string;
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Read the as-of point out of the address's parameters; what is not one is left out. */
export function momentOf(params: URLSearchParams): Moment {
  const size = params.get('as_of');
  if (size !== null && /^[1-9]\d{0,15}$/.test(size)) return { as_of: Number(size) };
  const day = params.get('known_on');
  return day !== null && DAY.test(day) ? { known_on: day } : {};
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
