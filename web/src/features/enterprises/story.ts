/** A ledger event in a sentence; what it holds depends on its kind. */
import { codeWord } from '../../components/figureWords';
import { grouped } from '../../lib/decimal';
import { either, named } from '../../lib/language';
import { unitText } from '../../lib/unit';
import type { Enterprise, EnterpriseEvent } from '../../client';
import { civil } from './time';
import { t, word } from './words';

const KINDS = ['correction', 'life_event', 'late', 'plan', 'figure', 'document', 'statement', 'case', 'decision', 'arrival', 'redrive', 'subject', 'attribute', 'relation', 'seal'];

/** Kinds in the order of their weight for a reader, those unknown last. */
export function inOrder(kinds: Record<string, number>): [string, number][] {
  const rank = (kind: string) => (KINDS.includes(kind) ? KINDS.indexOf(kind) : KINDS.length);
  return Object.entries(kinds).sort(([one], [other]) => rank(one) - rank(other));
}

type Said = EnterpriseEvent['said'];

function text(said: Said, name: string): string {
  const value = said[name];
  if (value === null || value === undefined) return '—';
  return Array.isArray(value) ? (value.length === 0 ? '0' : value.join(', ')) : value;
}

/** A value with its unit, or the word for why there is none. */
export function valueText(value: string | string[] | null | undefined, state: string | string[] | null | undefined, unit: string): string {
  if (typeof value === 'string') return `${grouped(value)} ${unitText(unit)}`.trim();
  return codeWord('state', typeof state === 'string' ? state : 'missing');
}

/** Names of everything below an enterprise, by id: its parts, and its series by what they measure. */
export function namesOf(firm: Enterprise): ReadonlyMap<string, string> {
  const about = [firm.enterprise, ...firm.units, ...firm.facilities.map((one) => one.facility), ...firm.sources.map((one) => one.source), ...firm.meters.map((one) => one.meter)];
  return new Map([
    ...about.map((one): [string, string] => [one.id, named(one)]),
    ...firm.lines.map((one): [string, string] => [one.series, `${either(one.source_zh, one.source_en)} · ${word('indicator', one.indicator)} (${one.series})`]),
  ]);
}

/** What happened, in one sentence of the reader's language. */
export function sentence(one: EnterpriseEvent, zone: string, names: ReadonlyMap<string, string>): string {
  const said = one.said;
  const plain = (name: string) => text(said, name);
  const of = (name: string) => names.get(plain(name)) ?? plain(name);
  const at = (name: string) => civil(plain(name), zone);
  switch (one.kind) {
    case 'subject':
      return t('said.subject', { name: either(plain('name_zh'), plain('name_en')), id: plain('id') });
    case 'attribute':
      return said['value'] === null
        ? t('said.attribute_none', { id: of('id'), name: word('attr', of('name')) })
        : t('said.attribute', { id: of('id'), name: word('attr', of('name')), value: of('value') });
    case 'relation':
      return t(said['holds'] === 'no' ? 'said.relation_ended' : 'said.relation', { a: of('a'), relation: word('relation', of('relation')), b: of('b') });
    case 'plan':
      return t('said.plan', { lines: of('lines'), added: of('added'), dropped: of('dropped'), changed: of('changed') });
    case 'correction':
      return t('said.correction', {
        series: of('series'),
        start: at('start'),
        before: valueText(said['before'], said['before_state'], of('unit')),
        after: valueText(said['value'], said['state'], of('unit')),
      });
    case 'life_event':
      return t('said.life_event', { series: of('series'), at: at('at'), kind: word('event', of('life_event')), last: grouped(of('last')), first: grouped(of('first')), unit: unitText(of('unit')) });
    case 'late':
      return t('said.late', { series: of('series'), first: at('first'), last: at('last'), readings: of('readings'), hours: of('hours') });
    case 'statement':
      return t('said.statement', { indicator: word('indicator', of('indicator')), period: of('period'), value: valueText(said['value'], said['state'], ''), unit: unitText(of('unit')), issuer: of('issuer') });
    case 'case':
    case 'decision':
      return t('said.case', { title: either(of('title_zh'), of('title_en')), step: word('step', of('step')) });
    case 'document':
      return t('said.document', { name: of('name'), bytes: grouped(of('bytes')) });
    case 'figure':
      return t('said.figure', { quantity: word('quantity', of('quantity')), period: of('period'), value: valueText(said['value'], said['state'], ''), unit: said['value'] === null ? '' : unitText(of('unit')), stage: codeWord('stage', of('stage')) });
    case 'arrival':
      return t('said.arrival', { name: of('name') });
    case 'seal':
      return t('said.seal', { period: of('period'), series: of('series'), expected: grouped(of('expected')), received: grouped(of('received')) });
    default:
      return t('said.other', { about: one.about });
  }
}
