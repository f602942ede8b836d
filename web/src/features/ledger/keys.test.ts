import { describe, expect, it } from 'vitest';

import type { LogKeyBody } from '../../client';
import { stateOf } from './keys';

const key = (entry: number, signs: boolean): LogKeyBody => ({ key: `tansuo/321100/a+${entry}`, entry, recorded_ms: 0, both_until_ms: null, signs });

describe('what a key of the log does', () => {
  it('signs alone, signs beside the next one, is retired, or waits', () => {
    expect(stateOf([key(1, true)], 0)).toBe('key_signs');
    expect(stateOf([key(1, false)], 0)).toBe('key_waits');
    const changing = [key(1, false), key(90, true), key(180, true)];
    expect(changing.map((_, at) => stateOf(changing, at))).toEqual(['key_retired', 'key_beside', 'key_signs']);
  });
});
