/** Where a factor came from, in words. Apart from the words of every page: most pages name no rung. */
import zh, { type RungWord } from '../i18n/zh-CN/rung';
import en from '../i18n/en/rung';
import { words } from '../lib/language';

const t = words(zh, en);

/** The word for a rung of a ladder; one we have no word for is said as it is written. */
export function rungWord(name: string): string {
  return name in zh ? t(name as RungWord) : name;
}
