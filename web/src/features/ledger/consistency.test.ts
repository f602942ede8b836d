import { describe, expect, it } from 'vitest';

import { fromHex, hex, prefixed, sha256 } from '../../lib/hash';
import { gapBetween, type Head } from './consistency';

const LEAVES = Array.from({ length: 13 }, (_, at) => Uint8Array.from([at, at + 1]));

async function rootOf(leaves: Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
  const [first] = leaves;
  if (leaves.length === 1 && first !== undefined) return sha256(prefixed(0, first));
  const at = split(leaves.length);
  return sha256(prefixed(1, await rootOf(leaves.slice(0, at)), await rootOf(leaves.slice(at))));
}

function split(count: number): number {
  let at = 1;
  while (at * 2 < count) at *= 2;
  return at;
}

/** The proof by the definition (RFC 9162 §2.1.4.1). */
async function proofOf(old: number, leaves: Uint8Array[], whole = true): Promise<string[]> {
  if (old === leaves.length) return whole ? [] : [b64(await rootOf(leaves))];
  const at = split(leaves.length);
  return old <= at
    ? [...(await proofOf(old, leaves.slice(0, at), whole)), b64(await rootOf(leaves.slice(at)))]
    : [...(await proofOf(old - at, leaves.slice(at), false)), b64(await rootOf(leaves.slice(0, at)))];
}

function b64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

async function head(size: number, leaves = LEAVES): Promise<Head> {
  return { size, root: b64(await rootOf(leaves.slice(0, size))) };
}

describe('a consistency proof, computed in the browser', () => {
  it('holds between every two sizes of an honest log', async () => {
    for (let size = 1; size <= LEAVES.length; size += 1)
      for (let old = 1; old <= size; old += 1)
        expect(await gapBetween(await head(old), await head(size), await proofOf(old, LEAVES.slice(0, size))), `${old} ${size}`).toBeNull();
  });

  it('fails against a log that changed what was seen, whatever proof it offers', async () => {
    const forged = LEAVES.map((one, at) => (at === 2 ? Uint8Array.from([99]) : one));
    for (let old = 3; old < LEAVES.length; old += 1) {
      const gap = await gapBetween(await head(old), await head(13, forged), await proofOf(old, forged));
      expect(gap, String(old)).not.toBeNull();
    }
  });

  it('tells a log that lost entries, and two heads of one size', async () => {
    expect(await gapBetween(await head(9), await head(8), [])).toBe('shrunk');
    expect(await gapBetween(await head(9), { size: 9, root: b64(fromHex('00'.repeat(32))) }, [])).toBe('two_heads');
    expect(await gapBetween(await head(3), await head(9), [])).toBe('short');
    const proof = await proofOf(3, LEAVES.slice(0, 9));
    expect(await gapBetween(await head(3), await head(9), [...proof, proof[0] ?? ''])).toBe('long');
    expect(hex(fromHex('0aff'))).toBe('0aff');
  });
});
