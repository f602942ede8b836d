import zh, { type MethodsWord } from '../../i18n/zh-CN/methods';
import en from '../../i18n/en/methods';
import { words } from '../../lib/language';

export const t = words(zh, en);

/** The word for a code of one family; a code without a word is said as it is. */
export function codeOf(family: 'scope' | 'kind' | 'over' | 'group' | 'change' | 'section', code: string): string {
  const key = `${family}.${code}`;
  return key in zh ? t(key as MethodsWord) : code;
}

/** `2021-01/..` in words; days are shown as they are. */
export function validText(valid: string): string {
  const [first = '', last = ''] = valid.split('/');
  return last === '..' ? t('from', { day: first }) : `${first} – ${last}`;
}
