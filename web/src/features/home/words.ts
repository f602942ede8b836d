import en from '../../i18n/en/home';
import zh, { type HomeWord } from '../../i18n/zh-CN/home';
import { words } from '../../lib/language';

export const t = words(zh, en);

/** The word for a code of a family; a code we have no word for is said as it is. */
export function word(family: string, code: string): string {
  const key = `${family}.${code}`;
  return key in zh ? t(key as HomeWord) : code;
}
