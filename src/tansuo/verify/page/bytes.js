// Bytes: text, hex, base64 in its one form, SHA-256 and SHA-512 (FIPS 180-4), CRC-32, inflate (RFC 1951).
// Everything is computed here, so that a page opened from a disk needs nothing of its browser but arithmetic.

export class Refused extends Error {
  constructor(zh, en) {
    super(en);
    this.zh = zh;
    this.en = en;
  }
}

export function textOf(bytes) {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

export function bytesOf(text) {
  return new TextEncoder().encode(text);
}

export function hexOf(bytes) {
  return Array.from(bytes, (one) => one.toString(16).padStart(2, '0')).join('');
}

export function bytesOfHex(text) {
  if (!/^([0-9a-f]{2})*$/.test(text)) throw new Error('not hex');
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.slice(2 * at, 2 * at + 2), 16));
}

export function joined(...parts) {
  const made = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of parts) {
    made.set(one, at);
    at += one.length;
  }
  return made;
}

export function same(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function base64Of(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const word = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const left = bytes.length - at;
    text += DIGITS[word >> 18] + DIGITS[(word >> 12) & 63];
    text += (left > 1 ? DIGITS[(word >> 6) & 63] : '=') + (left > 2 ? DIGITS[word & 63] : '=');
  }
  return text;
}

// Only the one way of writing the bytes is read: spare bits or blanks would let a text change unnoticed.
export function bytesOfBase64(text) {
  if (typeof text !== 'string') throw new Error('not base64');
  const made = [];
  let word = 0;
  let bits = 0;
  for (const letter of text.replace(/=+$/, '')) {
    const digit = DIGITS.indexOf(letter);
    if (digit < 0) throw new Error('not base64');
    word = ((word << 6) | digit) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      made.push((word >> bits) & 255);
    }
  }
  const bytes = Uint8Array.from(made);
  if (base64Of(bytes) !== text) throw new Error('not base64');
  return bytes;
}

// The constants of SHA-2 are the fractions of roots of the first primes; they are worked out, not typed in.
function primes(count) {
  const found = [];
  for (let one = 2; found.length < count; one++) if (found.every((prime) => one % prime)) found.push(one);
  return found;
}

function rootBits(prime, power, bits) {
  // The first `bits` bits of the fraction of the square or cube root, by bisection in whole numbers.
  const target = BigInt(prime) << BigInt(power * bits);
  let low = 0n;
  let high = BigInt(prime) << BigInt(bits);
  while (low < high) {
    const middle = (low + high + 1n) >> 1n;
    if (middle ** BigInt(power) <= target) low = middle;
    else high = middle - 1n;
  }
  return low & ((1n << BigInt(bits)) - 1n);
}

const K256 = Uint32Array.from(primes(64), (one) => Number(rootBits(one, 3, 32)));
const H256 = Uint32Array.from(primes(8), (one) => Number(rootBits(one, 2, 32)));

function padded(bytes, block) {
  const length = block / 8;
  const made = new Uint8Array(Math.ceil((bytes.length + 1 + length) / block) * block);
  made.set(bytes);
  made[bytes.length] = 0x80;
  new DataView(made.buffer).setBigUint64(made.length - 8, BigInt(bytes.length) * 8n);
  return made;
}

export function sha256(bytes) {
  const data = new DataView(padded(bytes, 64).buffer);
  const hash = H256.slice();
  const w = new Uint32Array(64);
  for (let block = 0; block < data.byteLength; block += 64) {
    for (let t = 0; t < 16; t++) w[t] = data.getUint32(block + 4 * t);
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15];
      const y = w[t - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[t] = (w[t - 16] + s0 + w[t - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let t = 0; t < 64; t++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + s1 + ((e & f) ^ (~e & g)) + K256[t] + w[t]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((one, at) => (hash[at] += one));
  }
  const made = new Uint8Array(32);
  hash.forEach((one, at) => new DataView(made.buffer).setUint32(4 * at, one));
  return made;
}

const LOW64 = (1n << 64n) - 1n;
const K512 = primes(80).map((one) => rootBits(one, 3, 64));
const H512 = primes(8).map((one) => rootBits(one, 2, 64));

// In big integers: slow, and only used for a few signatures.
export function sha512(bytes) {
  const data = new DataView(padded(bytes, 128).buffer);
  const turn = (x, n) => ((x >> BigInt(n)) | (x << BigInt(64 - n))) & LOW64;
  let hash = H512;
  for (let block = 0; block < data.byteLength; block += 128) {
    const w = [];
    for (let t = 0; t < 16; t++) w.push(data.getBigUint64(block + 8 * t));
    for (let t = 16; t < 80; t++) {
      const s0 = turn(w[t - 15], 1) ^ turn(w[t - 15], 8) ^ (w[t - 15] >> 7n);
      const s1 = turn(w[t - 2], 19) ^ turn(w[t - 2], 61) ^ (w[t - 2] >> 6n);
      w.push((w[t - 16] + s0 + w[t - 7] + s1) & LOW64);
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let t = 0; t < 80; t++) {
      const s1 = turn(e, 14) ^ turn(e, 18) ^ turn(e, 41);
      const one = h + s1 + ((e & f) ^ (~e & LOW64 & g)) + K512[t] + w[t];
      const s0 = turn(a, 28) ^ turn(a, 34) ^ turn(a, 39);
      const two = s0 + ((a & b) ^ (a & c) ^ (b & c));
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) & LOW64, c, b, a, (one + two) & LOW64];
    }
    hash = [a, b, c, d, e, f, g, h].map((one, at) => (one + hash[at]) & LOW64);
  }
  const made = new Uint8Array(64);
  hash.forEach((one, at) => new DataView(made.buffer).setBigUint64(8 * at, one));
  return made;
}

const CRC = Int32Array.from({ length: 256 }, (_, start) => {
  let word = start;
  for (let bit = 0; bit < 8; bit++) word = word & 1 ? (word >>> 1) ^ 0xedb88320 : word >>> 1;
  return word;
});

export function crc32(bytes) {
  let word = -1;
  for (const byte of bytes) word = (word >>> 8) ^ CRC[(word ^ byte) & 255];
  return (word ^ -1) >>> 0;
}

// One table of a prefix code: how many codes of each length, and the symbols in order of their codes.
function codes(lengths) {
  const counts = new Uint16Array(16);
  for (const one of lengths) counts[one]++;
  counts[0] = 0;
  let left = 1;
  for (let bits = 1; bits < 16; bits++) {
    left = 2 * left - counts[bits];
    if (left < 0) throw new Error('inflate: too many codes');
  }
  const starts = new Uint16Array(17);
  for (let bits = 1; bits < 16; bits++) starts[bits + 1] = starts[bits] + counts[bits];
  const symbols = [];
  lengths.forEach((bits, symbol) => {
    if (bits) symbols[starts[bits]++] = symbol;
  });
  return { counts, symbols };
}

const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const FIXED = [
  codes(Array.from({ length: 288 }, (_, at) => (at < 144 ? 8 : at < 256 ? 9 : at < 280 ? 7 : 8))),
  codes(new Array(30).fill(5)),
];

// `data` unpacked to exactly `size` bytes; an Error for anything else.
export function inflate(data, size) {
  const out = new Uint8Array(size);
  let filled = 0;
  let at = 0;
  let word = 0;
  let held = 0;
  const bits = (count) => {
    while (held < count) {
      if (at >= data.length) throw new Error('inflate: too short');
      word |= data[at++] << held;
      held += 8;
    }
    const value = word & ((1 << count) - 1);
    word >>>= count;
    held -= count;
    return value;
  };
  const symbol = ({ counts, symbols }) => {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length < 16; length++) {
      code |= bits(1);
      const count = counts[length];
      if (code - count < first) return symbols[index + code - first];
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new Error('inflate: no such code');
  };
  const put = (byte) => {
    if (filled >= size) throw new Error('inflate: too long');
    out[filled++] = byte;
  };
  const tables = () => {
    const [literals, distances, count] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
    const short = new Array(19).fill(0);
    for (let one = 0; one < count; one++) short[ORDER[one]] = bits(3);
    const table = codes(short);
    const lengths = [];
    while (lengths.length < literals + distances) {
      const one = symbol(table);
      if (one < 16) lengths.push(one);
      else {
        const repeated = one === 16 ? lengths[lengths.length - 1] : 0;
        if (repeated === undefined) throw new Error('inflate: nothing to repeat');
        let times = one === 16 ? 3 + bits(2) : one === 17 ? 3 + bits(3) : 11 + bits(7);
        while (times--) lengths.push(repeated);
      }
    }
    if (lengths.length !== literals + distances) throw new Error('inflate: too many lengths');
    return [codes(lengths.slice(0, literals)), codes(lengths.slice(literals))];
  };
  for (let last = 0; !last; ) {
    last = bits(1);
    const kind = bits(2);
    if (kind === 0) {
      word = held = 0;
      const length = data[at] | (data[at + 1] << 8);
      if ((length ^ 0xffff) !== (data[at + 2] | (data[at + 3] << 8))) throw new Error('inflate: stored block');
      for (let from = at + 4; from < at + 4 + length; from++) put(data[from]);
      at += 4 + length;
      if (at > data.length) throw new Error('inflate: too short');
      continue;
    }
    if (kind === 3) throw new Error('inflate: no such block');
    const [literal, distance] = kind === 1 ? FIXED : tables();
    for (let one = symbol(literal); one !== 256; one = symbol(literal)) {
      if (one < 256) {
        put(one);
        continue;
      }
      if (one > 285) throw new Error('inflate: no such length');
      const extra = one < 265 || one === 285 ? 0 : (one - 261) >> 2;
      const base = one < 265 ? one - 254 : one === 285 ? 258 : 3 + ((4 + ((one - 265) & 3)) << extra);
      const length = base + bits(extra);
      const far = symbol(distance);
      if (far > 29) throw new Error('inflate: no such distance');
      const more = far < 4 ? 0 : (far - 2) >> 1;
      const back = (far < 4 ? far + 1 : 1 + ((2 + (far & 1)) << more)) + bits(more);
      if (back > filled) throw new Error('inflate: before the beginning');
      for (let left = length; left; left--) put(out[filled - back]);
    }
  }
  if (filled !== size || at !== data.length) throw new Error('inflate: another length');
  return out;
}
