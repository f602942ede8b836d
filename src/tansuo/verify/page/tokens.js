// Time stamps of third parties: that they stamp heads of this log, and when; their signatures are openssl's to check.
import { jsonFile } from './book.js';
import { Refused, sha256, textOf } from './bytes.js';
import { checkConsistency, hashes, openNote, readHead } from './note.js';

const FORM = 'tansuo.tokens/1';
const FILE = 'tokens/stamps.json';

export function checkTokens(book, report) {
  report.now = 'tokens';
  if (![...book.files.keys()].some((name) => name.startsWith('tokens/'))) {
    report.skip('没有第三方时间戳', 'there is no time-stamp of a third party');
    return;
  }
  const given = jsonFile(book.files, FILE);
  if (given.form !== FORM) throw new Refused(`${FILE} 不是 ${FORM}`, `${FILE} is not of the form ${FORM}`);
  for (const one of given.stamps) {
    const [note, token] = [book.files.get(one.note), book.files.get(one.token)];
    if (!note || !token) throw new Error(`${one.note} ${one.token}`);
    const by = one.authority;
    let size = 0;
    try {
      const head = readHead(openNote(textOf(note), book.keys).text);
      size = head.size;
      if (head.origin !== book.head.origin || size <= book.manifest.figure) throw new Error('another log, or a head without the figure');
      checkConsistency(size, book.head.size, hashes(one.consistency), head.root, book.head.root);
    } catch (problem) {
      throw new Refused(`${by} 的时间戳所盖的不是本账本：${problem.message}`, `what ${by} stamped is not this log: ${problem.message}`);
    }
    const said = stampedAt(token, note);
    if (said === null) {
      throw new Refused(`${by} 的时间戳里没有所盖内容的哈希`, `the token of ${by} does not carry the hash of what it stamps`);
    }
    report.passed(`${by} 于 ${said} 收到 ${size} 条时的账本`, `${by} saw ${size} entries at ${said}`);
    const command = (roots) => `openssl ts -verify -in ${one.token} -data ${one.note} -CAfile ${roots}`;
    report.skip(`${by} 的签名：${command('根证书.pem')}`, `the signature of ${by}: ${command('roots.pem')}`);
  }
}

// The time a token states after the hash of the note, as DER writes both; null where it has not that hash.
function stampedAt(token, note) {
  const text = (bytes) => Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  const whole = text(token);
  const at = whole.indexOf(`\u0004\u0020${text(sha256(note))}`);
  const begin = at < 0 ? -1 : whole.indexOf('\u0018\u000f', at);
  const found = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(begin < 0 ? '' : whole.slice(begin + 2, begin + 17));
  if (!found) return null;
  const stamped = `${found[1]}-${found[2]}-${found[3]}T${found[4]}:${found[5]}:${found[6]}Z`;
  // A 30th of February or an hour 24 would be read as another day: then it is not written as it was read.
  const time = Date.parse(stamped);
  return found[1] === '0000' || Number.isNaN(time) || new Date(time).toISOString() !== stamped.replace('Z', '.000Z') ? null : stamped;
}
