import { describe, expect, it } from 'vitest';

import { fromHex, hex } from '../../lib/hash';
import { problemOf, type Proof } from './inclusion';

// The eight standard leaves of RFC 6962's reference tests, as bytes in hex; roots of every size are in roots.json there.
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(fromHex);
const ROOT_7 = 'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c';
const ROOT_8 = '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328';

async function hashed(prefix: number, ...parts: Uint8Array[]): Promise<Uint8Array> {
  const bytes = Uint8Array.from([prefix, ...parts.flatMap((one) => [...one])]);
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** The root of leaves by the definition (RFC 9162 §2.1.1): split at the largest power of two below the count. */
async function rootOf(leaves: Uint8Array[]): Promise<Uint8Array> {
  const [first] = leaves;
  if (leaves.length === 1 && first !== undefined) return hashed(0, first);
  const at = split(leaves.length);
  return hashed(1, await rootOf(leaves.slice(0, at)), await rootOf(leaves.slice(at)));
}

function split(count: number): number {
  let at = 1;
  while (at * 2 < count) at *= 2;
  return at;
}

/** The audit path by the definition (RFC 9162 §2.1.3.1), from the leaf upwards. */
async function pathOf(index: number, leaves: Uint8Array[]): Promise<Proof['siblings']> {
  if (leaves.length === 1) return [];
  const at = split(leaves.length);
  return index < at
    ? [...(await pathOf(index, leaves.slice(0, at))), { side: 'right', sibling: hex(await rootOf(leaves.slice(at))) }]
    : [...(await pathOf(index - at, leaves.slice(at))), { side: 'left', sibling: hex(await rootOf(leaves.slice(0, at))) }];
}

async function proofOf(index: number, size: number): Promise<Proof> {
  const leaves = LEAVES.slice(0, size);
  const bytes = leaves[index] ?? new Uint8Array();
  const siblings = await pathOf(index, leaves);
  return { index, size, bytes, leafHash: hex(await hashed(0, bytes)), siblings, root: hex(await rootOf(leaves)), note: null };
}

describe('an inclusion proof, computed in the browser', () => {
  it('starts from the published roots of the standard leaves', async () => {
    expect(hex(await rootOf(LEAVES))).toBe(ROOT_8);
    expect(hex(await rootOf(LEAVES.slice(0, 7)))).toBe(ROOT_7);
  });

  it('holds for every leaf of every tree up to eight', async () => {
    for (let size = 1; size <= 8; size += 1)
      for (let index = 0; index < size; index += 1) expect(await problemOf(await proofOf(index, size))).toBeNull();
  });

  it('holds from the leaf hash alone where the bytes are not to be read', async () => {
    expect(await problemOf({ ...(await proofOf(5, 8)), bytes: null })).toBeNull();
  });

  it('fails when any byte, hash, side or length is another', async () => {
    const good = await proofOf(4, 7);
    const wrong = hex(await hashed(0, fromHex('ff')));
    expect(await problemOf({ ...good, bytes: fromHex('3032') })).toBe('leaf');
    expect(await problemOf({ ...good, bytes: null, leafHash: wrong })).toBe('root');
    expect(await problemOf({ ...good, root: wrong })).toBe('root');
    expect(await problemOf({ ...good, siblings: good.siblings.slice(0, -1) })).toBe('short');
    expect(await problemOf({ ...good, siblings: [...good.siblings, { side: 'left', sibling: wrong }] })).toBe('long');
    expect(await problemOf({ ...good, index: 3 })).toBe('side');
    expect(await problemOf({ ...good, index: 9 })).toBe('short');
    const spoilt = good.siblings.map((one, at) => (at === 1 ? { ...one, sibling: wrong } : one));
    expect(await problemOf({ ...good, siblings: spoilt })).toBe('root');
  });

  it('fails when the signed head states another root or size', async () => {
    const good = await proofOf(2, 8);
    const root = btoa(String.fromCharCode(...fromHex(ROOT_8)));
    expect(await problemOf({ ...good, note: `city\n8\n${root}\n\n— city sig\n` })).toBeNull();
    expect(await problemOf({ ...good, note: `city\n9\n${root}\n\n— city sig\n` })).toBe('note');
    expect(await problemOf({ ...good, note: `city\n8\n${btoa('x'.repeat(32))}\n\n— city sig\n` })).toBe('note');
    expect(await problemOf({ ...good, note: 'city\n8\n?\n' })).toBe('note');
  });
});
