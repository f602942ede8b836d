/** Decimal texts as the API sends them: written and ordered as text, never turned into binary numbers. */

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** `-1234567.80` → `−1,234,567.80`; digits and trailing zeros stay as they are. */
export function grouped(text: string): string {
  if (!DECIMAL.test(text)) return text;
  const sign = text.startsWith('-') ? '−' : '';
  const [whole = '', fraction] = text.replace('-', '').split('.');
  const parted = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? sign + parted : `${sign}${parted}.${fraction}`;
}

/** Which of two decimal texts is smaller: negative, zero or positive, exactly. What is no decimal comes last. */
export function compareDecimals(one: string | null, other: string | null): number {
  if (one === null || other === null || !DECIMAL.test(one) || !DECIMAL.test(other))
    return Number(one === null || !DECIMAL.test(one)) - Number(other === null || !DECIMAL.test(other));
  const negative = one.startsWith('-');
  if (negative !== other.startsWith('-')) return isZero(one) && isZero(other) ? 0 : negative ? -1 : 1;
  const order = compareSizes(one.replace('-', ''), other.replace('-', ''));
  return negative ? 0 - order : order;
}

function isZero(text: string): boolean {
  return /^-?[0.]+$/.test(text);
}

function compareSizes(one: string, other: string): number {
  const [whole = '', fraction = ''] = one.split('.');
  const [otherWhole = '', otherFraction = ''] = other.split('.');
  const length = Math.max(whole.length, otherWhole.length);
  const places = Math.max(fraction.length, otherFraction.length);
  const left = whole.padStart(length, '0') + fraction.padEnd(places, '0');
  const right = otherWhole.padStart(length, '0') + otherFraction.padEnd(places, '0');
  return left < right ? -1 : left > right ? 1 : 0;
}

/** −1, 0 or 1: on which side of zero a decimal text stands. What is no decimal stands on neither. */
export function signOf(text: string): -1 | 0 | 1 {
  if (!DECIMAL.test(text) || isZero(text)) return 0;
  return text.startsWith('-') ? -1 : 1;
}

/**
 * For display only: a decimal text with at most `places` decimals, half to even (GB/T 8170), digit by digit.
 * A text with no more decimals stays as it is; the receipt has them all.
 */
export function rounded(text: string, places: number): string {
  if (!DECIMAL.test(text)) return text;
  const negative = text.startsWith('-');
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  if (fraction.length <= places) return text;
  const kept = whole + fraction.slice(0, places);
  const rest = fraction.slice(places);
  const half = rest.startsWith('5') && /^50*$/.test(rest);
  const up = half ? /[13579]$/.test(kept) : rest.charAt(0) >= '5';
  const digits = (up ? plusOne(kept) : kept).padStart(places + 1, '0');
  const made = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return negative && !isZero(made) ? `-${made}` : made;
}

function plusOne(digits: string): string {
  const kept = digits.replace(/9*$/, '');
  const nines = digits.length - kept.length;
  if (kept === '') return `1${'0'.repeat(nines)}`;
  const last = '0123456789'.indexOf(kept.slice(-1));
  return kept.slice(0, -1) + '0123456789'.charAt(last + 1) + '0'.repeat(nines);
}
