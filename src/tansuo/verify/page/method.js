// The method document (docs/reference/method-format.md), read and run a second time, by recursion over its formulas.
import { absent, add, addsNothing, allAbsent, compare, dec, divide, exponential, missing, multiply, parseDecimal, roundTo, subtract } from './decimal.js';
import { Ladder } from './ladder.js';
import { daysOf, periodOf, spanOf } from './period.js';

const lcm = (a, b) => {
  let [x, y] = [a, b];
  while (y) [x, y] = [y, x % y];
  return (a / x) * b;
};
const timed = (over) => over.includes('month') || over.includes('year');
const cellText = ([source, month]) => [source, month].filter(Boolean).join('/');
const keyOf = (symbol, place) => JSON.stringify([symbol, place]);
const within = (wanted, attributes) =>
  Object.entries(wanted ?? {}).every(([name, values]) => Object.hasOwn(attributes, name) && values.includes(attributes[name]));

function ratioOf(text) {
  const found = /^([0-9]+)(?:\/([0-9]+))?$/.exec(text);
  if (!found) throw new Error(`${text} is no ratio`);
  return { number: BigInt(found[1]), under: BigInt(found[2] ?? 1) };
}

function partsOf(node) {
  switch (node.node) {
    case 'product': return node.of;
    case 'quotient': return [node.over, node.under];
    case 'sum': case 'weights': return node.of.map((one) => one.of);
    case 'weighted_mean': return [node.of, node.weight];
    case 'spread': return node.weight ? [node.of, node.weight] : [node.of];
    case 'first_of': return node.branches.map((one) => one.of);
    case 'first_order_decay': return [node.of, node.rate];
    case 'sum_over': case 'bands': case 'piecewise': return [node.of];
    default: return [];
  }
}

function* nodesOf(node) {
  yield node;
  for (const part of partsOf(node)) yield* nodesOf(part);
}

export class Method {
  // `given`: sources, months, values (Map of key → value), local, attributes; `options`: answers.
  constructor(document, units, given, options) {
    this.document = document;
    this.terms = new Map(Object.entries(document.terms));
    this.quantities = new Map(document.quantities.map((one) => [one.symbol, one]));
    this.given = given;
    this.answers = {};
    for (const [name, one] of Object.entries(document.options)) this.answers[name] = one.default;
    Object.assign(this.answers, options);
    this.ladder = new Ladder(document, units, given.local, this.answers);
    this.inputs = new Map();
    this.exact = new Map();
    this.published = new Map();
    this.taken = new Map();
    this.stocks = new Map();
    this.judge(options);
  }

  made(symbol) {
    const found = this.quantities.get(symbol) ?? this.terms.get(symbol);
    if (!found) throw new Error(`${symbol} is not declared`);
    return found;
  }

  over(symbol) {
    return this.made(symbol).over ?? [];
  }

  // Whatever must not be computed at all: an Error.
  judge(options) {
    const { document, given } = this;
    for (const [name, answer] of Object.entries(options)) {
      if (!document.options[name]?.choices.includes(answer)) throw new Error(`unknown option ${name}=${answer}`);
    }
    for (const one of given.local) {
      const rungs = (this.terms.get(one.symbol)?.ladder ?? []).map((step) => (step.take === 'local' ? step.name : 'override'));
      if (!rungs.includes(one.rung)) throw new Error(`no rung ${one.rung} of ${one.symbol}`);
    }
    const grain = document.grain ?? 'month';
    if (given.months.some((month) => periodOf(month).grain !== grain)) throw new Error('another grain');
    const span = spanOf(given.months);
    const [first, last] = document.valid.split('/');
    if (span.start < periodOf(first).start || (last !== '..' && span.end > periodOf(last).start)) {
      throw new Error('outside of the validity of the method');
    }
    const activities = [...this.terms].filter(([, term]) => term.kind === 'activity');
    for (const source of given.sources) {
      const claimed = new Map();
      for (const [symbol, term] of activities) {
        if (!(term.over ?? []).includes('source') || !within(term.keys, source.attributes)) continue;
        const indicator = term.indicator || symbol;
        if (claimed.has(indicator)) throw new Error(`${source.id} is claimed twice`);
        claimed.set(indicator, symbol);
      }
    }
    if (document.quantities.some((one) => [...nodesOf(one.expression)].some((node) => node.node === 'first_order_decay'))) {
      const years = given.months.map(Number).sort((a, b) => a - b);
      if (years.some((year, at) => at && year !== years[at - 1] + 1)) throw new Error('years are not all there');
    }
    const cells = new Set(
      activities.flatMap(([symbol, term]) => this.places(term.over ?? [], term.keys).map((place) => keyOf(symbol, cellText(place)))),
    );
    this.named = cells;
  }

  places(over, keys) {
    const sources = over.includes('source')
      ? this.given.sources.filter((one) => within(keys, one.attributes)).map((one) => one.id)
      : [''];
    const months = timed(over) ? this.given.months : [''];
    return sources.flatMap((source) => months.map((month) => [source, month]));
  }

  run() {
    for (const [symbol, quantity] of this.quantities) {
      for (const place of this.places(quantity.over ?? [], quantity.keys)) this.quantity(symbol, quantity, place);
    }
    for (const key of this.given.values.keys()) {
      if (!this.inputs.has(key) && !this.named.has(key)) throw new Error(`a value off the grid: ${key}`);
    }
    return this;
  }

  quantity(symbol, quantity, place) {
    this.current = [symbol, cellText(place)];
    const exact = this.value(quantity.expression, place);
    const key = keyOf(symbol, cellText(place));
    this.exact.set(key, exact);
    const bare = this.bare(exact);
    this.published.set(key, quantity.places === undefined ? bare : this.rounded(bare, quantity));
  }

  rounded(value, { places, rounding }) {
    return roundTo(value, places, rounding ?? 'half_even');
  }

  bare([value, under]) {
    return under === 1n ? value : divide(value, dec(under));
  }

  ownPlace(symbol, [source, month]) {
    const over = this.over(symbol);
    return [over.includes('source') ? source : '', timed(over) ? month : ''];
  }

  // What a formula reads where it names a symbol: [decimal or absent, integer it is still to be divided by].
  term(symbol, place) {
    const here = this.ownPlace(symbol, place);
    const key = keyOf(symbol, cellText(here));
    const quantity = this.quantities.get(symbol);
    if (quantity) {
      const found = quantity.parents === 'sum_published' ? [this.published.get(key), 1n] : this.exact.get(key);
      if (!found?.[0]) throw new Error(`${key} is used before it is defined`);
      return found;
    }
    if (!this.inputs.has(key)) this.inputs.set(key, this.input(symbol, here, key));
    return [this.inputs.get(key), 1n];
  }

  input(symbol, [source, month], key) {
    const term = this.made(symbol);
    let value = missing('missing', symbol, cellText([source, month]));
    if (term.kind === 'activity') value = this.given.values.get(key) ?? value;
    else {
      const period = month ? periodOf(month) : spanOf(this.given.months);
      const own = this.given.sources.find((one) => one.id === source)?.attributes;
      const keys = source ? { ...this.given.attributes, ...own, source } : this.given.attributes;
      value = this.ladder.choose(symbol, term, keys, period, key);
    }
    return term.places === undefined ? value : this.rounded(value, term);
  }

  along(node, dims, place, where) {
    const keys = this.domain(node);
    const fitting = this.given.sources.filter((one) => within(keys, one.attributes) && within(where, one.attributes));
    const sources = dims.includes('source') ? fitting.map((one) => one.id) : [place[0]];
    const months = timed(dims) ? this.given.months : [place[1]];
    return sources.flatMap((source) => months.map((month) => [source, month]));
  }

  domain(node) {
    if (['sum_over', 'weighted_mean'].includes(node.node) && node.over.includes('source')) return {};
    if (node.node === 'term') return this.made(node.symbol).keys ?? {};
    const met = {};
    for (const part of partsOf(node)) {
      for (const [name, values] of Object.entries(this.domain(part))) {
        met[name] = values.filter((one) => (met[name] ?? values).includes(one));
      }
    }
    return met;
  }

  value(node, place) {
    const [symbol, cell] = this.current;
    switch (node.node) {
      case 'sum_over':
        return this.sum(this.along(node.of, node.over, place, node.where).map((here) => [1, this.value(node.of, here)]));
      case 'sum':
        return this.sum(node.of.map((one) => [one.sign === '+' ? 1 : -1, this.value(one.of, place)]));
      case 'weighted_mean': {
        const both = { node: 'product', of: [node.of, node.weight] };
        const heres = this.along(both, node.over, place);
        const over = this.sum(heres.map((here) => [1, this.value(both, here)]));
        const under = this.sum(heres.map((here) => [1, this.value(node.weight, here)]));
        return this.quotient({ above: [over[0]], below: [under[0]], number: under[1], under: over[1] });
      }
      case 'spread':
        return this.share(node, place);
      case 'first_of':
        return this.firstOf(node, place);
      case 'bands': {
        const [value, under] = this.value(node.of, place);
        return [this.band(value, under, node.steps), 1n];
      }
      case 'piecewise': {
        const [value, under] = this.value(node.of, place);
        return [this.line(value, under, node), 1n];
      }
      case 'weights':
        return this.sum(
          node.of.map((one) => {
            const [value, under] = this.value(one.of, place);
            return [1, [multiply(value, parseDecimal(one.weight)), under]];
          }),
        );
      case 'first_order_decay':
        return [this.decay(node, place), 1n];
      case 'term': case 'number': case 'product': case 'quotient':
        return this.quotient(this.factors(node, place));
      default:
        throw new Error(`unknown node ${node.node} in ${symbol} ${cell}`);
    }
  }

  factors(node, place) {
    const exactly = node.node === 'number' ? node.exactly : node.node === 'term' ? this.terms.get(node.symbol)?.exactly : undefined;
    if (exactly !== undefined) return { above: [], below: [], ...ratioOf(exactly) };
    if (node.node === 'product') return node.of.map((part) => this.factors(part, place)).reduce(timesFactors);
    if (node.node === 'quotient') {
      const { above, below, number, under } = this.factors(node.under, place);
      return timesFactors(this.factors(node.over, place), { above: below, below: above, number: under, under: number });
    }
    const [value, under] = node.node === 'term' ? this.term(node.symbol, place) : this.value(node, place);
    return { above: [value], below: [], number: 1n, under };
  }

  quotient({ above, below, number, under }) {
    const over = number !== 1n || !above.length ? [...above, dec(number)] : above;
    if (!below.length) return [over.reduce(multiply), under];
    const all = under === 1n ? below : [...below, dec(under)];
    return [this.divided(over.reduce(multiply), all.reduce(multiply)), 1n];
  }

  divided(over, under) {
    return divide(over, under) ?? missing('not_estimated', `${this.current[0]} (÷ 0)`, this.current[1]);
  }

  level(parts) {
    const under = parts.reduce((common, [, one]) => lcm(common, one), 1n);
    return [parts.map(([value, one]) => (one === under ? value : multiply(value, dec(under / one)))), under];
  }

  sum(parts) {
    if (!parts.length) return [dec(0), 1n];
    const [values, under] = this.level(parts.map(([, exact]) => exact));
    const plus = values.filter((_, at) => parts[at][0] > 0);
    const minus = values.filter((_, at) => parts[at][0] < 0);
    if (values.length === 1 && plus.length) return [plus[0], under];
    const total = minus.reduce(subtract, plus.length ? plus.reduce(add) : dec(0));
    return [absent(total) ? incomplete(plus, minus) : total, under];
  }

  firstOf(node, place) {
    const [symbol, cell] = this.current;
    const open = node.branches.filter((one) => Object.entries(one.when ?? {}).every(([name, answer]) => this.answers[name] === answer));
    if (!open.length) return [missing('not_estimated', symbol, cell), 1n];
    const [values, under] = this.level(open.map((one) => this.value(one.of, place)));
    let at = values.findIndex((one) => !absent(one));
    if (at < 0) at = values.findIndex((one) => one.parts.every((part) => addsNothing(part.state)));
    this.taken.set(keyOf(symbol, cell), at < 0 ? '' : open[at].name);
    if (at >= 0) return [values[at], under];
    const last = values[values.length - 1];
    const names = (value) => value.parts.map((part) => JSON.stringify([part.what, part.where, part.state]));
    const shared = last.parts.filter((part) => values.every((one) => names(one).includes(JSON.stringify([part.what, part.where, part.state]))));
    return [shared.length ? allAbsent([{ parts: shared }]) : last, under];
  }

  band(value, under, steps) {
    if (absent(value)) return value;
    let found = null;
    for (const one of steps) {
      if (one.from === '' || compare(value, times(parseDecimal(one.from), under)) >= 0) found = one.value;
    }
    return found === null ? missing('not_estimated', `${this.current[0]} (< ${steps[0].from})`, this.current[1]) : parseDecimal(found);
  }

  line(value, under, { points, beyond }) {
    if (absent(value)) return value;
    const across = points.map(([x]) => times(parseDecimal(x), under));
    const up = points.map(([, y]) => parseDecimal(y));
    const last = points.length - 1;
    const low = compare(value, across[0]) < 0;
    if (low || compare(value, across[last]) > 0) {
      if (beyond === 'hold') return low ? up[0] : up[last];
      return missing('not_estimated', `${this.current[0]} (${points[0][0]} … ${points[last][0]})`, this.current[1]);
    }
    let right = across.findIndex((x) => compare(x, value) > 0);
    right = Math.min(right < 0 ? last : right, last);
    const width = subtract(across[right], across[right - 1]);
    const risen = multiply(subtract(value, across[right - 1]), subtract(up[right], up[right - 1]));
    return divide(add(multiply(up[right - 1], width), risen), width);
  }

  decay(node, place) {
    const rate = this.bare(this.value(node.rate, place));
    const keep = absent(rate) ? rate : exponential({ c: -rate.c, e: rate.e });
    const years = [...this.given.months].sort();
    const key = JSON.stringify([node.of, node.rate, place[0]]);
    const stocks = this.stocks.get(key) ?? [];
    this.stocks.set(key, stocks);
    const now = years.indexOf(place[1]);
    for (let at = stocks.length; at <= now; at++) {
      const deposited = this.bare(this.value(node.of, [place[0], years[at]]));
      stocks.push(at ? this.sum([[1, [multiply(stocks[at - 1], keep), 1n]], [1, [deposited, 1n]]])[0] : deposited);
    }
    if (node.gives === 'stock') return stocks[now];
    if (now === 0) return dec(0);
    return multiply(stocks[now - 1], absent(keep) ? keep : subtract(dec(1), keep));
  }

  share({ of, how, weight }, place) {
    const [whole, under] = this.value(of, place);
    const { months } = this.given;
    const now = months.indexOf(place[1]);
    let ends;
    if (weight) {
      const sums = [now, now + 1, months.length].map((upto) =>
        this.sum(months.slice(0, upto).map((month) => [1, this.value(weight, [place[0], month])])),
      );
      [ends] = this.level(sums);
    } else {
      const spans = months.map((month) => (how === 'equal' ? 1 : daysOf(periodOf(month))));
      ends = [now, now + 1, months.length].map((upto) => dec(spans.slice(0, upto).reduce((sum, one) => sum + one, 0)));
    }
    const bottom = under === 1n ? ends[2] : multiply(ends[2], dec(under));
    const quantity = this.quantities.get(this.current[0]);
    const running = (upto) => this.rounded(this.divided(multiply(whole, upto), bottom), quantity);
    return [this.sum([[1, [running(ends[1]), 1n]], [-1, [running(ends[0]), 1n]]])[0], 1n];
  }

  // Every activity and factor cell that a cell rests on, each once, in the order of the formula.
  feeds(cell) {
    const found = new Map();
    const seen = new Set();
    const waiting = [cell];
    while (waiting.length) {
      const [symbol, text] = waiting.pop();
      const key = keyOf(symbol, text);
      if (seen.has(key)) continue;
      seen.add(key);
      if (this.quantities.has(symbol)) waiting.push(...this.below(symbol, text, key).reverse());
      else found.set(key, [symbol, text]);
    }
    return [...found.values()];
  }

  below(symbol, text, key) {
    let node = this.quantities.get(symbol).expression;
    if (node.node === 'first_of' && this.taken.size) {
      node = node.branches.find((one) => one.name === this.taken.get(key))?.of ?? node;
    }
    const over = this.over(symbol);
    const cut = text.lastIndexOf('/');
    const place =
      over.includes('source') && timed(over)
        ? [text.slice(0, Math.max(cut, 0)), text.slice(cut + 1)]
        : [over.includes('source') ? text : '', timed(over) ? text : ''];
    const cells = new Map();
    for (const one of this.namedIn(node, place)) cells.set(keyOf(...one), one);
    return [...cells.values()];
  }

  *namedIn(node, place) {
    switch (node.node) {
      case 'term':
        if (this.terms.get(node.symbol)?.exactly === undefined) yield [node.symbol, cellText(this.ownPlace(node.symbol, place))];
        return;
      case 'sum_over':
        for (const here of this.along(node.of, node.over, place, node.where)) yield* this.namedIn(node.of, here);
        return;
      case 'weighted_mean': {
        const both = { node: 'product', of: [node.of, node.weight] };
        for (const here of this.along(both, node.over, place)) yield* this.namedIn(both, here);
        return;
      }
      case 'spread':
        yield* this.namedIn(node.of, place);
        if (node.weight) for (const month of this.given.months) yield* this.namedIn(node.weight, [place[0], month]);
        return;
      case 'first_order_decay':
        for (const year of [...this.given.months].sort().filter((one) => one <= place[1])) yield* this.namedIn(node.of, [place[0], year]);
        yield* this.namedIn(node.rate, place);
        return;
      default:
        for (const part of partsOf(node)) yield* this.namedIn(part, place);
    }
  }
}

const times = (value, under) => ({ c: value.c * under, e: value.e });

function timesFactors(one, other) {
  return {
    above: [...one.above, ...other.above],
    below: [...one.below, ...other.below],
    number: one.number * other.number,
    under: one.under * other.under,
  };
}

// A sum with something absent: what adds nothing is passed over, a hole is not.
function incomplete(plus, minus) {
  const gone = [...plus, ...minus].filter(absent);
  const holes = gone.filter((one) => !addsNothing(one.state));
  if (holes.length || gone.length === plus.length + minus.length) return allAbsent(holes.length ? holes : gone);
  const total = (values) => values.filter((one) => !absent(one)).reduce(add, dec(0));
  return subtract(total(plus), total(minus));
}

export { keyOf };
