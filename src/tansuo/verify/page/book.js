// The book side of a bundle: files by their hashes, the signed head, entries, and that they are in the log.
import { decode } from './canonical.js';
import { hexOf, Refused, sha256, textOf } from './bytes.js';
import { checkConsistency, checkInclusion, hashes, judge, leafHash, oneHash, readHead, readKey, UnknownKeys } from './note.js';

const FORM = 'tansuo.bundle/1';
const FIELDS = ['body', 'by', 'org', 'rec', 'region', 'salt', 'subj', 'sup', 'type', 'v', 'valid', 'why'];
const NUMBER = /^(0|[1-9][0-9]{0,14})$/;

export const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
export const digestOf = (bytes) => hexOf(sha256(bytes));
export const alike = (one, other) => JSON.stringify(one) === JSON.stringify(other);

export function jsonFile(files, name) {
  let value = null;
  try {
    value = decode(files.get(name));
  } catch (problem) {
    throw new Refused(`${name} 缺失或不是规范 JSON`, `${name} is missing or not canonical JSON (${problem.message})`);
  }
  if (!isObject(value)) throw new Refused(`${name} 不是 JSON 对象`, `${name} is no JSON object`);
  return value;
}

// The head that a note signs: `own` gives the log's keys where the policy names none, `named` says of what log and size
// it must be.
export function readCheckpoint(note, policy, own, named, report) {
  const outside = Boolean(policy?.logs.length);
  let [judged, head, keys] = [null, null, null];
  try {
    keys = outside ? policy.logs : own();
    judged = judge(policy, note(), keys);
    head = readHead(judged.text);
  } catch (problem) {
    if (problem instanceof Refused) throw problem;
    if (outside && problem instanceof UnknownKeys) {
      throw new Refused(
        '政策文件所列的账本公钥都没有签过这个检查点：若账本已更换密钥，请从报刊、印件或见证方取得新公钥，在政策文件中另加一行 log',
        'no log key of the policy has signed the checkpoint: if the log has changed its key, take the new one from print, a gazette or the witnesses, and give it a log line of its own in the policy',
      );
    }
    throw new Refused(`检查点不成立：${problem.message}`, `the checkpoint does not hold: ${problem.message}`);
  }
  const { origin, size } = head;
  if (named && (origin !== named.origin || size !== named.size)) {
    throw new Refused('检查点不是清单所称的账本', 'the checkpoint is not of the log that the manifest names');
  }
  const names = judged.names.join('、') || '—';
  if (!outside) {
    report.skip(
      '账本公钥未经外部政策文件核对：包内自称的公钥只证明前后一致',
      "the log's key was not compared with a policy from outside: the key in the bundle only shows consistency",
    );
  }
  if (policy?.quorum && !judged.quorum) {
    throw new Refused(`见证未达到政策要求（已见证：${names}）`, `the policy's quorum is not met (witnessed: ${names})`);
  }
  if (!policy?.quorum) report.skip('没有要求见证方达到法定数', 'no quorum of witnesses was asked for');
  report.passed(`${origin} 的 ${size} 条已签名；见证：${names}`, `${size} entries of ${origin} are signed; witnessed by ${names}`);
  return { head, keys };
}

export const isEntry = (value) => isObject(value) && alike(Object.keys(value).sort(), FIELDS) && value.v === 1 && isObject(value.body);

export class Book {
  constructor(files, policy, report) {
    this.files = files;
    this.readManifest(report);
    report.now = 'checkpoint';
    this.readCheckpoint(policy, report);
    report.now = 'entries';
    this.readEntries(report);
    report.now = 'inclusion';
    const proofs = jsonFile(files, 'proofs.json');
    this.checkInclusion(proofs, report);
    report.now = 'consistency';
    this.checkConsistency(proofs.consistency, report);
  }

  get figure() {
    return this.entries.get(this.manifest.figure).body;
  }

  known(index, type) {
    const entry = Number.isInteger(index) && index < this.figure.size ? this.entries.get(index) : undefined;
    return entry?.type === type ? entry : null;
  }

  // A document by its SHA-256, checked; null where it is not there.
  document(digest) {
    const data = this.files.get(`docs/${digest}`);
    return data && digestOf(data) === digest ? data : null;
  }

  readManifest(report) {
    const manifest = jsonFile(this.files, 'manifest.json');
    const names = ['figure', 'files', 'form', 'origin', 'receipt', 'size'];
    if (manifest.form !== FORM || !isObject(manifest.files) || !alike(Object.keys(manifest).sort(), names)) {
      throw new Refused(`清单不是 ${FORM} 格式`, `the manifest is not of the form ${FORM}`);
    }
    const listed = Object.keys(manifest.files);
    const odd = [...listed.filter((name) => !this.files.has(name)), ...[...this.files.keys()].filter((name) => name !== 'manifest.json' && !Object.hasOwn(manifest.files, name))];
    if (odd.length || listed.includes('manifest.json')) {
      throw new Refused(`清单与文件不一一对应：${odd.slice(0, 3)}`, `manifest and files do not match: ${odd.slice(0, 3)}`);
    }
    for (const name of listed) {
      const data = this.files.get(name);
      const { sha256: said, bytes, ...rest } = manifest.files[name] ?? {};
      if (said !== digestOf(data) || bytes !== data.length || Object.keys(rest).length) {
        throw new Refused(`${name} 与清单的哈希不符`, `${name} is not what the manifest's hash says`);
      }
    }
    report.passed(`${listed.length} 个文件与清单相符`, `${listed.length} files are what the manifest says`);
    this.manifest = manifest;
  }

  announced() {
    const found = [];
    for (const name of [...this.files.keys()].sort()) {
      if (!name.startsWith('entries/') || !textOf(this.files.get(name)).includes('"type":"key"')) continue;
      const { body } = jsonFile(this.files, name);
      if (isObject(body) && typeof body.key === 'string') found.push(readKey(body.key));
    }
    return found;
  }

  readCheckpoint(policy, report) {
    const { origin, size } = this.manifest;
    const note = this.files.get('checkpoint') ?? new Uint8Array();
    const found = readCheckpoint(() => textOf(note), policy, () => this.announced(), { origin, size }, report);
    this.head = found.head;
    this.keys = found.keys;
  }

  readEntries(report) {
    this.entries = new Map();
    for (const [name, data] of this.files) {
      if (name.split('/')[0] !== 'entries') continue;
      const entry = jsonFile(this.files, name);
      const number = /^entries\/(.*)\.json$/.exec(name)?.[1] ?? '';
      if (!NUMBER.test(number) || data.length > 65_535) throw new Refused(`条目文件名 ${name}`, `an entry's file is named ${name}`);
      if (!isEntry(entry)) {
        throw new Refused(`条目 ${number} 的字段不对`, `entry ${number} does not have the fields of an entry`);
      }
      this.entries.set(Number(number), entry);
    }
    const { figure, receipt } = this.manifest;
    if (this.entries.get(figure)?.type !== 'figure') throw new Refused('清单所指的数字条目不在包内', "the figure's entry is not in the bundle");
    const short = hexOf(leafHash(this.files.get(`entries/${figure}.json`))).slice(0, 8);
    if (receipt !== `R${figure}-${short}`) throw new Refused('收据号与条目不符', "the receipt's id is not that of the entry");
    report.passed(`${this.entries.size} 条字节规范`, `${this.entries.size} entries are canonical`);
  }

  checkInclusion(proofs, report) {
    const paths = proofs.inclusion;
    const indexes = [...this.entries.keys()];
    const form = alike(Object.keys(proofs).sort(), ['consistency', 'inclusion', 'size']);
    if (!form || !isObject(paths) || proofs.size !== this.head.size || !alike(Object.keys(paths).sort(), indexes.map(String).sort())) {
      throw new Refused('证明与条目不一一对应', 'proofs and entries do not match');
    }
    for (const index of indexes) {
      try {
        checkInclusion(leafHash(this.files.get(`entries/${index}.json`)), index, this.head.size, hashes(paths[index]), this.head.root);
      } catch (problem) {
        throw new Refused(`条目 ${index} 不在账本内`, `entry ${index} is not in the log: ${problem.message}`);
      }
    }
    report.passed(`${indexes.length} 条都在已签名的账本内`, `all ${indexes.length} are in the signed log`);
  }

  checkConsistency(one, report) {
    const { size, root } = this.head;
    try {
      if (!alike(Object.keys(one).sort(), ['new', 'old', 'proof', 'root']) || one.old !== this.figure.size || one.new !== size) {
        throw new Error('not the form of a consistency proof');
      }
      checkConsistency(one.old, size, hashes(one.proof), oneHash(one.root), root);
    } catch (problem) {
      throw new Refused(`更早的账本不是现账本的开头：${problem.message}`, `the earlier head is no beginning: ${problem.message}`);
    }
    report.passed(
      `${one.old} 条时的根 ${one.root} 是现账本的开头，可与当时的打印件对照`,
      `the root at ${one.old} entries, ${one.root}, begins this log: compare it with what was printed then`,
    );
  }
}
