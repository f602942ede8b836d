/** The words of this feature, and names of codes that the API gives without a translation. */
import zh, { type EnterpriseWord } from '../../i18n/zh-CN/enterprises';
import en from '../../i18n/en/enterprises';
import { codeWord } from '../../components/figureWords';
import { words } from '../../lib/language';

export const t = words(zh, en);

const TEST = 'test.';

/** The word for a code of a family; a code we have no word for is said as it is. A tested parameter is a quantity too. */
export function word(family: string, code: string): string {
  if (family === 'indicator' && code.startsWith(TEST)) return codeWord('parameter', code.slice(TEST.length));
  const key = `${family}.${code}`;
  return key in zh ? t(key as EnterpriseWord) : code;
}
