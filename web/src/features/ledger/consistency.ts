/**
 * A consistency proof of RFC 9162 §2.1.4.2, computed in this browser: does the newer head continue the older one?
 *
 * The older head is the one this browser kept from its last visit, so no answer of the server can change it.
 */
import { fromBase64, hex, prefixed, sha256 } from '../../lib/hash';

export interface Head {
  size: number;
  /** The root in base64, as a checkpoint states it. */
  root: string;
}

export type Gap = 'shrunk' | 'two_heads' | 'short' | 'long' | 'old_root' | 'new_root';

/** What speaks against the newer head continuing the older one; null where it does. */
export async function gapBetween(older: Head, newer: Head, proof: readonly string[]): Promise<Gap | null> {
  if (newer.size < older.size) return 'shrunk';
  if (newer.size === older.size) return newer.root === older.root ? null : 'two_heads';
  if (older.size === 0) return null;
  let node = BigInt(older.size) - 1n;
  let last = BigInt(newer.size) - 1n;
  while ((node & 1n) === 1n) {
    node >>= 1n;
    last >>= 1n;
  }
  const rest = proof.map(fromBase64);
  const first = node === 0n ? fromBase64(older.root) : rest.shift();
  if (first === undefined) return 'short';
  let old = first;
  let now = first;
  for (const other of rest) {
    if (last === 0n) return 'long';
    if ((node & 1n) === 1n || node === last) {
      old = await sha256(prefixed(1, other, old));
      now = await sha256(prefixed(1, other, now));
      while ((node & 1n) === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    } else {
      now = await sha256(prefixed(1, now, other));
    }
    node >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) return 'short';
  if (hex(old) !== hex(fromBase64(older.root))) return 'old_root';
  return hex(now) === hex(fromBase64(newer.root)) ? null : 'new_root';
}
