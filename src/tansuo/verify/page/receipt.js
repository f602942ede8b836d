// A receipt as somebody keeps it (C2SP tlog-proof): the entry is in a signed log, a frame in its batch, a file the one
// that was entered. The same steps as receipt.py.
import { digestOf, isEntry, isObject, readCheckpoint } from './book.js';
import { bytesOf, bytesOfBase64, bytesOfHex, hexOf, Refused, same, textOf } from './bytes.js';
import { decode } from './canonical.js';
import { checkInclusion, hashes, leafHash, oneHash } from './note.js';
import { checkSm3 } from './sm3.js';

const HEADER = 'c2sp.org/tlog-proof@v1';
const FORM = 'tansuo.receipt/1';

export const isReceipt = (data) => same(data.slice(0, HEADER.length), bytesOf(HEADER));

function some(text) {
  const found = bytesOfBase64(text);
  if (!found.length) throw new Error('not base64');
  return found;
}

export function readReceipt(text) {
  const cut = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, Math.max(cut, 0)).split('\n');
  if (first !== HEADER || !lines.length || text.length > 2_000_000) throw new Error(`a receipt begins with ${HEADER}, an index, a path and an empty line`);
  const extra = lines[0].startsWith('extra ') ? some(lines.shift().slice(6)) : null;
  const index = /^index (0|[1-9][0-9]{0,14})$/.exec(lines[0] ?? '')?.[1];
  if (index === undefined) throw new Error('the receipt does not say which entry it is about');
  if (lines.length > 64) throw new Error('a path has at most 63 hashes');
  return { index: Number(index), path: lines.slice(1).map(oneHash), note: text.slice(cut + 2), extra };
}

// The statement a receipt is vouched for; `given`: the file, frame or entry that its holder says it is about, or null.
export function checkReceipt(data, policy, given, report) {
  report.now = 'proof';
  let proof = null;
  try {
    proof = readReceipt(textOf(data));
  } catch (problem) {
    throw new Refused(`不是回执：${problem.message}`, `not a receipt: ${problem.message}`);
  }
  report.passed(`关于条目 ${proof.index} 的回执`, `a receipt of entry ${proof.index}`);
  report.now = 'checkpoint';
  if (!policy?.logs.length) throw new Refused('需要写明账本公钥的政策文件', "a policy that names the log's key is needed");
  const { head } = readCheckpoint(() => proof.note, policy, () => [], null, report);
  report.now = 'entries';
  const extra = extraOf(proof);
  const own = extra ? bytesOf(extra.entry) : given;
  if (!own) throw new Refused('回执里没有条目，请另给条目文件', "the receipt carries no entry: give the entry's file");
  const entry = decode(own);
  if (!isEntry(entry)) throw new Refused('不是一条账本条目', 'this is no entry of a ledger');
  report.passed(`${entry.type} ${entry.subj}`, `${entry.type} ${entry.subj}`);
  report.now = 'inclusion';
  const leaf = leafHash(own);
  try {
    checkInclusion(leaf, proof.index, head.size, proof.path, head.root);
  } catch (problem) {
    throw new Refused(`条目不在账本内：${problem.message}`, `the entry is not in the log: ${problem.message}`);
  }
  report.passed(`条目在前 ${head.size} 条的已签名账本内，位置 ${proof.index}`, `the entry is in the signed log of ${head.size} entries, at ${proof.index}`);
  if (extra && Object.hasOwn(extra, 'sm3')) checkSm3(extra.sm3, head, new Map([[proof.index, own]]), policy.logs, report);
  const frame = extra && Object.hasOwn(extra, 'frame') ? frameOf(extra.frame, entry, report) : null;
  checkGiven(given, own, entry.body, frame, report);
  report.skip('收到之前的事', 'anything before receipt');
  return {
    receipt: `R${proof.index}-${hexOf(leaf).slice(0, 8)}`,
    origin: head.origin,
    size: head.size,
    type: entry.type,
    subject: entry.subj,
    recorded_ms: entry.rec,
    frame: frame?.shown ?? null,
    synthetic: head.origin.startsWith('tansuo-demo/'),
  };
}

// What we put into the extra line; null where somebody else wrote it, or nobody.
function extraOf(proof) {
  try {
    const extra = decode(proof.extra);
    return isObject(extra) && extra.form === FORM ? extra : null;
  } catch {
    return null;
  }
}

function frameOf(said, { type, body }, report) {
  report.now = 'frame';
  let record = null;
  try {
    record = some(said.data);
    if (type !== 'arrival') throw new Error(type);
    if (record.length < 14) throw new Error(`a record of ${record.length} bytes`);
    checkInclusion(leafHash(record), said.record, body.count, hashes(said.path), bytesOfHex(body.root));
  } catch (problem) {
    throw new Refused(`原始帧不在批次内：${problem.message}`, `the frame is not in its batch: ${problem.message}`);
  }
  const data = record.slice(14 + record[13]);
  const received = record.slice(0, 8).reduce((sum, byte) => sum * 256 + byte, 0);
  report.passed(`批次 ${body.count} 帧中的第 ${said.record} 帧`, `frame ${said.record} of the ${body.count} in its batch`);
  return { shown: { record: said.record, received_ms: received, sha256: digestOf(data) }, data };
}

function checkGiven(given, own, body, frame, report) {
  if (!given) {
    report.skip('没有与您手中的文件比对', 'no file of yours was compared with it');
    return;
  }
  report.now = 'document';
  if (!same(given, own) && !(frame && same(given, frame.data)) && !names(body, digestOf(given))) {
    throw new Refused('给出的文件不是回执所指的', 'the file given is not what the receipt is about');
  }
  report.passed('您手中的文件就是所登记的', 'the file you hold is the one that was entered');
}

const names = (value, digest) => value === digest || (typeof value === 'object' && value !== null && Object.values(value).some((one) => names(one, digest)));
