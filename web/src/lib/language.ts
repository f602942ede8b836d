import { language } from '../app/boot';

/** The name in the reader's language, of anything the API gives two names. */
export function named(one: { name_zh: string; name_en: string }): string {
  return language === 'zh' ? one.name_zh : one.name_en || one.name_zh;
}

/** Of a pair of texts the one in the reader's language. */
export function either(zh: string, en: string): string {
  return language === 'zh' ? zh : en;
}

type Words = Record<string, string>;
export type Translate<W extends Words> = (key: keyof W & string, values?: Record<string, string | number>) => string;

/**
 * The translator of one feature: both tables have the same keys, which the types check.
 * `{name}` in a text is filled from `values`.
 */
export function words<W extends Words>(zh: W, en: { [K in keyof W]: string }): Translate<W> {
  const table: Words = language === 'zh' ? zh : en;
  return (key, values) => {
    const text = table[key] ?? key;
    if (values === undefined) return text;
    return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
  };
}
