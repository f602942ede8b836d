// Laboratory values worked out again from the results they rest on: fractions throughout, divided once, last.
import { dec, divide, parseDecimal, ten } from './decimal.js';
import { convert } from './ladder.js';
import { fraction } from './units.js';

export const COLUMNS = {
  ncv: 'GJ/t', cc: 't C/GJ', C_ad: 't C/t', C_d: 't C/t', M_ad: '1', M_ar: '1', C_arm: 't C/t', C_ar: 't C/t', carbon: 't C/t',
};
const BASES = ['ar', 'ad', 'd', 'daf'];
const whole = (n) => fraction(BigInt(n));
const plus = (one, other) => fraction(one.n * other.d + other.n * one.d, one.d * other.d);
const minus = (one, other) => plus(one, fraction(-other.n, other.d));
const times = (one, other) => fraction(one.n * other.n, one.d * other.d);
const over = (one, other) => {
  if (other.n === 0n) throw new Error('division by zero');
  return fraction(one.n * other.d, one.d * other.n);
};
const exact = ({ c, e }) => (e < 0 ? fraction(c, ten(-e)) : fraction(c * ten(e)));

// The value of `column` for a month from statements of laboratory results; throws where they give none.
export function workedOut(statements, column, month, accredited, units) {
  const found = new Map();
  for (const one of statements) {
    const { detail } = one;
    const [first, last] = detail.represents;
    const marked = detail.marks.some((mark) => mark === 'CMA' || mark === 'CNAS');
    if (first >= month.end || last < month.start || marked !== accredited) throw new Error(`${detail.sample} is of another month or standing`);
    const sample = JSON.stringify([one.subject, one.issuer, detail.report, detail.sample]);
    const parameter = one.indicator.slice('test.'.length);
    const ratio = units.ratio(one.unit, parameter.endsWith('calorific_value') ? 'J/g' : '%');
    if (!ratio) throw new Error(`${one.unit} of ${parameter}`);
    if (!found.has(sample)) found.set(sample, { results: new Map(), weight: null });
    found.get(sample).results.set(`${parameter} ${one.basis.split(' ', 1)[0]}`, exact(convert(parseDecimal(one.value), ratio)));
    found.get(sample).weight = detail.amount;
  }
  const mean = (ask) => {
    const known = [...found.values()].map(({ results, weight }) => ({ value: tried(ask, results), weight })).filter(({ value }) => value);
    if (known.length === 1) return known[0].value;
    const fuel = known.map(({ weight }) => exact(parseDecimal(weight)));
    const above = known.reduce((sum, { value }, at) => plus(sum, times(value, fuel[at])), whole(0));
    return over(above, fuel.reduce(plus, whole(0)));
  };
  let number = null;
  if (['C_ad', 'C_d', 'M_ad', 'M_ar'].includes(column)) {
    const [only, ...others] = [...found.values()];
    if (others.length) throw new Error('not one analysis');
    number = over(held(only.results, column[0] === 'C' ? 'carbon' : 'moisture', column.slice(2)), whole(100));
  } else if (column === 'ncv') number = over(mean(heat), whole(1000));
  else {
    number = over(mean(carbon), whole(100));
    if (column === 'cc') number = over(number, over(mean(heat), whole(1000)));
  }
  return divide(dec(number.n), dec(number.d));
}

// What an analysis gives; null where it lacks a moisture or ash, as for one that was not asked.
function tried(ask, results) {
  try {
    return ask(results);
  } catch {
    return null;
  }
}

function held(results, parameter, basis) {
  const found = results.get(`${parameter} ${basis}`);
  if (!found) throw new Error(`no ${parameter} ${basis}`);
  return found;
}

const firstOf = (results, parameter, bases) => bases.find((one) => results.has(`${parameter} ${one}`));

function carbon(results) {
  const basis = firstOf(results, 'carbon', BASES);
  return basis ? received(held(results, 'carbon', basis), basis, results) : null;
}

function heat(results) {
  const net = firstOf(results, 'net_calorific_value', BASES);
  const gross = firstOf(results, 'gross_calorific_value', ['ad', 'ar', 'd', 'daf']);
  if (net === 'ar') return held(results, 'net_calorific_value', 'ar');
  if (!net && !gross) return null;
  let kept = held(results, net ? 'net_calorific_value' : 'gross_calorific_value', net ?? gross);
  if (net === 'ad') kept = plus(kept, times(whole(23), held(results, 'moisture', 'ad')));
  if (!net) kept = minus(kept, times(whole(206), held(results, 'hydrogen', gross)));
  return minus(received(kept, net ?? gross, results), times(whole(23), held(results, 'moisture', 'ar')));
}

// A share of the fuel on a basis as received.
function received(number, basis, results) {
  let [share, from] = [number, basis];
  if (from === 'daf') {
    from = ['ar', 'ad', 'd'].find((one) => results.has(`ash ${one}`) && (one === 'd' || results.has(`moisture ${one}`)));
    share = over(times(share, minus(dry(from, results), held(results, 'ash', from))), whole(100));
  }
  return from === 'ar' ? share : over(times(share, dry('ar', results)), dry(from, results));
}

function dry(basis, results) {
  return basis === 'd' ? whole(100) : minus(whole(100), held(results, 'moisture', basis));
}
