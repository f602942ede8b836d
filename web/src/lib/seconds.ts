/** Whole milliseconds as seconds in decimal text, without trailing zeros: 1500 → 1.5. */
export function seconds(milliseconds: number): string {
  const text = String(milliseconds).padStart(4, '0');
  return `${text.slice(0, -3)}.${text.slice(-3)}`.replace(/\.?0+$/, '');
}
