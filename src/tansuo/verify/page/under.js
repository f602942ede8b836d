// What lies under a figure at the head: findings 不符合项, holds 证据保全 and corrected values 更正值.
import { alike, jsonFile } from './book.js';
import { Refused } from './bytes.js';
import { periodOf } from './period.js';
import { framed, lineOf } from './samples.js';
import { sealBody } from './sources.js';

const FORM = 'tansuo.under/1';
const FILE = 'under.json';
const ZONES = 14 * 3600;
const AFTER = {
  open: [''], answered: ['open', 'reopened'], closed: ['open', 'answered', 'reopened'], reopened: ['answered', 'closed'],
  held: [''], release_asked: ['held'], released: ['release_asked'],
};
const KEPT = {
  verification_finding: ['receipt', 'figure', 'node', 'severity', 'clause', 'claim', 'organisation', 'finder'],
  hold: ['receipt', 'figure', 'period', 'reason', 'placed_by', 'placed_role'],
};

const LISTED = ['before entry', 'before entry now series'];
const BEFORE = ['', 'entry', 'entry line', 'arrival entry frame line path record'];
const named = (one, forms) => forms.includes(Object.keys(one).sort().join(' '));

export function checkUnder(book, held, report) {
  report.now = 'under';
  if (!book.files.has(FILE)) {
    report.skip('不符合项、证据保全与更正：这个包的格式还没有收入', 'findings, holds and corrections: a bundle of this age does not carry them');
    return;
  }
  const given = jsonFile(book.files, FILE);
  const listed = [...new Set(Object.values(given.cases).flat())].sort((one, other) => one - other);
  const there = [...book.entries].filter(([, one]) => one.type === 'case').map(([index]) => index);
  const corrected = given.corrections.every((one) => book.entries.has(one.entry));
  if (given.form !== FORM || !corrected || !alike(listed, there.sort((one, other) => one - other))) {
    throw new Refused(`${FILE} 与条目不符`, `${FILE} does not agree with the entries`);
  }
  let [open, standing] = [0, 0];
  for (const name of Object.keys(given.cases).sort()) {
    const { kind, notes, step } = caseOf(book, name, given.cases[name]);
    if (kind === 'hold') {
      standing += step !== 'released' ? 1 : 0;
      const said = `${name}: ${notes.reason} (${notes.placed_by}) [${step}]`;
      report.note(`证据保全 ${said}`, `hold ${said}`);
    } else {
      open += step !== 'closed' ? 1 : 0;
      const said = `${name}: ${notes.severity} ${notes.clause} ${notes.claim} (${notes.organisation}) [${step}]`;
      report.note(`不符合项 ${notes.node.zh} ${said}`, `finding ${notes.node.en} ${said}`);
    }
  }
  const count = given.corrections.length;
  const since = given.corrections.filter((one) => one.entry >= book.figure.size).length;
  const shown = corrections(book, held, given.corrections, report);
  report.passed(
    `前 ${book.head.size} 条时：未关闭的不符合项 ${open} 个，有效的证据保全 ${standing} 个；更正 ${count} 处，其中 ${since} 处在公布后、未计入本数`,
    `at ${book.head.size} entries: ${open} open findings, ${standing} standing holds; ${count} corrected values, ${since} of them since publication and not in the figure`,
  );
  if (shown < count) {
    report.skip(
      `${count - shown} 处更正的原值没有原始帧为据，由平台陈述`,
      `of ${count - shown} corrected values no frame shows what stood before: the platform says it`,
    );
  }
  report.skip('除所列以外（含出包者无权查看的）是否还有不符合项、证据保全或更正，或更晚的步骤', 'whether there are findings, holds, corrections or later steps beyond those listed (its maker may not see all)');
}

// The last step of a case, after steps in an order that a case may take, all about this figure.
function caseOf(book, name, steps) {
  const first = book.entries.get(steps[0]);
  let [before, last] = ['', -1];
  for (const index of steps) {
    const { body, org, by } = book.entries.get(index);
    const same = KEPT[body.kind].every((one) => alike(body.notes[one], first.body.notes[one]) && body.notes[one] !== undefined);
    if (body.id !== name || body.kind !== first.body.kind || org !== first.org || !same) {
      throw new Refused(`${name} 的步骤 ${index} 不是同一件事`, `step ${index} is not of the case ${name}`);
    }
    if (last >= index || !(AFTER[body.step] ?? []).includes(before)) {
      throw new Refused(`${name} 的步骤 ${index} 顺序不对`, `step ${index} of ${name} is out of order`);
    }
    const other = { answered: body.notes.finder, released: body.notes.asker }[body.step];
    if (by.id === other) {
      throw new Refused(`${name} 的步骤 ${index} 由同一人作出`, `step ${index} of ${name} was taken by the same person`);
    }
    [before, last] = [body.step, index];
  }
  const { kind, notes, subject } = first.body;
  const { cell } = book.figure;
  let about = notes.receipt === book.manifest.receipt && notes.figure === book.manifest.figure;
  if (kind === 'hold' && !notes.receipt) about = subject === cell.subject && overlap(notes.period || cell.period, cell.period);
  if (!about) throw new Refused(`${name} 不是对本数提出的`, `${name} is not about this figure`);
  return book.entries.get(last).body;
}

function overlap(one, other) {
  const [first, second] = [periodOf(one), periodOf(other)];
  return first.start < second.end && second.start < first.end;
}

// Of how many corrected values entries and frames show what stood before; seals hold what was known to them.
function corrections(book, held, listed, report) {
  let shown = 0;
  const chains = new Map();
  for (const one of listed) {
    const entry = book.entries.get(one.entry);
    if (!named(one, LISTED) || !named(one.before ?? {}, BEFORE)) {
      throw new Refused(`${FILE} 的一处更正缺项或多项`, `a correction in ${FILE} lacks something, or says more`);
    }
    const { body } = entry;
    const reason = (entry.why ?? body).reason || '';
    const who = `${entry.by.id}${body.second_by ? ` + ${body.second_by}` : ''}`;
    let what = '';
    if (entry.type === 'statement') {
      const former = book.entries.get(one.before.entry);
      replaced(book, entry, former, one.before.entry < one.entry);
      shown += 1;
      const [before, now] = [former, entry].map(({ body: of }) => of.value || of.state);
      what = `${body.indicator} ${body.subject} ${body.period}: ${before} → ${now}`;
    } else {
      const key = `${one.now.split(',', 1)[0]} ${one.series}`;
      const chain = chains.get(key) ?? [];
      if (!stated(book, one, entry, chain[chain.length - 1])) {
        throw new Refused(`条目 ${one.entry} 不是所称的更正`, `entry ${one.entry} is not such a correction`);
      }
      if (entry.type === 'correction' && (one.before === null || chain.length || isShown(book, held, one))) shown += 1;
      chains.set(key, [...chain, one]);
      what = `${one.series} ${one.before === null ? '—' : one.before.line} → ${one.now}`;
    }
    report.note(`更正 ${what}（${who}，条目 ${one.entry}）${reason}`, `corrected ${what} (${who}, entry ${one.entry}) ${reason}`);
  }
  for (const [name, { entry, row, rows }] of held) {
    const index = Number(name.split('-')[0]);
    const [begin, end] = entry.valid.map((text) => Date.parse(text) / 1000);
    const { size } = sealBody(book, index);
    for (const [key, chain] of chains) {
      const at = Number(key.split(' ', 1)[0]);
      const [{ series, before }] = chain;
      if (series !== row.series || at < begin || at >= end) continue;
      const known = chain.filter((one) => one.entry < size);
      const wanted = known.length ? known[known.length - 1].now : before?.line;
      if (rows.find((one) => one.at === at)?.line !== wanted) {
        throw new Refused(`封存 ${index} 与 ${series} 的更正不符`, `seal ${index} holds another value of ${series} at ${at}`);
      }
    }
  }
  return shown;
}

function replaced(book, entry, former, later) {
  if (former.type !== 'statement' || former.subj !== entry.subj || !later || !overlap(entry.body.period, book.figure.cell.period)) {
    throw new Refused(`${entry.subj} 没有取代所称的陈述`, `${entry.subj} replaces no such statement`);
  }
}

// Whether the entry of a corrected reading says it.
function stated(book, one, entry, former) {
  const { body } = entry;
  const old = one.before;
  const at = one.now.split(',', 1)[0];
  const { start, end } = periodOf(book.figure.cell.period);
  const plans = [...book.entries.values()].filter((of) => of.type === 'plan');
  const planned = plans.some((of) => of.body.lines.some((line) => line.series === one.series));
  const outside = Number(at) < Date.parse(start) / 1000 - ZONES || Number(at) >= Date.parse(end) / 1000 + ZONES;
  if (!planned || outside || (old && old.line.split(',', 1)[0] !== at)) return false;
  if ((former && (old.entry !== former.entry || old.line !== former.now)) || (old && old.entry >= one.entry)) return false;
  if (entry.type !== 'correction') return entry.type === 'arrival' && Boolean(body.reason);
  const said = `${Date.parse(body.start) / 1000},${body.scaled ?? ''},${body.state}.${body.provenance}`;
  const fourEyes = body.second_by && body.second_by !== entry.by.id && Boolean(entry.why.reason);
  return fourEyes && body.series === one.series && said === one.now;
}

// Whether a raw frame in the bundle says what stood before.
function isShown(book, held, one) {
  const [name, segment] = [...held].find(([, { row }]) => row.series === one.series) ?? [];
  if (one.before.frame === undefined || !segment) return false;
  const known = one.before.entry;
  if (known !== one.before.arrival && book.entries.get(known).type !== 'redrive') {
    throw new Refused(`条目 ${known} 不是原值的来处`, `entry ${known} is not where the older value comes from`);
  }
  const said = lineOf(book, segment, Number(name.split('-')[0]), framed(book, one.before));
  if (said !== null && said !== one.before.line) {
    throw new Refused(`原始帧是 ${said}，不是所称的原值`, `the raw frame says ${said}, not what is said to have stood`);
  }
  return said !== null;
}
