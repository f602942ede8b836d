/** Words for states, kinds, stages and the standing of sources, the same on every page. */
import zh, { type FigureWord } from '../i18n/zh-CN/figure';
import en from '../i18n/en/figure';
import { language } from '../app/boot';
import { words } from '../lib/language';

export const figureWord = words(zh, en);

type Family = 'state' | 'kind' | 'stage' | 'status' | 'parameter';

/** The word for a code of the API; a code we have no word for is said as it is. */
export function codeWord(family: Family, code: string): string {
  const key = `${family}.${code}`;
  return key in zh ? figureWord(key as FigureWord) : code;
}

/** Kinds in words, in the order they came. */
export function kindWords(kinds: readonly string[]): string {
  return kinds.map((one) => codeWord('kind', one)).join(language === 'zh' ? '、' : ', ');
}
