// SM3 (GB/T 32905-2016) and the second tree of a log of both suites; the same steps as second.py.
import { jsonFile } from './book.js';
import { Refused } from './bytes.js';
import { checkInclusion, hashes, openNote, readHead, treeOf } from './note.js';

const FORM = 'tansuo.sm3/1';
const FILE = 'sm3.json';
const START = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];

const turn = (word, by) => ((word << by % 32) | (word >>> (32 - (by % 32)))) >>> 0;
const mixed = (word) => (word ^ turn(word, 15) ^ turn(word, 23)) >>> 0;

export function sm3(bytes) {
  const padded = new Uint8Array(((bytes.length + 72) >> 6) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(padded.length - 4, (bytes.length << 3) >>> 0);
  let state = START;
  for (let at = 0; at < padded.length; at += 64) state = pressed(state, view, at);
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, place) => out.setUint32(4 * place, word));
  return new Uint8Array(out.buffer);
}

function pressed(state, view, at) {
  const words = Array.from({ length: 16 }, (_, place) => view.getUint32(at + 4 * place));
  for (let place = 16; place < 68; place += 1) {
    const first = words[place - 16] ^ words[place - 9] ^ turn(words[place - 3], 15);
    words.push((mixed(first >>> 0) ^ turn(words[place - 13], 7) ^ words[place - 6]) >>> 0);
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let round = 0; round < 64; round += 1) {
    const early = round < 16;
    const one = turn((turn(a, 12) + e + turn(early ? 0x79cc4519 : 0x7a879d8a, round)) >>> 0, 7);
    const two = (one ^ turn(a, 12)) >>> 0;
    const left = early ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
    const right = early ? e ^ f ^ g : (e & f) | (~e & g);
    const sum = (left + d + two + ((words[round] ^ words[round + 4]) >>> 0)) >>> 0;
    const other = (right + h + one + words[round]) >>> 0;
    [d, c, b, a] = [c, turn(b, 9), a, sum];
    [h, g, f, e] = [g, turn(f, 19), e, (other ^ turn(other, 9) ^ turn(other, 17)) >>> 0];
  }
  return [a, b, c, d, e, f, g, h].map((word, place) => (word ^ state[place]) >>> 0);
}

export function checkSecond(book, report) {
  if (!book.files.has(FILE)) {
    if (book.entries.get(0)?.body.suite === 'both') report.skip('SM3 树：包内没有，未核验', 'the SM3 tree: not in the bundle, not checked');
    return;
  }
  const entries = new Map([...book.entries.keys()].map((index) => [index, book.files.get(`entries/${index}.json`)]));
  checkSm3(jsonFile(book.files, FILE), book.head, entries, book.keys, report);
}

export function checkSm3(given, head, entries, keys, report) {
  report.now = 'sm3';
  try {
    const named = [...entries.keys()].map(String).sort();
    if (given.form !== FORM || JSON.stringify(Object.keys(given.inclusion).sort()) !== JSON.stringify(named)) throw new Error('not of the form or not of these entries');
    const second = readHead(openNote(given.note, keys).text);
    if (second.origin !== `${head.origin}/sm3` || second.size !== head.size) throw new Error(`a head of ${second.origin} at ${second.size}`);
    const tree = treeOf(sm3);
    for (const [index, data] of entries) checkInclusion(tree.leaf(data), index, second.size, hashes(given.inclusion[index]), second.root, tree.node);
  } catch (problem) {
    throw new Refused(`SM3 树不成立：${problem.message}`, `the SM3 tree does not hold: ${problem.message}`);
  }
  report.passed(`SM3 根与证明已核验：${entries.size} 条都在 SM3 树内`, `SM3 root and proof checked: ${entries.size} entries are in the SM3 tree`);
  report.skip('SM2 签名未核验：请用 openssl 核验 SM3 检查点的 SM2 签名行', 'the SM2 signature was not checked: check the SM2 line of the SM3 head with openssl');
}
