// The second verifier: the same steps as verify.py in the same order, in another language and by another way of
// evaluating. `verify` gives the verdict as plain data, the form tansuo.verdict/1 of docs/reference/bundle.md.
import { readArchive } from './archive.js';
import { alike, Book, digestOf, isObject, jsonFile } from './book.js';
import { Refused } from './bytes.js';
import { canonicalBytes, decode } from './canonical.js';
import { absent, add, compare, dec, knownState, missing, multiply, parseDecimal, plain, roundTo, ten } from './decimal.js';
import { keyOf, Method } from './method.js';
import { readPolicy } from './note.js';
import { checkReceipt, isReceipt } from './receipt.js';
import { checkSecond } from './sm3.js';
import { checkSamples } from './samples.js';
import { checkInputs, checkLocal, readSegments } from './sources.js';
import { checkTokens } from './tokens.js';
import { checkUnder } from './under.js';
import { Units } from './units.js';

export const STEPS = {
  manifest: ['清单与文件', 'manifest and files'],
  proof: ['回执的格式', 'form of the receipt'],
  checkpoint: ['检查点签名', 'signatures of the checkpoint'],
  entries: ['条目字节', 'bytes of the entries'],
  inclusion: ['条目在账本内', 'entries are in the log'],
  consistency: ['账本只增不改', 'the log only grew'],
  sm3: ['SM3 树', 'the SM3 tree'],
  tokens: ['时间戳', 'time-stamp tokens'],
  method: ['方法指纹', 'fingerprint of the method'],
  seals: ['封存与读数', 'seals and readings'],
  inputs: ['读数与活动数据', 'readings and activity data'],
  local: ['实测因子与陈述', 'local values and statements'],
  evaluation: ['按方法重算', 'the method run again'],
  value: ['数值一致', 'the value is the same'],
  samples: ['抽取的原始帧', 'drawn raw frames'],
  under: ['不符合项、保全与更正', 'findings, holds and corrections'],
  frame: ['原始帧在批次内', 'the frame is in its batch'],
  document: ['所登记的文件', 'the file that was entered'],
};

class Report {
  constructor() {
    this.now = 'manifest';
    this.steps = [];
    this.unchecked = [];
    this.notes = [];
  }

  passed(zh, en) {
    this.steps.push({ step: this.now, ok: true, zh, en });
  }

  failed(zh, en) {
    this.steps.push({ step: this.now, ok: false, zh, en });
  }

  note(zh, en) {
    this.notes.push({ zh, en });
  }

  skip(zh, en) {
    if (!this.unchecked.some((one) => one.zh === zh && one.en === en)) this.unchecked.push({ zh, en });
  }
}

// `data`: the bytes of a bundle or a receipt; `policy`: the text of a policy or ''; `table`: the units; `given`: the bytes
// that the holder of a receipt says it is about, or null.
export function verify(data, policy, table, given = null) {
  const trusted = policy ? readPolicy(policy) : null;
  const report = new Report();
  let statement = null;
  try {
    statement = isReceipt(data) ? checkReceipt(data, trusted, given, report) : check(data, trusted, new Units(table), report);
  } catch (problem) {
    if (problem instanceof Refused) report.failed(problem.zh, problem.en);
    else report.failed(`格式不对（${problem.name}）`, `malformed (${problem.name}: ${problem.message})`);
  }
  const ok = statement !== null && report.steps.every((one) => one.ok);
  return {
    form: 'tansuo.verdict/1',
    verdict: ok ? 'verified' : 'refused',
    statement: ok ? statement : null,
    steps: report.steps,
    notes: report.notes,
    not_checked: report.unchecked,
  };
}

function check(data, policy, units, report) {
  const files = readArchive(data);
  const book = new Book(files, policy, report);
  const body = book.figure;
  checkSecond(book, report);
  checkTokens(book, report);
  const document = readMethod(book, report);
  let held = new Map();
  if (body.cell.relation) checkSum(book, document, report);
  else if (files.has('inputs.json')) {
    const given = jsonFile(files, 'inputs.json');
    if (given.form !== 'tansuo.inputs/1') throw new Refused('inputs.json 不是 tansuo.inputs/1', 'inputs.json is not of the form tansuo.inputs/1');
    const inputs = inputsOf(given);
    held = readSegments(book, report);
    checkInputs(book, document, units, given, held, report);
    checkLocal(book, document, units, given, report);
    checkValue(book, document, units, given, inputs, report);
    checkSamples(book, held, report);
  } else {
    report.skip('包内没有输入数据：数值没有重算', 'the inputs are not in the bundle: the value was NOT computed again');
  }
  checkStage(book, report);
  checkUnder(book, held, report);
  report.skip('收到之前的事：仪表与申报本身的真伪', 'anything before receipt: whether meters and declarations are true');
  report.skip('数据来源种类与完整性说明', 'kinds of data and the account of completeness');
  const { cell, value, unit, stage, size, synthetic } = body;
  return { receipt: book.manifest.receipt, origin: book.head.origin, cell, value, unit, stage, size, synthetic };
}

function readMethod(book, report) {
  report.now = 'method';
  const body = book.figure;
  if (body.form !== 'tansuo.figure/1' || body.evaluator !== 'tansuo.methods.evaluate/1') {
    throw new Refused('数字条目的格式或算法版本不识', `unknown form or evaluator: ${body.form} ${body.evaluator}`);
  }
  const document = jsonFile(book.files, 'method.json');
  const fingerprint = digestOf(book.files.get('method.json'));
  if (fingerprint !== body.fingerprint) throw new Refused('方法文件不是数字所用的方法', 'the method document is not the one the figure names');
  if (book.known(body.method.entry, 'method')?.body.fingerprint !== fingerprint) {
    throw new Refused('方法的发布条目不在包内', 'the entry that published the method is not in the bundle');
  }
  if (document.format !== 'tansuo.method/1') throw new Refused('方法文件读不懂', `the method document cannot be read: ${document.format}`);
  const short = `${fingerprint.slice(0, 16)}…`;
  report.passed(`方法 ${document.id} ${document.edition} 指纹 ${short}`, `method ${document.id} ${document.edition}, fingerprint ${short}`);
  return document;
}

function readWorking(book) {
  const { working } = book.figure;
  if (working.blob === undefined) return working;
  const data = book.document(working.blob);
  if (!data) throw new Refused('计算过程文件缺失或被改', 'the working is missing or altered');
  return decode(data);
}

function inputsOf(given) {
  if (![given.enterprise, ...given.sources].every((one) => isObject(one.attributes))) throw new Error('attributes');
  const values = new Map();
  for (const [symbol, cells] of Object.entries(given.values)) {
    for (const [place, one] of Object.entries(cells)) {
      values.set(keyOf(symbol, place), isObject(one) ? missing(one.state, symbol, place) : parseDecimal(one));
    }
  }
  const local = given.local.map((one) => ({ ...one, value: parseDecimal(one.value) }));
  return { sources: given.sources, months: given.months, values, local, attributes: given.enterprise.attributes };
}

const written = (value) => (absent(value) ? value.state : plain(value));

function checkValue(book, document, units, given, inputs, report) {
  report.now = 'evaluation';
  const [body, working] = [book.figure, readWorking(book)];
  let made = null;
  try {
    made = new Method(document, units, inputs, given.options).run();
  } catch (problem) {
    throw new Refused('方法不能用于这些数据', `the method refuses these inputs: ${problem.message}`);
  }
  const symbol = body.cell.quantity;
  const results = [...made.published].map(([key, value]) => [JSON.parse(key), value]).filter(([cell]) => cell[0] === symbol);
  if (results.length !== 1) throw new Refused('方法没有给出唯一的数值', 'the method does not give one value');
  const [[cell, result]] = results;
  const leaves = made.feeds(cell);
  const asked = new Set(leaves.flatMap(([one]) => (made.terms.get(one).ladder ?? []).flatMap((step) => Object.keys(step.when ?? {}))));
  const digested = {
    cell: body.cell,
    method: body.fingerprint,
    options: Object.fromEntries([...asked].map((name) => [name, given.options[name] ?? ''])),
    terms: leaves.map(([one, place]) => {
      const key = keyOf(one, place);
      return [one, place, written(made.given.values.get(key) ?? made.inputs.get(key))];
    }),
    factors: leaves.flatMap(([one, place]) => {
      const chosen = made.ladder.chosen.get(keyOf(one, place));
      return chosen ? [[one, place, ...chosen]] : [];
    }),
  };
  if (digestOf(canonicalBytes(digested)) !== body.input_digest) {
    throw new Refused('输入数据不是数字条目所承诺的数据', "the inputs are not those that the figure's entry committed to");
  }
  const named = Object.entries(working.intermediates);
  for (const [name, stated] of named) {
    const cut = name.indexOf(' ');
    const [one, place] = cut < 0 ? [name, ''] : [name.slice(0, cut), name.slice(cut + 1)];
    const value = made.published.get(keyOf(one, place));
    const again = value === undefined ? null : written(value);
    if (again !== stated) throw new Refused(`中间值 ${name} 重算为 ${again}，条目写 ${stated}`, `${name} comes out as ${again}, not ${stated}`);
  }
  report.passed(`输入摘要相符；${named.length} 个中间值重算一致`, `the inputs' digest agrees, and ${named.length} intermediate values come out the same`);
  // A sum over no source is no zero.
  const fed = leaves.some(([one]) => made.terms.get(one).kind === 'activity');
  const value = fed ? result : missing(given.sources.length ? 'not_occurring' : 'not_estimated', symbol, '');
  compareValue(body, absent(value) ? null : value, made.quantities.get(symbol).unit, report);
  if (absent(value) && body.state !== knownState(value.state)) throw new Refused('缺失原因不同', 'the reason for its absence is another');
}

function compareValue(body, value, unit, report) {
  report.now = 'value';
  const text = value === null ? null : plain(value);
  const [shown, said] = [text || '—', body.value || '—'];
  if (text !== body.value || unit !== body.unit) {
    throw new Refused(`重算得 ${shown} ${unit}，公布为 ${said} ${body.unit}`, `it comes out as ${shown} ${unit}; ${said} ${body.unit} was published`);
  }
  report.passed(`重算得 ${shown} ${unit}，与公布值逐字相同`, `${shown} ${unit}: the very string that was published`);
}

function checkSum(book, document, report) {
  report.now = 'evaluation';
  const [body, working] = [book.figure, readWorking(book)];
  const quantity = document.quantities.find((one) => one.symbol === body.cell.quantity);
  const parts = working.children.flatMap((child) => child.figures);
  const digested = { cell: body.cell, children: parts.map(({ cell, share, value, digest }) => ({ cell, share, value, digest })) };
  if (digestOf(canonicalBytes(digested)) !== body.input_digest) {
    throw new Refused('下级数字不是条目所承诺的', 'the children are not those that the entry committed to');
  }
  let total = null;
  for (const child of working.children) {
    const part = contribution(child, quantity);
    if (part !== null) total = total === null ? part : add(total, part);
  }
  const holed = working.children.find((child) => !child.complete);
  if (holed && body.value !== null) throw new Refused(`${holed.subject} 有缺口，不能有合计`, `${holed.subject} has a hole: there can be no total`);
  report.skip('下级名单是否齐全、各自份额', 'whether every member is listed, and with which share');
  if (body.value === null) {
    report.skip('合计不完整，未给出数值', 'the total is incomplete and has no value');
    total = null;
  } else if (total !== null && quantity.places !== undefined) {
    total = roundTo(total, quantity.places, quantity.rounding ?? 'half_even');
  }
  report.passed(`${working.children.length} 个下级相加`, `${working.children.length} children are added`);
  compareValue(body, total, quantity.unit, report);
  const said = [...book.entries.values()].filter((one) => one.type === 'figure').map(({ body: one }) => canonicalText([one.cell, one.value, one.input_digest]));
  const linked = parts.filter((one) => said.includes(canonicalText([one.cell, one.value, one.digest]))).length;
  report.skip(
    `下级数字 ${parts.length} 个，其中 ${linked} 个的条目在包内；每个各有自己的证据包`,
    `${parts.length} figures below, ${linked} with their entry here; each has a bundle of its own`,
  );
}

const canonicalText = (value) => digestOf(canonicalBytes(value));

function contribution(child, quantity) {
  if (child.contribution === null) return null;
  const stated = parseDecimal(child.contribution);
  let [total, slack] = [dec(0), dec(0)];
  for (const one of child.figures) {
    if (one.value === null || one.share === null) continue;
    const share = parseDecimal(one.share);
    total = add(total, multiply(parseDecimal(one.value), share));
    slack = add(slack, share.c < 0n ? { c: -share.c, e: share.e } : share);
  }
  const exact = quantity.parents === 'sum_published' || quantity.places === undefined;
  const allowed = exact ? dec(0) : { c: slack.c, e: slack.e - quantity.places };
  const apart = add(total, { c: -stated.c, e: stated.e });
  if (compare(apart.c < 0n ? { c: -apart.c, e: apart.e } : apart, allowed) > 0) {
    throw new Refused(`${child.subject} 的贡献与其数值不符`, `${child.subject} adds another amount than its values`);
  }
  return stated;
}

function checkStage(book, report) {
  report.now = 'value';
  const body = book.figure;
  if (body.decision === null) {
    if (body.stage !== 'calculated') throw new Refused('没有决定，却不是测算阶段', 'no decision gives the figure its stage');
    return;
  }
  const decision = book.entries.get(body.decision);
  if (!decision) report.skip('给出阶段的决定不在包内', 'the decision that gives the stage is not in the bundle');
  else if (decision.type !== 'decision' || decision.body.stage !== body.stage || decision.body.size !== body.size) {
    throw new Refused('决定与数字的阶段不符', 'the decision gives another stage, or froze another size');
  }
}

export { alike, ten };
