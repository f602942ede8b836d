// Decimals as IEEE 754 decimal128 has them: an integer and a power of ten, 34 digits, a half to even.
// A value that is absent is `{ state, what, where, parts }`, and goes through arithmetic by rules of its own.

export const DIGITS34 = 34;
const STRICT = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/;

const abs = (x) => (x < 0n ? -x : x);
export const ten = (power) => 10n ** BigInt(power);
const length = (c) => abs(c).toString().length;

export function dec(c, e = 0) {
  return { c: BigInt(c), e };
}

export function parseDecimal(text) {
  if (typeof text !== 'string' || !STRICT.test(text)) throw new Error(`${text} is no plain decimal number`);
  const point = text.indexOf('.');
  const places = point < 0 ? 0 : text.length - point - 1;
  return { c: BigInt(text.replace('.', '')), e: -places };
}

export function plain({ c, e }) {
  if (e >= 0) return (c * ten(e)).toString();
  const digits = abs(c).toString().padStart(1 - e, '0');
  return `${c < 0n ? '-' : ''}${digits.slice(0, e)}.${digits.slice(e)}`;
}

// c ÷ by to a whole number by a rule.
export function roundedQuotient(c, by, rule) {
  const floor = c >= 0n ? c / by : -((-c + by - 1n) / by);
  if (rule === 'floor') return floor;
  const size = abs(c);
  let whole = size / by;
  const twice = 2n * (size % by);
  if (twice > by || (twice === by && (rule === 'half_up' || whole % 2n))) whole += 1n;
  return c < 0n ? -whole : whole;
}

function fitted(c, e) {
  const over = length(c) - DIGITS34;
  if (over <= 0) return { c, e };
  const kept = roundedQuotient(c, ten(over), 'half_even');
  return length(kept) > DIGITS34 ? { c: kept / 10n, e: e + over + 1 } : { c: kept, e: e + over };
}

export function roundTo(value, places, rule) {
  if (absent(value)) return value;
  const drop = -places - value.e;
  return drop <= 0 ? { c: value.c * ten(-drop), e: -places } : { c: roundedQuotient(value.c, ten(drop), rule), e: -places };
}

export function compare(one, other) {
  const e = Math.min(one.e, other.e);
  const [a, b] = [one.c * ten(one.e - e), other.c * ten(other.e - e)];
  return a < b ? -1 : a > b ? 1 : 0;
}

// What is absent -------------------------------------------------------------------------------------------

const ADDS_NOTHING = new Set(['not_operating', 'not_occurring', 'included_elsewhere']);
export const WITH_VALUE = new Set(['value', 'measured_zero', 'declared_zero']);
const STATES = new Set([...WITH_VALUE, ...ADDS_NOTHING, 'not_estimated', 'missing', 'confidential']);

export function knownState(text) {
  if (!STATES.has(text)) throw new Error(`${text} is no state`);
  return text;
}

export function addsNothing(state) {
  return ADDS_NOTHING.has(state);
}

export function missing(state, what, where) {
  if (WITH_VALUE.has(knownState(state))) throw new Error(`${state} has a value`);
  return merged([{ state, what, where }]);
}

export function absent(value) {
  return value.state !== undefined;
}

function merged(parts) {
  const known = new Map(parts.map((one) => [JSON.stringify([one.what, one.where, one.state]), one]));
  const key = (one) => [addsNothing(one.state) ? 1 : 0, one.what, one.where, one.state];
  const sorted = [...known.values()].sort((one, other) => byKey(key(one), key(other)));
  return { state: sorted[0].state, parts: sorted };
}

function byKey(one, other) {
  for (let at = 0; at < one.length; at++) {
    const order = typeof one[at] === 'string' ? byPoints(one[at], other[at]) : one[at] - other[at];
    if (order) return order;
  }
  return 0;
}

// Texts in the order of their code points.
export function byPoints(one, other) {
  const [a, b] = [Array.from(one), Array.from(other)];
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    if (a[at] !== b[at]) return a[at].codePointAt(0) - b[at].codePointAt(0);
  }
  return a.length - b.length;
}

export function allAbsent(values) {
  return merged(values.flatMap((one) => one.parts));
}

function absentSum(one, other) {
  if (absent(one) && absent(other)) return allAbsent([one, other]);
  return absent(one) ? one : other;
}

function absentProduct(one, other) {
  if (absent(one) && absent(other) && addsNothing(one.state) !== addsNothing(other.state)) {
    return addsNothing(one.state) ? one : other;
  }
  return absentSum(one, other);
}

// Arithmetic -----------------------------------------------------------------------------------------------

export function add(one, other) {
  if (absent(one) || absent(other)) return absentSum(one, other);
  const e = Math.min(one.e, other.e);
  return fitted(one.c * ten(one.e - e) + other.c * ten(other.e - e), e);
}

export function subtract(one, other) {
  return add(one, absent(other) ? other : { c: -other.c, e: other.e });
}

export function multiply(one, other) {
  if (absent(one) || absent(other)) return absentProduct(one, other);
  return fitted(one.c * other.c, one.e + other.e);
}

// null where the divisor is zero.
export function divide(one, other) {
  if (absent(one) || absent(other)) return absentProduct(one, other);
  if (other.c === 0n) return null;
  const ideal = one.e - other.e;
  if (one.c === 0n) return { c: 0n, e: ideal };
  const shift = length(other.c) - length(one.c) + DIGITS34 + 1;
  const [over, under] = shift >= 0 ? [abs(one.c) * ten(shift), abs(other.c)] : [abs(one.c), abs(other.c) * ten(-shift)];
  let c = over / under;
  let e = ideal - shift;
  if (over % under) {
    if (c % 5n === 0n) c += 1n; // keeps a half from looking exact when it is rounded below
  } else {
    while (e < ideal && c % 10n === 0n) [c, e] = [c / 10n, e + 1];
  }
  return fitted(one.c < 0n === other.c < 0n ? c : -c, e);
}

// e^x for x ≤ 0, to 34 digits.
export function exponential(x) {
  if (x.c === 0n) return dec(1);
  const scale = 140;
  const one = ten(scale);
  const fixed = (x.c * ten(scale)) / ten(-Math.min(x.e, 0)) * ten(Math.max(x.e, 0));
  const halvings = 24n;
  const small = fixed >> halvings;
  let [term, sum] = [one, one];
  for (let n = 1n; term; n++) {
    term = (term * small) / one / n;
    sum += term;
  }
  for (let turn = 0n; turn < halvings; turn++) sum = (sum * sum) / one;
  return fitted(sum, -scale);
}
