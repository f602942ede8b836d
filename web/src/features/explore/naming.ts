/** Names of what the answer holds only as codes. */
import type { CatalogueBody, CellBody, ExploreBody, VoiceBody } from '../../client';
import { codeWord } from '../../components/figureWords';
import zh from '../../i18n/zh-CN/explore';
import en from '../../i18n/en/explore';
import { named, words } from '../../lib/language';
import type { Axis } from './state';

export const t = words(zh, en);

type Form = 'stated' | 'summed' | 'published' | 'provisional' | 'absent';

/** In which form a statement is made, in a word. */
export function formWord(voice: VoiceBody): string {
  return t(`form.${voice.form as Form}`);
}

/** Kinds in words. */
export function kindsWord(cell: CellBody): string {
  return cell.amount.kinds.map((one) => codeWord('kind', one)).join(' · ');
}

export interface Names {
  subject: (id: string) => string;
  indicator: (code: string) => string;
  world: (code: string) => string;
  basis: (code: string) => string;
  stage: (code: string | null) => string;
}

export function namesOf(catalogue: CatalogueBody | undefined, answer: ExploreBody | undefined): Names {
  const subjects = table(answer?.subjects.map((one) => [one.id, named(one)]), catalogue?.subjects.map((one) => [one.id, subjectName(one, catalogue)]));
  const indicators = table(catalogue?.indicators.map((one) => [one.code, named(one)]), answer?.indicators.map((one) => [one.code, named(one)]));
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

/** A subject's name, with its kind where another subject bears the same: a division and the unit that is assessed for it. */
export function subjectName(one: CatalogueBody['subjects'][number], catalogue: CatalogueBody): string {
  const name = named(one);
  if (!catalogue.subjects.some((other) => other.id !== one.id && named(other) === name)) return name;
  const kind = catalogue.kinds.find((other) => other.code === one.kind);
  return kind === undefined ? name : `${name} (${named(kind)})`;
}

function table(...lists: ([string, string][] | undefined)[]): Map<string, string> {
  return new Map(lists.flatMap((list) => list ?? []));
}

/** What stands at the head of a row or column of the pivot. */
export function headOf(axis: Axis, key: string, names: Names): string {
  if (axis === 'period') return key;
  return axis === 'stage' ? names.stage(key === '' ? null : key) : names[axis](key);
}

/** Stage, basis, world and form in one line; the usual world and the plain form are not said. */
export function voiceOf(voice: VoiceBody, names: Names, without: readonly Axis[] = []): string {
  if (voice.form === 'absent') return '';
  const parts = [
    without.includes('stage') ? '' : names.stage(voice.stage),
    voice.world === 'actual' || without.includes('world') ? '' : names.world(voice.world),
    voice.form === 'stated' ? '' : formWord(voice),
    without.includes('basis') ? '' : names.basis(voice.basis),
  ];
  return parts.filter((one) => one !== '').join(' · ');
}
