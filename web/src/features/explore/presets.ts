/** Ready questions, offered only where the catalogue can answer them. */
import type { CatalogueBody } from '../../client';
import type { Asked, Look } from './state';

export interface Preset {
  key: 'peak' | 'units' | 'firms' | 'growth' | 'facts';
  asked: Asked;
  look: Look;
}

const TABLE: Look = { view: 'table', rows: 'subject', columns: 'period', own: false };

export function presetsOf(catalogue: CatalogueBody): Preset[] {
  const city = catalogue.subjects.find((one) => one.kind === 'city')?.id;
  const units = catalogue.subjects.filter((one) => one.kind === 'assessment_unit').map((one) => one.id);
  if (city === undefined) return [];
  const found: (Preset | null)[] = [
    yearly('peak', ['emission.co2'], [city], { ...TABLE, view: 'chart' }, catalogue),
    units.length === 0
      ? null
      : lastYear('units', ['emission.co2', 'emission.co2.excluding_export'], units, { ...TABLE, view: 'pivot', columns: 'indicator' }, catalogue),
    monthly(city, catalogue),
    yearly('growth', [longest(['gdp.constant', 'gdp'], catalogue), 'emission.co2'], [city], { ...TABLE, view: 'chart', own: true }, catalogue),
    yearly('facts', ['gdp', 'population.resident'], [city], TABLE, catalogue),
  ];
  return found.filter((one) => one !== null);
}

function yearly(key: Preset['key'], codes: string[], subject: string[], look: Look, catalogue: CatalogueBody): Preset | null {
  const asked = spanned(codes, subject, catalogue);
  return asked === null ? null : { key, asked, look };
}

function lastYear(key: Preset['key'], codes: string[], subject: string[], look: Look, catalogue: CatalogueBody): Preset | null {
  const asked = spanned(codes, subject, catalogue);
  return asked === null ? null : { key, asked: { ...asked, from: asked.to }, look };
}

/** Of several indicators the one that spans most years, the first of them among equals. */
function longest(codes: [string, ...string[]], catalogue: CatalogueBody): string {
  const span = (code: string) => {
    const one = catalogue.indicators.find((other) => other.code === code);
    return Number((one?.last ?? '0').slice(0, 4)) - Number((one?.first ?? '0').slice(0, 4));
  };
  return codes.reduce((best, code) => (span(code) > span(best) ? code : best));
}

/** The years over which all of some indicators are stated, none where one of them is not. */
function spanned(codes: string[], subject: string[], catalogue: CatalogueBody): Asked | null {
  const known = codes.map((code) => catalogue.indicators.find((one) => one.code === code));
  const firsts = known.map((one) => one?.first?.slice(0, 4) ?? '');
  const lasts = known.map((one) => one?.last?.slice(0, 4) ?? '');
  if (firsts.includes('') || lasts.includes('')) return null;
  const [from = '', to = ''] = [firsts.sort().at(0), lasts.sort().at(-1)];
  return { indicator: codes, subject, from, to, grain: 'year', world: [], basis: [], stage: [] };
}

/** 重点企业合计: what the overview's method says of fuel and of bought energy, over all monitored months; direct and indirect apart. */
function monthly(city: string, catalogue: CatalogueBody): Preset | null {
  const scoped = (scope: string, quantity: string) =>
    catalogue.indicators.find((one) => one.method === catalogue.method && one.scope === scope && one.quantity === quantity);
  const direct = scoped('direct', 'E_fuel');
  const indirect = scoped('indirect', 'E_indirect');
  if (direct?.first == null || direct.last == null || indirect === undefined) return null;
  const asked: Asked = {
    indicator: [direct.code, indirect.code], subject: [city], from: direct.first, to: direct.last, grain: 'month',
    world: [], basis: [], stage: [],
  };
  return { key: 'firms', asked, look: { ...TABLE, view: 'chart' } };
}

/** Whether a question is the one of the peak: then the page says what it does not say. */
export function isPeak(asked: Asked): boolean {
  return asked.grain === 'year' && asked.indicator.length === 1 && asked.indicator[0] === 'emission.co2';
}
