import en from '../../i18n/en/admin';
import enHome from '../../i18n/en/home';
import zh from '../../i18n/zh-CN/admin';
import zhHome, { type HomeWord } from '../../i18n/zh-CN/home';
import { words } from '../../lib/language';

export const t = words(zh, en);
const home = words(zhHome, enHome);

/** The word for a kind of access event. */
export function eventWord(kind: string): string {
  const key = `event.${kind}`;
  return key in zhHome ? home(key as HomeWord) : kind;
}
