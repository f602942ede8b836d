// Merkle proofs (RFC 9162), signed notes and cosignatures (C2SP), and the policy that says whose count.
import { base64Of, bytesOf, bytesOfBase64, hexOf, joined, same, sha256 } from './bytes.js';
import { signed } from './ed25519.js';

// The tree of RFC 9162 over a hash function.
export const treeOf = (hash) => ({
  leaf: (bytes) => hash(joined(Uint8Array.of(0), bytes)),
  node: (left, right) => hash(joined(Uint8Array.of(1), left, right)),
});
const sha256Tree = treeOf(sha256);
export const leafHash = sha256Tree.leaf;
const nodeHash = sha256Tree.node;

export function oneHash(text) {
  const found = bytesOfBase64(text);
  if (found.length !== 32) throw new Error('not a hash in base64');
  return found;
}

export function hashes(value) {
  if (!Array.isArray(value)) throw new Error('not a list of hashes');
  return value.map(oneHash);
}

const half = (number) => Math.floor(number / 2);

export function checkInclusion(leaf, index, size, path, root, joinTwo = nodeHash) {
  if (!Number.isInteger(index) || index < 0 || index >= size) throw new Error(`leaf ${index} is not in a tree of ${size}`);
  let [node, last, head] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) throw new Error('the path is too long');
    if (node % 2 || node === last) {
      head = joinTwo(sibling, head);
      while (node % 2 === 0 && node) [node, last] = [half(node), half(last)];
    } else {
      head = joinTwo(head, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  if (last) throw new Error('the path is too short');
  if (!same(head, root)) throw new Error('the path leads to another head');
}

export function checkConsistency(old, size, proof, oldRoot, root) {
  if (!Number.isInteger(old) || old <= 0 || old > size) throw new Error(`no consistency from ${old} to ${size}`);
  if (old === size) {
    if (proof.length) throw new Error('the proof is too long');
    if (!same(oldRoot, root)) throw new Error('one size, two heads');
    return;
  }
  let [node, last] = [old - 1, size - 1];
  while (node % 2) [node, last] = [half(node), half(last)];
  const rest = [...proof];
  if (node && !rest.length) throw new Error('the proof is too short');
  let before = node ? rest.shift() : oldRoot;
  let after = before;
  for (const sibling of rest) {
    if (last === 0) throw new Error('the proof is too long');
    if (node % 2 || node === last) {
      [before, after] = [nodeHash(sibling, before), nodeHash(sibling, after)];
      while (node % 2 === 0 && node) [node, last] = [half(node), half(last)];
    } else {
      after = nodeHash(after, sibling);
    }
    [node, last] = [half(node), half(last)];
  }
  if (last) throw new Error('the proof is too short');
  if (!same(before, oldRoot)) throw new Error('the proof leads to another old head');
  if (!same(after, root)) throw new Error('the proof leads to another new head');
}

// Keys and notes -------------------------------------------------------------------------------------------

const LOG = 1;
const WITNESS = 4;
const isName = (name) => name !== '' && !/[\s+]/u.test(name);

export function readKey(text) {
  const [name, written, ...rest] = text.trim().split('+');
  const raw = bytesOfBase64(rest.join('+'));
  if (!isName(name) || raw.length !== 33 || ![LOG, WITNESS].includes(raw[0])) throw new Error('not an Ed25519 verifier key');
  const id = hexOf(sha256(joined(bytesOf(`${name}\n`), raw)).slice(0, 4));
  if (id !== written) throw new Error(`the key of ${name} has the id ${id}, not ${written}`);
  return { name, kind: raw[0], key: raw.slice(1), id };
}

function lineOf(line) {
  const found = /^— ([^ ]*) (.*)$/u.exec(line);
  const raw = found ? bytesOfBase64(found[2]) : new Uint8Array();
  if (!found || !isName(found[1]) || raw.length < 5) throw new Error("a signature line is not '— name base64'");
  return [found[1], hexOf(raw.slice(0, 4)), raw.slice(4)];
}

// A note that is well formed and signed by nobody one knows.
export class UnknownKeys extends Error {}

// The text of a note and, by key, the time a witness states; an Error for a wrong signature of a known key.
export function openNote(note, keys) {
  // eslint-disable-next-line no-control-regex
  if (note.length > 1_000_000 || /[\u0000-\u0009\u000b-\u001f]/.test(note)) throw new Error('the note is too long or has control characters');
  const cut = note.lastIndexOf('\n\n');
  if (cut < 0 || !note.slice(cut + 2).endsWith('\n')) throw new Error('the note has no text, blank line and signatures');
  const text = note.slice(0, cut + 1);
  const lines = note.slice(cut + 2, -1).split('\n');
  if (lines.length > 100) throw new Error('the note has more than 100 signatures');
  const by = new Map();
  for (const line of lines) {
    const [name, id, rest] = lineOf(line);
    const key = keys.find((one) => one.name === name && one.id === id);
    if (!key || by.has(key)) continue;
    let [message, signature, seconds] = [bytesOf(text), rest, null];
    if (key.kind === WITNESS) {
      seconds = rest.slice(0, 8).reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
      message = bytesOf(`cosignature/v1\ntime ${seconds}\n${text}`);
      signature = rest.slice(8);
    }
    if (!signed(key.key, message, signature)) throw new Error(`the signature of ${name} is wrong`);
    by.set(key, seconds);
  }
  if (!by.size) throw new UnknownKeys('no known key has signed the note');
  return { text, by };
}

export function readHead(text) {
  const lines = text.split('\n');
  if (lines.length !== 4 || lines[3] || !isName(lines[0]) || !/^(0|[1-9][0-9]{0,14})$/.test(lines[1])) {
    throw new Error('a checkpoint has three lines: origin, size, root');
  }
  return { origin: lines[0], size: Number(lines[1]), root: oneHash(lines[2]) };
}

// The policy -----------------------------------------------------------------------------------------------

export function readPolicy(text) {
  const policy = { logs: [], witnesses: new Map(), groups: new Map(), quorum: null };
  let quorums = 0;
  const fresh = (name) => {
    if (name === 'none' || policy.witnesses.has(name) || policy.groups.has(name)) throw new Error(`${name} is named twice`);
  };
  text.split(/\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/).forEach((line, at) => {
    const words = line.split('#')[0].split(/\s+/).filter(Boolean);
    const [kind, name, written, ...rest] = words;
    try {
      if (!words.length) return;
      if (kind === 'log' && name) policy.logs.push(keyOfKind(name, LOG));
      else if (kind === 'witness' && written && rest.length < 2) {
        fresh(name);
        policy.witnesses.set(name, keyOfKind(written, WITNESS));
      } else if (kind === 'group' && rest.length) {
        fresh(name);
        const unknown = rest.filter((one) => !policy.witnesses.has(one) && !policy.groups.has(one));
        const number = written === 'all' ? rest.length : written === 'any' ? 1 : /^[0-9]+$/.test(written) ? Number(written) : 0;
        if (unknown.length || new Set(rest).size < rest.length || number < 1 || number > rest.length) throw new Error(`${written} of ${rest.join(' ')}`);
        policy.groups.set(name, { number, members: rest });
      } else if (kind === 'quorum' && words.length === 2) {
        if (name !== 'none' && !policy.witnesses.has(name) && !policy.groups.has(name)) throw new Error(`${name} is not named above`);
        policy.quorum = name === 'none' ? null : name;
        quorums += 1;
      } else throw new Error(`not a line of a policy: ${line.trim()}`);
    } catch (problem) {
      throw new Error(`line ${at + 1}: ${problem.message}`);
    }
  });
  if (quorums > 1) throw new Error('a policy has one quorum');
  return policy;
}

function keyOfKind(text, kind) {
  const key = readKey(text);
  if (key.kind !== kind) throw new Error(`the key of ${key.name} is of type ${key.kind}, not ${kind}`);
  return key;
}

export function judge(policy, note, own) {
  const logs = policy?.logs.length ? policy.logs : own;
  const witnesses = policy ? [...policy.witnesses] : [];
  const { text, by } = openNote(note, [...logs, ...witnesses.map(([, key]) => key)]);
  if (!logs.some((key) => by.has(key))) throw new UnknownKeys('no key of the log has signed the note');
  const names = witnesses.filter(([, key]) => by.has(key)).map(([name]) => name);
  const counts = (name) => {
    if (policy.witnesses.has(name)) return names.includes(name) ? 1 : 0;
    const { number, members } = policy.groups.get(name);
    return members.reduce((sum, one) => sum + counts(one), 0) >= number ? 1 : 0;
  };
  return { text, names, quorum: policy?.quorum != null && counts(policy.quorum) === 1 };
}

export { base64Of };
