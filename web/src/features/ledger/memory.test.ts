import { describe, expect, it } from 'vitest';

import { prefixed, sha256 } from '../../lib/hash';
import { compare, headOf, remembered, type Seen } from './memory';

const b64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const leaf = (text: string) => sha256(prefixed(0, Uint8Array.from(text, (one) => one.charCodeAt(0))));

function storage() {
  const kept = new Map<string, string>();
  return { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
}

function seen(size: number, root: Uint8Array, origin = 'tansuo/321100/a'): Seen {
  const one = headOf(`${origin}\n${size}\n${b64(root)}\n\n— ${origin} sig\n`, '2026-11-26T00:00:00Z');
  if (one === null) throw new Error('no head');
  return one;
}

describe('what a browser remembers of the ledger', () => {
  it('keeps the first head and moves on to one that continues it', async () => {
    const kept = storage();
    const [a, b] = [await leaf('a'), await leaf('b')];
    const two = await sha256(prefixed(1, a, b));
    expect((await compare(seen(1, a), kept, async () => [])).state).toBe('first');
    expect((await compare(seen(2, two), kept, async () => [b64(b)])).state).toBe('continues');
    expect(remembered(kept)?.size).toBe(2);
  });

  it('never gives up what it saw for another past', async () => {
    const kept = storage();
    const [a, b, c] = [await leaf('a'), await leaf('b'), await leaf('c')];
    await compare(seen(1, a), kept, async () => []);
    const forged = seen(2, await sha256(prefixed(1, c, b)));
    const found = await compare(forged, kept, async () => [b64(b)]);
    expect(found.state).toBe('broken');
    expect((await compare(seen(1, c), kept, async () => [])).state).toBe('broken');
    expect(remembered(kept)?.root).toBe(b64(a));
  });

  it('tells another log at the same address, but lets a demonstration be made anew', async () => {
    const kept = storage();
    const a = await leaf('a');
    await compare(seen(1, a), kept, async () => []);
    expect((await compare(seen(1, a, 'tansuo/321100/b'), kept, async () => [])).state).toBe('other');
    const demo = storage();
    await compare(seen(1, a, 'tansuo-demo/321100/a'), demo, async () => []);
    expect((await compare(seen(1, a, 'tansuo-demo/321100/b'), demo, async () => [])).state).toBe('first');
  });

  it('starts anew from a memory that cannot be read', () => {
    const kept = storage();
    for (const spoilt of ['', '{', '3', '{"note": 1}', '{"note": "x", "seen": "y"}']) {
      kept.setItem('tansuo.ledger', spoilt);
      expect(remembered(kept)).toBeNull();
    }
  });
});
