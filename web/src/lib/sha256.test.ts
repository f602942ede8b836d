import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';

import { Sha256, sha256 } from './sha256';

const hex = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

test('the digest is the one that everybody else computes, whatever the length', async () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000, 5_000_001]) {
    const data = new Uint8Array(length).map((_, at) => (at * 31 + 7) % 256);
    expect(await sha256(new Blob([data]))).toBe(hex(data));
  }
});

test('pieces of any size give the same digest as the whole', () => {
  const data = new Uint8Array(1000).map((_, at) => at % 251);
  const hash = new Sha256();
  for (let at = 0; at < data.length; at += 37) hash.update(data.subarray(at, at + 37));
  expect(hash.hex()).toBe(hex(data));
});
