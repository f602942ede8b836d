// Self-drawn samples: raw frames that a signed head chose, shown to be in the arrivals they name and read again.
import { bytesOf, bytesOfBase64, bytesOfHex, hexOf, Refused, sha256 } from './bytes.js';
import { jsonFile } from './book.js';
import { ten } from './decimal.js';
import { checkConsistency, checkInclusion, hashes, leafHash, openNote, readHead } from './note.js';
import { periodOf } from './period.js';
import { sealBody } from './sources.js';

const FILE = 'frames/samples.json';
const FORM = 'tansuo.samples/1';
const A_MONTH = 30;
const A_DAY = 1;
const FRAME = /^##[0-9]{4}([^]*?)CP=&&([^]*)&&[0-9A-Fa-f]{4}[\r\n]*$/;
const NUMBER = /^([+-]?)0*([0-9]*)(?:\.([0-9]*))?$/;
const TIME = /^((?:19[7-9]|2[01][0-9])[0-9])([0-9]{2})([0-9]{2})([01][0-9]|2[0-3])([0-5][0-9])([0-5][0-9])/;

export function checkSamples(book, held, report) {
  report.now = 'samples';
  if (!book.files.has(FILE)) {
    report.skip('没有抽取原始帧', 'no raw frames were drawn');
    return;
  }
  const given = jsonFile(book.files, FILE);
  if (given.form !== FORM) throw new Refused(`${FILE} 不是 ${FORM}`, `${FILE} is not of the form ${FORM}`);
  let read = 0;
  try {
    const { origin, size, root } = readHead(openNote(given.head, book.keys).text);
    if (origin !== book.head.origin || given.samples.some((one) => size <= one.seal)) {
      throw new Refused('抽样的检查点早于封存', 'the drawing head is older than a seal');
    }
    checkConsistency(size, book.head.size, hashes(given.consistency), root, book.head.root);
    const text = `${given.head.slice(0, given.head.lastIndexOf('\n\n'))}\n`;
    given.samples.slice(1).forEach((one, at) => {
      const before = given.samples[at];
      const step = one.seal - before.seal || one.row - before.row || one.number - before.number;
      if (!(step > 0)) throw new Refused('抽样的编号重复或乱序', 'samples are numbered twice or out of order');
    });
    for (const one of given.samples) read += checkSample(book, held, text, one) ? 1 : 0;
  } catch (problem) {
    if (problem instanceof Refused) throw problem;
    throw new Refused(`抽样不成立：${problem.message}`, `the samples do not hold: ${problem.message}`);
  }
  const count = given.samples.length;
  report.passed(
    `${count} 个抽中的原始帧都在到达批次内；${read} 个读出的值与封存的逐字相同`,
    `${count} drawn frames are in their arrivals; ${read} of them say what was sealed`,
  );
  if (read < count) {
    report.skip(
      `${count - read} 个抽中的帧未读出比对（换时制、按月、分包或非 HJ 212），请对照阅读`,
      `${count - read} drawn frames were not read (a change of clocks, monthly, in packets, or not HJ 212)`,
    );
  }
  report.skip('抽样所用检查点是否封存后的第一个', 'whether the drawing head was the first after the seals');
}

// Whether the frame of a sample was read, and says what was sealed.
function checkSample(book, held, head, one) {
  const segment = held.get(`${one.seal}-${one.row}`);
  const { period } = sealBody(book, one.seal);
  if (!(Number.isInteger(one.number) && one.number >= 0 && one.number < (period.length === 7 ? A_MONTH : A_DAY))) {
    throw new Refused(`封存 ${one.seal} 没有第 ${one.number} 次抽样`, `seal ${one.seal} has no drawing ${one.number}`);
  }
  const drawing = sha256(bytesOf(`${head}${segment.row.series}\n${period}\n${one.number}\n`));
  const row = Number(BigInt(`0x${hexOf(drawing.slice(0, 16))}`) % BigInt(segment.rows.length));
  if (segment.rows[row].line !== one.line) throw new Refused(`封存 ${one.seal} 抽中的不是这一行`, `another row of seal ${one.seal} was drawn`);
  const said = lineOf(book, segment, one.seal, framed(book, one));
  if (said !== null && said !== one.line) {
    throw new Refused(`抽中的原始帧是 ${said}，封存写 ${one.line}`, `a drawn frame says ${said}, the seal says ${one.line}`);
  }
  return said !== null;
}

// The packed frame of a sample, found to be in the arrival it names.
export function framed(book, one) {
  const arrival = book.entries.get(one.arrival);
  if (arrival.type !== 'arrival') throw new Refused(`条目 ${one.arrival} 不是到达批次`, `entry ${one.arrival} is no arrival`);
  const record = bytesOfBase64(one.frame);
  checkInclusion(leafHash(record), one.record, arrival.body.count, hashes(one.path), bytesOfHex(arrival.body.root));
  return record;
}

const midnight = (day) => Date.parse(`${day}T00:00:00Z`) / 1000;
const pairsOf = (text) => new Map(text.split(/[;,]/).map((one) => [one.split('=', 1)[0], one.slice(one.split('=', 1)[0].length + 1)]));

// The line that a raw frame gives for a series by its plan: HJ 212 read again; null where it is not read here.
export function lineOf(book, { entry, row }, seal, record) {
  const lines = book.entries.get(row.plan).body.lines.filter(
    (one) => one.series === row.series && one.valid_from <= row.from && (!one.valid_to || row.from < one.valid_to),
  );
  if (lines.length !== 1) throw new Error('not one line of the plan');
  const [line] = lines;
  const span = periodOf(sealBody(book, seal).period);
  const [begin, end] = entry.valid.map((text) => Date.parse(text) / 1000);
  const ahead = midnight(span.start) - begin;
  if (line.channel !== 'hj212' || row.step_s < 0 || midnight(span.end) - end !== ahead) return null;
  const data = record.subarray(14 + record[13]);
  if (data.some((byte) => byte > 127)) return null;
  const frame = FRAME.exec(String.fromCharCode(...data));
  if (!frame) throw new Error('not a frame of HJ 212');
  const [head, fields] = [pairsOf(frame[1]), pairsOf(frame[2])];
  const [command, rest] = [line.stream.slice(0, line.stream.indexOf(':')), line.stream.slice(line.stream.indexOf(':') + 1)];
  const [code, name] = [rest.slice(0, rest.lastIndexOf(':')), rest.slice(rest.lastIndexOf(':') + 1)];
  const text = fields.get(`${code}-${name}`);
  if (head.get('MN') !== line.device || head.get('CN') !== command || text === undefined) {
    throw new Error(`a frame without ${line.stream} of ${line.device}`);
  }
  const [time, flag] = [TIME.exec(fields.get('DataTime') ?? ''), fields.get(`${code}-Flag`) ?? ''];
  if (!time || !/^[A-Za-z0-9_-]*$/.test(flag)) return null;
  const [year, month, day, hour, minute, second] = time.slice(1);
  let at = midnight(periodOf(`${year}-${month}-${day}`).start) + Number(hour) * 3600 + Number(minute) * 60 + Number(second) - ahead;
  if (line.label === 'end' && line.form !== 'register') at -= row.step_s;
  const number = text.length <= 64 && /[0-9]/.test(text) ? NUMBER.exec(text) : null;
  const kind = flag === 'S' ? 'declared' : 'measured';
  let [told, state] = ['', 'missing'];
  if (flag === 'F') {
    const amount = number && /[1-9]/.test(text) && !['register', 'ratio'].includes(line.form);
    state = amount ? 'missing' : 'not_operating';
  } else if (['', 'N', 'S'].includes(flag) && number) {
    const fraction = (number[3] ?? '').replace(/0+$/, '');
    if (fraction.length > row.decimals) throw new Error(`${text} has more decimals than were sealed`);
    const value = BigInt(number[2] || '0') * ten(row.decimals) + BigInt(fraction.padEnd(row.decimals, '0') || '0');
    told = String(number[1] === '-' ? -value : value);
    state = value ? 'value' : `${kind}_zero`;
  }
  return `${at},${told},${state}.${kind}${flag && `.${flag}`}`;
}
