// Periods as half-open spans of civil days, written YYYY-MM-DD, which order as texts.

const iso = (year, month, day = 1) => new Date(Date.UTC(year, month - 1, day)).toISOString().slice(0, 10);
const FORM = /^(\d{4})(?:-(?:(\d{2})(?:-(\d{2}))?|Q([1-4])|H([12])))?$/;

export function periodOf(text) {
  const found = FORM.exec(text ?? '');
  if (!found) throw new Error(`${text} is no period`);
  const [year, month, day, quarter, half] = found.slice(1).map((one) => (one === undefined ? 0 : Number(one)));
  if (day) {
    if (iso(year, month, day) !== text) throw new Error(`${text} is no day`);
    return { text, grain: 'day', start: text, end: iso(year, month, day + 1) };
  }
  if (found[2]) {
    if (month < 1 || month > 12) throw new Error(`${text} is no month`);
    return { text, grain: 'month', start: iso(year, month), end: iso(year, month + 1) };
  }
  if (quarter) return { text, grain: 'quarter', start: iso(year, 3 * quarter - 2), end: iso(year, 3 * quarter + 1) };
  if (half) return { text, grain: 'half', start: iso(year, 6 * half - 5), end: iso(year, 6 * half + 1) };
  return { text, grain: 'year', start: iso(year, 1), end: iso(year + 1, 1) };
}

export function spanOf(texts) {
  const spans = texts.map(periodOf).sort((one, other) => (one.start + one.end < other.start + other.end ? -1 : 1));
  const last = spans[spans.length - 1];
  if (spans.length === 1) return last;
  return { text: `${spans[0].text}..${last.text}`, grain: 'years', start: spans[0].start, end: last.end };
}

export function daysOf({ start, end }) {
  return Math.round((Date.parse(end) - Date.parse(start)) / 86_400_000);
}

export function dayBefore(day) {
  return new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10);
}
