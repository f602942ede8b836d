import type { Text } from '../../client';
import zh, { type ReceiptsWord } from '../../i18n/zh-CN/receipts';
import en from '../../i18n/en/receipts';
import { either, words } from '../../lib/language';
import { grouped } from '../../lib/decimal';

export const t = words(zh, en);

/** The text in the reader's language. */
export function said(text: Text): string {
  return either(text.zh, text.en);
}

/** The word for a kind of change; a kind we have no word for is said as it is. */
export function changeWord(kind: string): string {
  const key = `change.${kind}`;
  return key in zh ? t(key as ReceiptsWord) : kind;
}

/** `2026-05-21T09:40:00+08:00` → `2026-05-21 09:40`, in the city's civil time as it was sent. */
export function clock(text: string | null): string {
  return text === null ? '' : text.slice(0, 16).replace('T', ' ');
}

/** A value as a receipt writes it: its first number grouped, whatever stands behind it kept. */
export function valueText(text: string): string {
  return text.replace(/^-?\d+(\.\d+)?/, (number) => grouped(number));
}
