import { describe, expect, it } from 'vitest';

import { civilClock, civilTime } from './civil';

describe('civil time', () => {
  it("is the city's, whatever the reader's machine says", () => {
    expect(civilTime('2026-11-25T16:00:00Z')).toBe('2026-11-26 00:00');
    expect(civilTime('2026-03-01T08:05:30+08:00')).toBe('2026-03-01 08:05');
    expect(civilClock('2026-11-25T18:13:28Z')).toBe('02:13:28');
  });
});
