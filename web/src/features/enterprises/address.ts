/** What the list is asked for, kept in the address so that it can be sent to somebody. */
import type { ListEnterprisesData } from '../../client';

export type Query = NonNullable<ListEnterprisesData['query']>;
export type Sort = NonNullable<Query['sort']>;

export const COLUMNS = [
  'name', 'unit', 'sector', 'industry', 'capacity', 'direct', 'direct_before', 'direct_year', 'indirect', 'indirect_before',
  'indirect_year', 'completeness', 'measured', 'newest', 'open',
] as const;
export type Column = (typeof COLUMNS)[number];

/** Shown where nobody chose otherwise; the name always is. */
export const USUAL: readonly Column[] = [
  'name', 'unit', 'sector', 'direct', 'direct_before', 'direct_year', 'indirect', 'completeness', 'measured', 'newest', 'open',
];

/** Columns the server can order by. */
export const SORTED: readonly Column[] = COLUMNS.filter((one) => one !== 'industry' && one !== 'capacity');

export const PAGE_SIZE = 20;

export interface Asked {
  period?: string;
  q: string;
  unit: string;
  sector: string;
  online: string;
  complete: string;
  waiting: string;
  sort: Sort;
  order: 'asc' | 'desc';
  page: number;
}

const FLAG = ['true', 'false'];
const ONLINE = ['online', 'delayed', 'silent', 'none'];

function among(value: string | null, allowed: readonly string[]): string {
  return value !== null && allowed.includes(value) ? value : '';
}

/** Read the list's part of an address; what cannot be asked is left out. */
export function askedOf(params: URLSearchParams): Asked {
  const period = params.get('period');
  const page = params.get('page') ?? '';
  return {
    ...(period !== null && /^\d{4}(-(\d{2}|Q[1-4]|H[12]))?$/.test(period) ? { period } : {}),
    q: params.get('q') ?? '',
    unit: params.get('unit') ?? '',
    sector: params.get('sector') ?? '',
    online: among(params.get('online'), ONLINE),
    complete: among(params.get('complete'), FLAG),
    waiting: among(params.get('waiting'), FLAG),
    sort: (among(params.get('sort'), SORTED) || 'direct') as Sort,
    order: params.get('order') === 'asc' ? 'asc' : 'desc',
    page: /^[1-9]\d{0,3}$/.test(page) ? parseInt(page, 10) : 1,
  };
}

/** The request that an address asks for. */
export function queryOf(asked: Asked): Query {
  return {
    ...(asked.period === undefined ? {} : { period: asked.period }),
    ...(asked.q.trim() === '' ? {} : { q: asked.q.trim() }),
    ...(asked.unit === '' ? {} : { unit: [asked.unit] }),
    ...(asked.sector === '' ? {} : { sector: [asked.sector] }),
    ...(asked.online === '' ? {} : { online: [asked.online as 'online'] }),
    ...(asked.complete === '' ? {} : { complete: asked.complete === 'true' }),
    ...(asked.waiting === '' ? {} : { waiting: asked.waiting === 'true' }),
    sort: asked.sort,
    order: asked.order,
  };
}

/** The address with some of it changed; a change of what is asked goes back to the first page. */
export function changed(params: URLSearchParams, change: Partial<Record<keyof Asked, string>>): URLSearchParams {
  const next = new URLSearchParams(params);
  if (!('page' in change)) next.delete('page');
  for (const [name, value] of Object.entries(change)) {
    if (value === '') next.delete(name);
    else next.set(name, value);
  }
  return next;
}

/** The address of the list as a file, with the as-of point and the language of its headings. */
export function exportHref(form: string, asked: Asked, moment: Record<string, unknown>, language: string): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...queryOf(asked), ...moment, lang: language }))
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) params.append(name, String(one));
  return `/api/enterprises/export.${form}?${params.toString()}`;
}

/** Columns from what was stored; the name first, unknown ones left out. */
export function columnsOf(stored: string | null): Column[] {
  const wanted = stored === null ? USUAL : stored.split(',');
  return COLUMNS.filter((one) => one === 'name' || wanted.includes(one));
}
