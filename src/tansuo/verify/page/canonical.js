// Canonical JSON (the profile of docs/reference/ledger.md): what is read must be the bytes that would be written.
import { bytesOf, same, textOf } from './bytes.js';

export function encode(value, depth = 0) {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') {
    if (/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(value)) throw new Error('lone_surrogate');
    if (value.normalize('NFC') !== value) throw new Error('not_nfc');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) throw new Error('integer_range');
    return String(value);
  }
  if (depth >= 64) throw new Error('too_deep');
  if (Array.isArray(value)) return `[${value.map((one) => encode(one, depth + 1)).join(',')}]`;
  if (typeof value !== 'object') throw new Error('type');
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${encode(key)}:${encode(value[key], depth + 1)}`).join(',')}}`;
}

export function canonicalBytes(value) {
  return bytesOf(encode(value));
}

// An object keeps a key of any name as its own, "__proto__" too; a key written twice shows in the bytes.
export function decode(bytes) {
  const value = JSON.parse(textOf(bytes));
  if (!same(canonicalBytes(value), bytes)) throw new Error('not_canonical');
  return value;
}
