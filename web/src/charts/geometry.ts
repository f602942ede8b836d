/** Where things are drawn. A decimal text becomes a binary number here and only here, for its place in pixels. */

export interface Span {
  from: number;
  to: number;
}

/** Equal bands over `width` with a share of each left free; where each begins and how wide it is drawn. */
export function bands(count: number, width: number, free = 0.28): { at: number; size: number }[] {
  if (count === 0) return [];
  const step = width / count;
  const size = step * (1 - free);
  return Array.from({ length: count }, (_, n) => ({ at: n * step + (step - size) / 2, size }));
}

/** A round top for an axis: 1, 2, 2.5 or 5 times a power of ten, and no smaller than the largest value. */
export function roundTop(values: readonly (string | null)[]): number {
  const largest = Math.max(0, ...values.map((one) => (one === null ? 0 : Number(one))));
  if (!Number.isFinite(largest) || largest <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  const step = [1, 2, 2.5, 5, 10].find((one) => one * power >= largest) ?? 10;
  return step * power;
}

/** Height in pixels of a value over zero, on an axis to `top`; null, not 0, for what is missing. */
export function heightOf(value: string | null, top: number, height: number): number | null {
  if (value === null) return null;
  const number = Number(value);
  if (!Number.isFinite(number)) return null;
  return (Math.max(0, Math.min(number, top)) / top) * height;
}

/** Runs of neighbours that have a value: a line is drawn within a run and never across a gap. */
export function runs(values: readonly (string | null)[]): Span[] {
  const found: Span[] = [];
  for (const [at, value] of values.entries()) {
    if (value === null) continue;
    const last = found.at(-1);
    if (last !== undefined && last.to === at - 1) last.to = at;
    else found.push({ from: at, to: at });
  }
  return found;
}

/** Which of `steps` shades a value gets, darkest for the largest; null for what is missing. */
export function shade(value: string | null, top: number, steps = 5): number | null {
  const height = heightOf(value, top, steps);
  return height === null ? null : Math.min(steps - 1, Math.floor(height));
}

/** Marks of an axis from 0 to `top`. */
export function marks(top: number, count = 4): number[] {
  return Array.from({ length: count + 1 }, (_, n) => (top * n) / count);
}

/** The number of an axis, short: 1200000 → 120万 or 1.2M. */
export function shortNumber(value: number, language: 'zh' | 'en'): string {
  const [size, unit] =
    language === 'zh'
      ? value >= 1e8 ? [1e8, '亿'] : value >= 1e4 ? [1e4, '万'] : [1, '']
      : value >= 1e6 ? [1e6, 'M'] : value >= 1e3 ? [1e3, 'k'] : [1, ''];
  return `${String(Math.round((value / (size as number)) * 100) / 100)}${unit as string}`;
}
