import { boot, language } from '../../app/boot';
import en from '../../i18n/en/imports';
import zh from '../../i18n/zh-CN/imports';
import { words } from '../../lib/language';

export const t = words(zh, en);

type Word = keyof typeof zh;

/** A word that may not be in the table: then the name itself. */
export function word(prefix: string, name: string): string {
  const key = `${prefix}.${name}`;
  return key in zh ? t(key as Word) : name;
}

const WHEN = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
  dateStyle: 'short', timeStyle: 'short', timeZone: 'Asia/Shanghai',
});

/** An instant as people write it in the city's zone. */
export function when(iso: string): string {
  return WHEN.format(new Date(iso));
}

/** Counts are grouped for reading; they are counts, never published values. */
export function count(value: number): string {
  return value.toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB');
}

export const MEBIBYTE = 1024 * 1024;

export function size(bytes: number): string {
  return bytes < MEBIBYTE ? `${Math.max(1, Math.round(bytes / 1024))} KiB` : `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}

/** Whether who is signed in imports for the city, and so must say of which enterprise. */
export const forCity = ['city_manager', 'department'].includes(boot.session.role);
