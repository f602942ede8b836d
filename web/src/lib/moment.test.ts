import { describe, expect, it } from 'vitest';

import { keeping, momentOf } from './moment';

describe('the as-of point of an address', () => {
  it('is a ledger size before it is a day', () => {
    expect(momentOf(new URLSearchParams('as_of=120&known_on=2026-05-01'))).toEqual({ as_of: 120 });
    expect(momentOf(new URLSearchParams('known_on=2026-05-01'))).toEqual({ known_on: '2026-05-01' });
  });

  it('is the present where the address says nothing that can be one', () => {
    for (const text of ['', 'as_of=0', 'as_of=-3', 'as_of=1e9', 'known_on=May'])
      expect(momentOf(new URLSearchParams(text))).toEqual({});
  });

  it('stays on the way to another page, and nothing else does', () => {
    expect(keeping(new URLSearchParams('known_on=2026-05-01&figure=R1'), { tab: 'live' })).toBe('?known_on=2026-05-01&tab=live');
    expect(keeping(new URLSearchParams('figure=R1'))).toBe('');
  });
});
