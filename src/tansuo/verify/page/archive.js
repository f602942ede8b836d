// The members of a zip, read strictly: nothing that two readers could read differently.
import { crc32, inflate, Refused, same, textOf } from './bytes.js';

export const MANUAL = '如何核验.txt';
const NAME = /^[A-Za-z0-9][A-Za-z0-9._~-]{0,199}(\/[A-Za-z0-9][A-Za-z0-9._~-]{0,199})?$/;
const MOST_MEMBERS = 2000;
const MOST_BYTES = 200 * 1024 * 1024;

const odd = (what) => new Refused(`不是可以接受的压缩包（${what}）`, `not an archive that can be accepted (${what})`);

export function readArchive(data) {
  if (data.length < 22 || data.length > MOST_BYTES) throw odd('length');
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const u16 = (at) => view.getUint16(at, true);
  const u32 = (at) => view.getUint32(at, true);
  const end = data.length - 22;
  if (u32(end) !== 0x06054b50 || u16(end + 4) || u16(end + 6) || u16(end + 8) !== u16(end + 10) || u16(end + 20)) {
    throw odd('end record');
  }
  const [count, size, start] = [u16(end + 10), u32(end + 12), u32(end + 16)];
  if (count > MOST_MEMBERS || start + size !== end) throw odd('central directory');
  const files = new Map();
  let position = start;
  let total = 0;
  for (let member = 0; member < count; member++) {
    if (position + 46 > end) throw odd('central directory');
    const [flags, method, check, packed, whole] = [u16(position + 8), u16(position + 10), u32(position + 16), u32(position + 20), u32(position + 24)];
    const raw = data.subarray(position + 46, position + 46 + u16(position + 28));
    let name;
    try {
      name = textOf(raw);
    } catch {
      throw odd('name');
    }
    if (name !== MANUAL && !NAME.test(name)) throw odd(`name ${name}`);
    const link = u32(position + 38) >>> 28 === 0xa;
    if (u32(position) !== 0x02014b50 || flags & ~0x0808 || ![0, 8].includes(method) || u16(position + 34) || link) throw odd(name);
    total += whole;
    if (files.has(name) || total > MOST_BYTES) throw odd(files.has(name) ? name : 'more than 200 MiB');
    const at = u32(position + 42);
    if (at + 30 > start) throw odd(name);
    const named = at + 30;
    const begin = named + u16(at + 26) + u16(at + 28);
    if (u32(at) !== 0x04034b50 || !same(data.subarray(named, named + u16(at + 26)), raw) || begin + packed > start) throw odd(name);
    let found = data.subarray(begin, begin + packed);
    if (method === 8) {
      try {
        found = inflate(found, whole);
      } catch {
        throw odd(name);
      }
    }
    if (found.length !== whole || crc32(found) !== check) throw odd(name);
    files.set(name, found);
    position += 46 + u16(position + 28) + u16(position + 30) + u16(position + 32);
  }
  if (position !== end) throw odd('central directory');
  return files;
}
