// Which factor: rungs in order, half-open validity, an override before a table's row; never the nearest row.
import { dec, divide, missing, multiply, parseDecimal } from './decimal.js';
import { dayBefore, periodOf } from './period.js';

export class Ladder {
  constructor(document, units, local, answers) {
    this.rows = document.factors.map((row) => ({ ...row, value: parseDecimal(row.value) }));
    this.units = units;
    this.local = local;
    this.answers = answers;
    this.chosen = new Map();
  }

  choose(symbol, term, keys, period, key) {
    const cell = keys.source === undefined ? period.text : `${keys.source}/${period.text}`;
    for (const step of term.ladder ?? []) {
      if (Object.entries(step.when ?? {}).some(([name, answer]) => this.answers[name] !== answer)) continue;
      let found = null;
      if (step.take === 'local') found = this.given(step.name, symbol, keys, period);
      else {
        const holding = this.holding(this.fitting(step, keys), period, step);
        if (holding.length > 1) return missing('missing', symbol, cell);
        found = this.given('override', symbol, keys, period) ?? holding[0] ?? null;
      }
      if (!found) continue;
      const times = this.units.ratio(found.unit, term.unit);
      if (!times) return missing('missing', symbol, cell);
      this.chosen.set(key, found.rung === undefined ? [found.id, step.name] : [`local/${symbol}/${cell}`, found.rung]);
      return convert(found.value, times);
    }
    return missing('missing', symbol, cell);
  }

  given(rung, symbol, keys, period) {
    let best = null;
    for (const one of this.local) {
      const fits = one.symbol === symbol && one.rung === rung && ['', keys.source ?? ''].includes(one.source) && ['', period.text].includes(one.month);
      const narrow = (one.source ? 2 : 0) + (one.month ? 1 : 0);
      if (fits && (best === null || narrow > best.narrow)) best = { ...one, narrow };
    }
    return best;
  }

  fitting(step, keys) {
    const said = (selector) => (!selector ? '' : selector.startsWith('=') ? selector.slice(1) : Object.hasOwn(keys, selector) ? keys[selector] : null);
    const [key, region] = [said(step.key), said(step.region)];
    if (key === null || region === null) return [];
    return this.rows.filter(
      (row) =>
        row.table === step.table &&
        (row.column ?? '') === (step.column ?? '') &&
        (row.key ?? '') === key &&
        (!step.region || (row.region ?? '') === region) &&
        (!step.level || step.level === (row.level ?? '')) &&
        (!step.applies_to || step.applies_to === (row.applies_to ?? '')),
    );
  }

  holding(rows, period, step) {
    if (step.published_before) {
      const [first, last] = [period.start, dayBefore(period.end)].map((day) => published(rows, dayNamed(step.published_before, day.slice(0, 4))));
      return first.length === last.length && first.every((row, at) => row === last[at]) ? first : [];
    }
    const holding = rows.filter((row) => row.valid_from <= period.start && (!row.valid_to || period.end <= row.valid_to));
    if (holding.length || step.reach !== 'before') return holding;
    const ended = rows.filter((row) => row.valid_to && row.valid_to <= period.start);
    const latest = ended.map((row) => row.valid_to).sort().pop();
    return ended.filter((row) => row.valid_to === latest);
  }
}

function dayNamed(text, year) {
  const found = /^(?:year([+-]\d)?\/(\d\d-\d\d)|(\d{4}-\d\d-\d\d))$/.exec(text);
  if (!found) throw new Error(`${text} names no day`);
  return found[3] ?? `${String(Number(year) + Number(found[1] ?? 0)).padStart(4, '0')}-${found[2]}`;
}

function published(rows, day) {
  const known = [];
  for (const row of rows) {
    try {
      const on = periodOf(row.published_on).end;
      if (on <= day) known.push([`${on} ${row.data_year ?? ''}`, row]);
    } catch {
      // a row whose day of publication is not said is not among those published before a day
    }
  }
  const latest = known.map(([when]) => when).sort().pop();
  return known.filter(([when]) => when === latest).map(([, row]) => row);
}

export function convert(value, { n, d }) {
  if (n === 1n && d === 1n) return value;
  const product = multiply(value, dec(n));
  return d === 1n ? product : divide(product, dec(d));
}
