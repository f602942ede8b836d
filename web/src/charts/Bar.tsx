import './charts.css';

/** A bar of a table's cell, in percent of the column's largest; nothing at all for what is missing. */
export function Bar({ value, largest, tone }: { value: string | null; largest: number; tone: 'direct' | 'indirect' }) {
  if (value === null) return null;
  const width = Math.max(0, Math.min(100, (Number(value) / largest) * 100));
  return (
    <svg className="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect width="100" height="6" className="ladder-track" opacity=".35" />
      <rect width={width} height="6" className={`ladder-${tone}`} />
    </svg>
  );
}

/** The largest of a column of decimal texts, for its bars. */
export function largestOf(values: readonly (string | null)[]): number {
  return Math.max(1, ...values.map((one) => (one === null ? 0 : Number(one))));
}
