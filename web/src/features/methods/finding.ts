/** Groups of packs in the order they are shown. */
export const GROUPS = ['general', 'cets', 'guidelines', 'tables', 'other'] as const;

interface Found {
  title_zh: string;
  title_en: string;
  id: string;
  edition: string;
  pack?: string;
}

/** Whether every word of `text` occurs in the names of a method. */
export function matching(one: Found, text: string): boolean {
  const said = [one.title_zh, one.title_en, one.id, one.edition, one.pack ?? ''].join(' ').toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}

/** A pack's name without its edition: packs of one family are editions of one standard. */
export function familyOf(pack: string): string {
  return pack.replace(/_\d{4}$/, '');
}
