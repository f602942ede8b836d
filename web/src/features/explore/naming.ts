/** Names of what the answer holds only as codes. */
import type { CatalogueBody, CellBody, ExploreBody } from '../../client';
import zh, { type ExploreWord } from '../../i18n/zh-CN/explore';
import en from '../../i18n/en/explore';
import { named, words } from '../../lib/language';
import type { Axis } from './state';

export const t = words(zh, en);

/** A word put together from a value, or the value itself where there is no word for it. */
export function word(family: 'state' | 'kind' | 'status' | 'form' | 'scope', value: string): string {
  const key = `${family}.${value}`;
  return key in zh ? t(key as ExploreWord) : value;
}

export interface Names {
  subject: (id: string) => string;
  indicator: (code: string) => string;
  world: (code: string) => string;
  basis: (code: string) => string;
  stage: (code: string | null) => string;
}

export function namesOf(catalogue: CatalogueBody | undefined, answer: ExploreBody | undefined): Names {
  const subjects = table(answer?.subjects.map((one) => [one.id, named(one)]), catalogue?.subjects.map((one) => [one.id, named(one)]));
  const indicators = table(answer?.indicators.map((one) => [one.code, named(one)]), catalogue?.indicators.map((one) => [one.code, named(one)]));
  const coded = (list: CatalogueBody['worlds'] | undefined) => table(list?.map((one) => [one.code, named(one)]));
  const [worlds, bases, stages] = [coded(catalogue?.worlds), coded(catalogue?.bases), coded(catalogue?.stages)];
  return {
    subject: (id) => subjects.get(id) ?? id,
    indicator: (code) => indicators.get(code) ?? code,
    world: (code) => worlds.get(code) ?? code,
    basis: (code) => bases.get(code) ?? code,
    stage: (code) => (code === null ? '' : (stages.get(code) ?? code)),
  };
}

function table(...lists: ([string, string][] | undefined)[]): Map<string, string> {
  return new Map(lists.flatMap((list) => list ?? []));
}

/** What stands at the head of a row or column of the pivot. */
export function headOf(axis: Axis, key: string, names: Names): string {
  if (axis === 'period') return key;
  return axis === 'stage' ? names.stage(key === '' ? null : key) : names[axis](key);
}

/** World, basis and stage in one line; the usual world is not said. */
export function voiceOf(voice: CellBody['voice'], names: Names, without: readonly Axis[] = []): string {
  if (voice.form === 'absent') return '';
  const parts = [
    voice.world === 'actual' || without.includes('world') ? '' : names.world(voice.world),
    without.includes('stage') ? '' : names.stage(voice.stage),
    without.includes('basis') ? '' : names.basis(voice.basis),
    voice.form === 'stated' ? '' : word('form', voice.form),
  ];
  return parts.filter((one) => one !== '').join(' · ');
}
