/** A question and how it is looked at, as the address says it: the whole state of the page is its address. */

export type Grain = 'month' | 'quarter' | 'year';
export type View = 'table' | 'chart' | 'pivot';
export type Axis = 'subject' | 'period' | 'indicator' | 'world' | 'basis' | 'stage';

export const GRAINS: readonly Grain[] = ['month', 'quarter', 'year'];
export const VIEWS: readonly View[] = ['table', 'chart', 'pivot'];
export const AXES: readonly Axis[] = ['subject', 'period', 'indicator', 'world', 'basis', 'stage'];

export interface Asked {
  indicator: string[];
  subject: string[];
  from: string;
  to: string;
  grain: Grain;
  world: string[];
  basis: string[];
  stage: string[];
}

export interface Look {
  view: View;
  rows: Axis;
  columns: Axis;
  /** Every line on a scale of its own: where it lies is drawn, no number is made. */
  own: boolean;
}

const NAMES = ['indicator', 'subject', 'world', 'basis', 'stage'] as const;

/** Read the question out of the address; null while it does not name an indicator, a subject and a span. */
export function askedOf(params: URLSearchParams): Asked | null {
  const [indicator = [], subject = [], world = [], basis = [], stage = []] = NAMES.map((name) => unique(params.getAll(name)));
  const [from = '', to = from] = (params.get('period') ?? '').split('/');
  const grain = params.get('grain');
  if (indicator.length === 0 || subject.length === 0 || from === '') return null;
  return { indicator, subject, from, to, grain: isGrain(grain) ? grain : 'year', world, basis, stage };
}

/**
 * What keeps an address from being a question: the one part that is missing, or a word that is none of ours. An address
 * that names an indicator or a subject alone is a way into the builder.
 */
export interface Fault {
  part: 'indicator' | 'subject' | 'period' | 'grain' | 'stage' | 'world' | 'basis';
  /** What stands there; empty where nothing does. */
  said: string;
}

const PARTS = ['indicator', 'subject', 'period'] as const;
const STAGES: readonly string[] = ['flash', 'preliminary', 'calculated', 'approved', 'published'];

export function faultsOf(params: URLSearchParams): Fault[] {
  const missing = PARTS.filter((part) => !params.get(part));
  const found: Fault[] = missing.length !== 1 ? [] : missing.map((part) => ({ part, said: '' }));
  const grain = params.get('grain');
  if (grain !== null && !isGrain(grain)) found.push({ part: 'grain', said: grain });
  return [...found, ...params.getAll('stage').filter((one) => !STAGES.includes(one)).map((said): Fault => ({ part: 'stage', said }))];
}

/** Worlds and bases of a question that nobody uses: what is asked of them alone can only be answered with silence. */
export function strangersOf(asked: Asked, known: Record<'worlds' | 'bases', readonly { code: string }[]>): Fault[] {
  const unknown = (part: 'world' | 'basis', among: readonly { code: string }[]) =>
    asked[part].filter((said) => !among.some((one) => one.code === said)).map((said): Fault => ({ part, said }));
  return [...unknown('world', known.worlds), ...unknown('basis', known.bases)];
}

/** How it is looked at; the pivot's axes are always two different ones. */
export function lookOf(params: URLSearchParams): Look {
  const view = params.get('view');
  const rows = axis(params.get('rows')) ?? 'subject';
  const wanted = axis(params.get('columns')) ?? 'period';
  const columns = wanted === rows ? (rows === 'period' ? 'subject' : 'period') : wanted;
  return { view: isView(view) ? view : 'table', rows, columns, own: params.get('scale') === 'own' };
}

/** The address of a question: the as-of point of `kept` stays, everything else is said anew. */
export function addressOf(asked: Asked, look: Look, kept: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams();
  for (const name of NAMES) for (const value of asked[name]) params.append(name, value);
  params.set('period', asked.from === asked.to ? asked.from : `${asked.from}/${asked.to}`);
  params.set('grain', asked.grain);
  for (const [name, value] of lookPairs(look)) params.set(name, value);
  for (const name of ['as_of', 'known_on']) {
    const value = kept.get(name);
    if (value !== null) params.set(name, value);
  }
  return params;
}

/** What of the look differs from how a page opens by itself. */
export function lookPairs(look: Look): [string, string][] {
  const pairs: [string, string][] = [];
  if (look.view !== 'table') pairs.push(['view', look.view]);
  if (look.view === 'pivot') pairs.push(['rows', look.rows], ['columns', look.columns]);
  if (look.own) pairs.push(['scale', 'own']);
  return pairs;
}

/** The question as the API takes it. */
export function queryOf(asked: Asked) {
  return {
    indicator: asked.indicator,
    subject: asked.subject,
    period: asked.from === asked.to ? asked.from : `${asked.from}/${asked.to}`,
    grain: asked.grain,
    ...(asked.world.length > 0 ? { world: asked.world } : {}),
    ...(asked.basis.length > 0 ? { basis: asked.basis } : {}),
    ...(asked.stage.length > 0 ? { stage: asked.stage as ('flash' | 'preliminary' | 'calculated' | 'approved' | 'published')[] } : {}),
  };
}

/** The periods of a grain from one month to another, both within: what the pickers offer. */
export function periodsBetween(first: string, last: string, grain: Grain): string[] {
  const found: string[] = [];
  let [year = 0, month = 1] = first.split('-').map(Number);
  const [lastYear = 0, lastMonth = 12] = last.split('-').map(Number);
  while (year < lastYear || (year === lastYear && month <= lastMonth)) {
    const text = periodOf(year, month, grain);
    if (found.at(-1) !== text) found.push(text);
    month += 1;
    if (month > 12) [year, month] = [year + 1, 1];
  }
  return found;
}

/** A period of another grain that holds the first (or the last) month of `text`. */
export function regrained(text: string, grain: Grain, end: 'from' | 'to'): string {
  const year = Number(text.slice(0, 4));
  if (!Number.isInteger(year) || year === 0) return '';
  const rest = text.slice(5);
  let month = end === 'from' ? 1 : 12;
  if (/^Q[1-4]$/.test(rest)) month = Number(rest[1]) * 3 - (end === 'from' ? 2 : 0);
  else if (/^\d{2}$/.test(rest)) month = Number(rest);
  return periodOf(year, month, grain);
}

function periodOf(year: number, month: number, grain: Grain): string {
  if (grain === 'year') return String(year);
  if (grain === 'quarter') return `${String(year)}-Q${String(Math.ceil(month / 3))}`;
  return `${String(year)}-${String(month).padStart(2, '0')}`;
}

/** Where something is known of the chosen indicators, and at which grains. */
export interface Known {
  first: string;
  last: string;
  grains: readonly string[];
}

/** The draft with a grain and a span in which something is known; what lies in it already stays as it is. */
export function fitted(draft: Asked, known: Known | null): Asked {
  if (known === null) return draft;
  const grain = known.grains.includes(draft.grain) ? draft.grain : (GRAINS.find((one) => known.grains.includes(one)) ?? draft.grain);
  const from = regrained(draft.from, 'month', 'from');
  const to = regrained(draft.to, 'month', 'to');
  const apart = from === '' || to === '' || from > known.last || to < known.first;
  const [begin, end] = apart ? [known.first, known.last] : [from, to];
  return { ...draft, grain, from: regrained(begin, grain, 'from'), to: regrained(end, grain, 'to') };
}

/** The year a question opens at: the last one over at `known` of which something is known, so no target ahead of it. */
export function openingYear(spans: readonly { first: string | null; last: string | null }[], known: string): string {
  const ended = Number(known.slice(0, 4)) - 1;
  const years = spans.flatMap(({ first, last }) => {
    const [begin, end] = [Number(first?.slice(0, 4)), Number(last?.slice(0, 4))];
    return begin > 0 && begin <= ended ? [Math.min(end, ended)] : [];
  });
  if (years.length > 0) return String(Math.max(...years));
  return spans.map((one) => one.first?.slice(0, 4) ?? '').filter((one) => one !== '').sort().at(0) ?? '';
}

/** How many cells a question has; 0 where its span is not one. */
export function cellsOf(asked: Asked): number {
  const first = regrained(asked.from, 'month', 'from');
  const last = regrained(asked.to, 'month', 'to');
  if (first === '' || last === '' || first > last) return 0;
  return asked.indicator.length * asked.subject.length * periodsBetween(first, last, asked.grain).length;
}

function unique(values: string[]): string[] {
  return [...new Set(values)];
}

function isGrain(text: string | null): text is Grain {
  return GRAINS.some((one) => one === text);
}

function isView(text: string | null): text is View {
  return VIEWS.some((one) => one === text);
}

function axis(text: string | null): Axis | undefined {
  return AXES.find((one) => one === text);
}
