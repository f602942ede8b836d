/**
 * An inclusion proof of RFC 9162 §2.1.3.2, computed anew in this browser with its own SHA-256.
 *
 * The sides of the steps follow from the entry's index and the size of the tree; what the server says of them is
 * only compared. Nothing the server computed on the way is used.
 */

import { fromBase64, fromHex, hex, prefixed, sha256 } from '../../lib/hash';

export interface Proof {
  index: number;
  size: number;
  leafHash: string;
  /** Canonical bytes of the entry; null where the reader may not open it. */
  bytes: Uint8Array | null;
  siblings: readonly { side: 'left' | 'right'; sibling: string }[];
  root: string;
  /** The signed note that fixes the root; null where this size is not signed yet. */
  note: string | null;
}

export type Problem = 'leaf' | 'root' | 'short' | 'long' | 'side' | 'note';

/** What is wrong with the proof; null where it holds. */
export async function problemOf(proof: Proof): Promise<Problem | null> {
  if (proof.bytes !== null && hex(await sha256(prefixed(0, proof.bytes))) !== proof.leafHash) return 'leaf';
  let head = fromHex(proof.leafHash);
  let node = BigInt(proof.index);
  let last = BigInt(proof.size) - 1n;
  if (node > last) return 'short';
  for (const { side, sibling } of proof.siblings) {
    if (last === 0n) return 'long';
    const left = (node & 1n) === 1n || node === last;
    if (side !== (left ? 'left' : 'right')) return 'side';
    const other = fromHex(sibling);
    head = await sha256(left ? prefixed(1, other, head) : prefixed(1, head, other));
    if (left) {
      while ((node & 1n) === 0n && node !== 0n) {
        node >>= 1n;
        last >>= 1n;
      }
    }
    node >>= 1n;
    last >>= 1n;
  }
  if (last !== 0n) return 'short';
  if (hex(head) !== proof.root) return 'root';
  return proof.note === null || states(proof.note, proof.size, proof.root) ? null : 'note';
}

/** Whether the text of a checkpoint (origin, size, root in base64) states this size and root. */
function states(note: string, size: number, root: string): boolean {
  const [, said, written] = note.split('\n');
  return said === String(size) && written !== undefined && hex(fromBase64(written)) === root;
}
