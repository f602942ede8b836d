import zh, { type LedgerWord } from '../../i18n/zh-CN/ledger';
import en from '../../i18n/en/ledger';
import { words } from '../../lib/language';

export const t = words(zh, en);

/** The word for what is wrong with a proof. */
export function problemWord(problem: string): string {
  const key = `problem.${problem}`;
  return key in zh ? t(key as LedgerWord) : problem;
}

/** `2026-05-21T09:40:12+08:00` → `2026-05-21 09:40:12`, in the city's civil time as it was sent. */
export function clock(text: string): string {
  return text.slice(0, 19).replace('T', ' ');
}
