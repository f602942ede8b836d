// The data side of a bundle: seals and segments, amounts from them, local values from statements.
import { bytesOfBase64, joined, Refused, textOf } from './bytes.js';
import { decode } from './canonical.js';
import { add, addsNothing, dec, divide, multiply, parseDecimal, plain, WITH_VALUE, knownState, ten } from './decimal.js';
import { alike, digestOf, isObject, jsonFile } from './book.js';
import { COLUMNS, workedOut } from './laboratory.js';
import { convert } from './ladder.js';
import { periodOf } from './period.js';

const SEAL = 'tansuo.seal/1';
const LINE = /^(0|[1-9][0-9]{0,11}),(0|-?[1-9][0-9]{0,17})?,([a-z_]+)\.([a-z]+)(?:\.([!-~]+))?$/;
const KINDS = new Set(['measured', 'substituted', 'default', 'estimated', 'declared']);

export function readSegments(book, report) {
  report.now = 'seals';
  const found = new Map();
  let count = 0;
  for (const name of [...book.files.keys()].sort()) {
    if (!name.startsWith('segments/')) continue;
    const named = /^segments\/(0|[1-9][0-9]*)-([0-9]+)\.csv$/.exec(name);
    if (!named) throw new Refused(`读数文件名 ${name}`, `a segment's file is named ${name}`);
    const [index, place] = [Number(named[1]), Number(named[2])];
    const body = sealBody(book, index);
    const row = body.series[place];
    let key = new Uint8Array();
    try {
      key = bytesOfBase64(body.key);
    } catch {
      key = new Uint8Array();
    }
    if (!isObject(row)) throw new Refused(`封存 ${index} 没有这个序列`, `seal ${index} has no such series`);
    const data = book.files.get(name);
    if (key.length !== 16 || digestOf(joined(key, data)) !== row.sha256) {
      throw new Refused(`${name} 不是封存 ${index} 所封的读数`, `${name} is not what seal ${index} sealed`);
    }
    const rows = readRows(data, name);
    if (rows.length !== row.rows) throw new Refused(`${name} 的行数与封存不符`, `${name} has another number of rows than its seal says`);
    if (row.expected !== null && row.expected !== undefined && row.expected !== row.received + row.gap) {
      throw new Refused(`封存 ${index} 的应到≠实到＋缺失`, `in seal ${index} expected is not received + gap`);
    }
    found.set(`${index}-${place}`, { entry: book.entries.get(index), row, rows });
    count += rows.length;
  }
  if (found.size) report.passed(`${found.size} 段共 ${count} 个读数与封存相符`, `${count} readings in ${found.size} segments`);
  else report.skip('没有封存的读数', 'there are no sealed readings');
  return found;
}

export function sealBody(book, index) {
  const entry = book.entries.get(index);
  if (entry?.type !== 'seal') throw new Refused(`条目 ${index} 不是封存`, `entry ${index} is no seal`);
  let { body } = entry;
  if (body.blob !== undefined) {
    const data = book.document(body.blob);
    if (!data) throw new Refused(`封存 ${index} 的内容不在包内`, `the content of seal ${index} is not in the bundle`);
    try {
      body = decode(data);
    } catch (problem) {
      throw new Refused(`封存 ${index} 的内容不规范`, `the content of seal ${index}: ${problem.message}`);
    }
  }
  if (!isObject(body) || body.form !== SEAL || !Array.isArray(body.series)) {
    throw new Refused(`封存 ${index} 不是 ${SEAL}`, `seal ${index} is not of the form ${SEAL}`);
  }
  return body;
}

function readRows(data, name) {
  // eslint-disable-next-line no-control-regex
  const text = /^[\u0000-\u007f]*$/.test(new TextDecoder('latin1').decode(data)) ? textOf(data) : '?';
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Refused(`${name} 末行不完整`, `the last line of ${name} does not end`);
  let last = -1;
  return lines.map((line) => {
    const found = LINE.exec(line);
    let state = null;
    try {
      state = knownState(found[3]);
    } catch {
      state = null;
    }
    if (!state || !KINDS.has(found[4]) || WITH_VALUE.has(state) === (found[2] === undefined)) {
      throw new Refused(`${name} 中的一行 ${line}`, `a line of ${name}: ${line}`);
    }
    const at = Number(found[1]);
    if (at <= last) throw new Refused(`${name} 的时间没有递增`, `times in ${name} do not rise`);
    last = at;
    return { at, value: found[2] === undefined ? null : BigInt(found[2]), state, line };
  });
}

export function checkInputs(book, document, units, inputs, held, report) {
  report.now = 'inputs';
  let checked = 0;
  for (const [symbol, cells] of Object.entries(inputs.from.values)) {
    const known = inputs.values[symbol] ?? {};
    if (!Object.keys(cells).every((place) => Object.hasOwn(known, place))) {
      throw new Refused(`${symbol} 的来源没有对应的数据`, `a source of ${symbol} is named for no amount of the inputs`);
    }
  }
  for (const [symbol, cells] of Object.entries(inputs.values)) {
    for (const [place, given] of Object.entries(cells)) {
      const made = inputs.from.values[symbol]?.[place];
      if (made === undefined || isObject(given)) {
        report.skip(`${symbol} ${place}：未由封存的读数重算（见 absent.json）`, `${symbol} ${place} was not summed from sealed readings (see absent.json)`);
        continue;
      }
      const total = plain(amountOf(book, document.terms[symbol], units, symbol, place, made, held));
      if (total !== given) {
        throw new Refused(`${symbol} ${place}：读数合计为 ${total}，数据写 ${given}`, `${symbol} ${place}: the readings add up to ${total}, the inputs say ${given}`);
      }
      checked += 1;
    }
  }
  report.skip('排放源清单是否齐全、各源归属份额', 'whether the list of sources is complete, and which share of a source counts');
  if (checked) report.passed(`${checked} 个活动数据等于读数之和`, `${checked} amounts are the sums of readings`);
}

function amountOf(book, term, units, symbol, place, made, held) {
  const cut = place.lastIndexOf('/');
  const [source, month] = [place.slice(0, Math.max(cut, 0)), place.slice(cut + 1)];
  const share = parseDecimal(made.share);
  const span = periodOf(month);
  const lines = planLines(book, made.parts, source, term.indicator ?? '', span);
  let total = null;
  for (const part of made.parts) {
    const segments = part.seals.map(([index, row]) => held.get(`${index}-${row}`));
    const key = `${segments[0].row.from} ${part.series}`;
    const line = lines.get(key);
    if (!line) {
      throw new Refused(
        `${symbol} ${place}：监测计划没有 ${part.series} 这一行，或已用过`,
        `${symbol} ${place}: the plan has no such line, or it was taken already: ${part.series}`,
      );
    }
    lines.delete(key);
    oneAfterTheOther(symbol, place, segments, line, span);
    const number = part.seals.reduce((sum, [index], at) => sum + sumOf(book, index, segments[at], part, line, month), 0n);
    const unit = amountUnit(line);
    const ratio = units.ratio(unit, term.unit);
    if (!ratio) throw new Error(`${unit} is not of the kind of ${term.unit}`);
    const there = convert(inAmounts(number, line, unit, units), ratio);
    const own = share.c === ten(-share.e) ? there : multiply(there, share);
    total = total === null ? own : add(total, own);
  }
  if (lines.size || total === null) {
    throw new Refused(`${symbol} ${place}：监测计划中还有序列未计入`, `${symbol} ${place}: a series of the plan is left out`);
  }
  return total;
}

// Every line of the one plan that counts for an amount: all of them are added up, each once.
function planLines(book, parts, source, indicator, span) {
  const [index, ...others] = new Set(parts.map((part) => part.plan));
  const plan = others.length ? null : book.known(index, 'plan');
  if (!plan) throw new Refused('没有唯一的监测计划', 'there is not one monitoring plan');
  const found = new Map();
  for (const line of plan.body.lines) {
    const [first, last] = daysOfLine(line, span);
    if (!line.authoritative || line.source !== source || line.indicator !== indicator || first >= last) continue;
    if (!['interval_amount', 'rate', 'register'].includes(line.form)) throw new Refused(`${line.series} 不能求和`, `${line.series} is not summed`);
    found.set(`${first} ${line.series}`, line);
  }
  return found;
}

// Days are written YYYY-MM-DD, which order as texts.
function daysOfLine(line, span) {
  const [first, last] = [line.valid_from, line.valid_to ?? span.end];
  return [first > span.start ? first : span.start, last < span.end ? last : span.end];
}

function oneAfterTheOther(symbol, place, segments, line, span) {
  const [first, last] = daysOfLine(line, span);
  let reached = first;
  for (const { row } of segments) {
    if (row.from !== reached || row.to <= row.from) {
      throw new Refused(
        `${symbol} ${place}：封存的日子有重复或间断（${reached}）`,
        `${symbol} ${place}: the days of the seals overlap or leave a gap at ${reached}`,
      );
    }
    reached = row.to;
  }
  if (reached !== last) throw new Refused(`${symbol} ${place}：封存只到 ${reached}`, `${symbol} ${place}: the seals end on ${reached}`);
}

// What a series' step makes of the days of its segment; summer time may add or take an hour.
function expects({ from, to, step_s: step, expected }) {
  const days = Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
  if (step === 0 || expected === null) return step === 0 && expected === null;
  if (step < 0 || step === 86_400) return expected === (step > 0 ? days : 1);
  return Math.abs(expected * step - days * 86_400) <= 3_600;
}

function sumOf(book, index, { entry, row, rows }, part, line, month) {
  const names = ['series', 'unit', 'decimals', 'form', 'step_s', 'source', 'indicator'];
  if (names.some((name) => row[name] !== line[name]) || row.plan !== part.plan) {
    throw new Refused(`封存 ${index} 与监测计划不一致`, `seal ${index} and the plan do not agree`);
  }
  const { period } = sealBody(book, index);
  if (period !== month && !period.startsWith(`${month}-`)) throw new Refused(`封存 ${index} 不属于 ${month}`, `seal ${index} is not of ${month}`);
  const [begin, end] = entry.valid.map((text) => Date.parse(text) / 1000);
  const register = line.form === 'register';
  if (rows.some(({ at }) => at < begin || at >= end + (register ? 1 : 0))) {
    throw new Refused(`封存 ${index} 含期外读数`, `seal ${index} holds a reading of another period`);
  }
  const present = rows.filter(({ value, state }) => value !== null || addsNothing(state)).length;
  if ((!register && present !== row.received) || !expects(row)) {
    throw new Refused(`封存 ${index} 的应到或实到不对`, `seal ${index} counts its readings wrongly`);
  }
  if (row.gap || present < rows.length) {
    throw new Refused(`封存 ${index} 有缺失读数`, `seal ${index} has a hole`);
  }
  const values = rows.filter(({ value }) => value !== null).map(({ value }) => value);
  if (!register) return values.reduce((sum, one) => sum + one, 0n);
  const rising = values.every((value, at) => at === 0 || value >= values[at - 1]);
  if (values.length < 2 || rows[0].at !== begin || rows[rows.length - 1].at !== end || !rising) {
    throw new Refused(`封存 ${index} 的表底不连续`, `the register in seal ${index} does not run from end to end`);
  }
  return values[values.length - 1] - values[0];
}

function amountUnit(line) {
  if (line.form !== 'rate') return line.unit;
  const cut = line.unit.lastIndexOf('/');
  return line.attributes?.amount_unit || (cut < 0 ? `${line.unit}h` : line.unit.slice(0, cut));
}

function inAmounts(number, line, unit, units) {
  if (line.form !== 'rate') return dec(number, -line.decimals);
  const [rate, second, amount] = [line.unit, 's', unit].map((one) => units.parse(one).scale);
  let n = rate.n * second.n * BigInt(line.step_s) * amount.d;
  let d = rate.d * second.d * amount.n;
  let [a, b] = [n, d];
  while (b) [a, b] = [b, a % b];
  [n, d] = [n / a, d / a];
  if (d === 1n) return dec(number * n, -line.decimals);
  return divide(fittedInteger(number * n), dec(d * ten(line.decimals)));
}

const fittedInteger = (c) => dec(c);

function columnsOf(document, symbol) {
  const column = (document.terms[symbol].ladder ?? []).map((step) => step.column).find(Boolean);
  return [column, symbol].filter(Boolean).map((one) => `factor.${one}`);
}

// A value from laboratory results is what they give for its month.
function laboratory(book, document, units, given, tested, label) {
  const columns = columnsOf(document, given.symbol);
  const column = Object.keys(COLUMNS).find((one) => columns.includes(`factor.${one}`));
  const measured = given.rung === 'measured';
  const bodies = tested.map((index) => book.known(index, 'statement')?.body).filter((body) => body?.indicator.startsWith('test.'));
  let found = null;
  try {
    found = plain(workedOut(bodies, column, periodOf(given.month), measured, units));
  } catch (problem) {
    throw new Refused(`${label}：化验结果不能得出`, `${label}: the laboratory results give none (${problem.message})`);
  }
  const kind = measured ? 'measured' : 'declared';
  if (given.value !== found || given.unit !== COLUMNS[column] || given.provenance !== kind || bodies.length !== tested.length) {
    throw new Refused(
      `${label}：化验结果得出 ${found} ${COLUMNS[column]}，数据写 ${given.value} ${given.unit}`,
      `${label}: the laboratory results give ${found} ${COLUMNS[column]}, not ${given.value} ${given.unit}`,
    );
  }
}

export function checkLocal(book, document, units, inputs, report) {
  report.now = 'local';
  const origins = inputs.from.local;
  if (origins.length !== inputs.local.length) throw new Refused('实测因子与来源不一一对应', 'local values and their sources do not match');
  let checked = 0;
  inputs.local.forEach((given, at) => {
    const made = origins[at];
    const label = [given.symbol, given.source, given.month].filter(Boolean).join(' ');
    const entry = isObject(made) ? book.known(made.statement, 'statement') : null;
    if (!entry) {
      report.skip(`${label}：无陈述可查`, `${label}: no statement is here`);
      return;
    }
    if (made.tested?.length) {
      laboratory(book, document, units, given, made.tested, label);
      report.skip('化验结果是否齐全', 'whether there are other laboratory results than those used');
      checked += 1;
      return;
    }
    const { body } = entry;
    const columns = columnsOf(document, given.symbol);
    const said = body.value === given.value && body.unit === given.unit && body.provenance === given.provenance;
    if (!said || !columns.includes(body.indicator) || (given.rung === 'override') !== (body.basis === 'override')) {
      throw new Refused(`${label} 与条目 ${made.statement} 的陈述不同`, `${label} is not what its statement says`);
    }
    checked += 1;
  });
  const subjects = new Map([inputs.enterprise, ...inputs.sources].map((one) => [one.id, one.attributes]));
  for (const [subject, named] of Object.entries(inputs.from.attributes)) {
    for (const [name, at] of Object.entries(named)) {
      const body = book.known(at, 'subject')?.body ?? {};
      const said = body.op === 'declare' ? body.attributes?.[name] : body.name === name ? body.value : undefined;
      const wanted = subjects.get(subject)?.[name];
      if (wanted === undefined || said !== wanted) {
        throw new Refused(`${subject} 的属性 ${name} 与条目 ${at} 不同`, `${name} of ${subject} is not what entry ${at} says`);
      }
      checked += 1;
    }
  }
  for (const [subject, attributes] of subjects) {
    for (const name of Object.keys(attributes).sort()) {
      if (inputs.from.attributes[subject]?.[name] === undefined) {
        report.skip(`${subject} 的属性 ${name} 没有条目可查`, `no entry states ${name} of ${subject}`);
      }
    }
  }
  if (checked) report.passed(`${checked} 个因子与属性有陈述为据`, `${checked} local values and attributes are stated`);
  report.skip('属性由哪个上级对象取得，未逐级核对', 'from which subject above an attribute was taken was not followed');
}

export { alike };
