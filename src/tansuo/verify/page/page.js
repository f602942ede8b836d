// The page: a bundle is dropped, every step is told in words. Nothing leaves the browser: the page forbids itself
// every connection, and a file opened from a disk works like one that was served.
import { readArchive } from './archive.js';
import { bytesOfBase64, textOf } from './bytes.js';
import { STEPS, verify } from './check.js';
import { isReceipt } from './receipt.js';

/* global UNITS, WORDS */

const languages = { zh: 0, en: 1 };
let language = new URLSearchParams(location.search).get('language') ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');
if (!(language in languages)) language = 'zh';
let bundle = null;
let policy = '';
let given = null;

const say = (key) => WORDS[key][languages[language]];
const byId = (id) => document.getElementById(id);

function element(tag, text, className) {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function listOf(tag, items) {
  const made = element(tag);
  made.append(...items);
  return made;
}

function relabel() {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  for (const one of document.querySelectorAll('[data-say]')) one.textContent = say(one.dataset.say);
  for (const one of document.querySelectorAll('[data-language]')) {
    one.setAttribute('aria-pressed', String(one.dataset.language === language));
  }
  document.title = say('title');
}

function judge() {
  const place = byId('verdict');
  place.replaceChildren();
  if (!bundle) return;
  let report;
  try {
    report = verify(bundle.data, policy, UNITS, given);
  } catch (problem) {
    place.append(element('p', `${say('bad_policy')} ${problem.message}`, 'bad'));
    return;
  }
  const ok = report.verdict === 'verified';
  const banner = element('div', undefined, ok ? 'banner good' : 'banner bad');
  banner.append(element('strong', say(report.verdict)), element('span', bundle.name));
  place.append(banner);
  if (report.statement) place.append(statementOf(report.statement));
  place.append(element('h2', say('steps')), stepsOf(report.steps));
  if (report.notes.length) place.append(element('h2', say('notes')), listOf('ul', report.notes.map((one) => element('li', one[language]))));
  place.append(element('h2', say('not_checked')), element('p', say('not_checked_lead')), listOf('ul', report.not_checked.map((one) => element('li', one[language]))));
  try {
    if (!isReceipt(bundle.data)) place.append(...withinOf(readArchive(bundle.data)));
  } catch {
    // what cannot be opened has been said above
  }
  place.setAttribute('tabindex', '-1');
  place.focus();
}

function statementOf(one) {
  if (!one.cell) return receiptOf(one);
  const number = one.value === null ? '—' : `${one.value} ${one.unit}`;
  const rows = [
    ...(one.synthetic ? [['kind', say('synthetic')]] : []),
    ['value', number],
    ['figure', Object.values(one.cell).filter(Boolean).join(' · ')],
    ['stage', `${WORDS[`stage_${one.stage}`]?.[languages[language]] ?? one.stage}`],
    ['receipt', one.receipt],
    ['log', one.origin],
    ['as_of', String(one.size)],
  ];
  const made = element('dl');
  for (const [name, text] of rows) made.append(element('dt', say(name)), element('dd', text, name === 'value' ? 'number' : ''));
  return made;
}

function receiptOf(one) {
  const time = (milliseconds) => new Date(milliseconds).toISOString();
  const rows = [
    ...(one.synthetic ? [['kind', say('synthetic')]] : []),
    ['receipt', one.receipt],
    ['entry', `${one.type} ${one.subject}`],
    ['recorded', time(one.recorded_ms)],
    ...(one.frame ? [['received', time(one.frame.received_ms)], ['frame', `SHA-256 ${one.frame.sha256}`]] : []),
    ['log', one.origin],
    ['signed_size', String(one.size)],
  ];
  const made = element('dl');
  for (const [name, text] of rows) made.append(element('dt', say(name)), element('dd', text));
  return made;
}

function stepsOf(steps) {
  return listOf(
    'ol',
    steps.map((one) => {
      const item = element('li', undefined, one.ok ? 'passed' : 'failed');
      const head = element('p', undefined, 'head');
      head.append(element('b', one.ok ? '✓' : '✗'), element('strong', STEPS[one.step][languages[language]]), element('span', say(one.ok ? 'holds' : 'fails')));
      item.append(head, element('p', one[language]), element('p', say(`means_${one.step}`), 'muted'));
      return item;
    }),
  );
}

// What else lies in the bundle for people: what is absent, and drawn frames beside their readings.
function* withinOf(files) {
  if (files.has('absent.json')) {
    const absent = JSON.parse(textOf(files.get('absent.json')));
    yield folded(`${say('absent')} (${absent.length})`, listOf('ul', absent.map((one) => element('li', `${one.what}: ${one.why[language]}`))));
  }
  if (files.has('frames/samples.json')) {
    const { samples } = JSON.parse(textOf(files.get('frames/samples.json')));
    const table = element('table');
    table.append(rowOf('th', [say('reading'), say('frame')]));
    for (const one of samples) {
      const [time, value] = one.line.split(',');
      const when = new Date(Number(time) * 1000).toISOString().replace('.000', '');
      const text = new TextDecoder('latin1').decode(bytesOfBase64(one.frame)).replace(/[^\x20-\x7e]+/g, ' ');
      table.append(rowOf('td', [`${when}  ${value}`, text]));
    }
    const wide = element('div', undefined, 'wide');
    wide.setAttribute('tabindex', '0');
    wide.append(table);
    yield folded(`${say('samples')} (${samples.length})`, wide);
  }
}

function rowOf(tag, texts) {
  return listOf('tr', texts.map((text) => element(tag, text)));
}

function folded(title, content) {
  const made = element('details');
  made.append(element('summary', title), content);
  return made;
}

async function compare(file) {
  given = file ? new Uint8Array(await file.arrayBuffer()) : null;
  judge();
}

async function take(file) {
  if (!file) return;
  bundle = { name: file.name, data: new Uint8Array(await file.arrayBuffer()) };
  judge();
}

byId('bundle').addEventListener('change', (event) => void take(event.target.files[0]));
byId('given').addEventListener('change', (event) => void compare(event.target.files[0]));
byId('policy').addEventListener('change', (event) => {
  void event.target.files[0]?.text().then((text) => {
    byId('policy_text').value = text;
    policy = text;
    judge();
  });
});
byId('policy_text').addEventListener('change', (event) => {
  policy = event.target.value.trim() ? event.target.value : '';
  judge();
});
byId('print').addEventListener('click', () => window.print());
for (const one of document.querySelectorAll('[data-language]')) {
  one.addEventListener('click', () => {
    language = one.dataset.language;
    relabel();
    judge();
  });
}
for (const kind of ['dragenter', 'dragover', 'dragleave', 'drop']) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    byId('drop').classList.toggle('over', kind === 'dragenter' || kind === 'dragover');
    if (kind === 'drop') void take(event.dataTransfer?.files[0]);
  });
}
relabel();
