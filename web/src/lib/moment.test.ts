import { describe, expect, it, vi } from 'vitest';

import { askedMoment, isPast, keeping, momentOf } from './moment';

vi.mock('../app/boot', () => ({ boot: { ledger: { today: '2026-05-21' } } }));

const TODAY = '2026-05-21';
const moment = (text: string) => momentOf(new URLSearchParams(text), TODAY);
const asked = (text: string) => askedMoment(new URLSearchParams(text), TODAY);

describe('the as-of point of an address', () => {
  it('is a ledger size before it is a day', () => {
    expect(moment('as_of=120&known_on=2026-05-01')).toEqual({ as_of: 120 });
    expect(moment('known_on=2026-05-01')).toEqual({ known_on: '2026-05-01' });
  });

  it('is the present where the address says nothing that can be one', () => {
    for (const text of ['', 'as_of=0', 'as_of=-3', 'as_of=1e9', 'known_on=May', 'known_on=2026-02-30', 'known_on=2026-5-2'])
      expect(moment(text)).toEqual({});
  });

  it('is the present on a day that is not over or has not come', () => {
    for (const day of [TODAY, '2026-05-22']) expect(moment(`known_on=${day}`)).toEqual({});
    expect(isPast(moment('known_on=2026-05-20'))).toBe(true);
    expect(isPast(moment('as_of=120'))).toBe(true);
    expect(isPast(moment(`known_on=${TODAY}`))).toBe(false);
  });

  it('stays on the way to another page, and nothing else does', () => {
    expect(keeping(new URLSearchParams('known_on=2026-05-01&figure=R1'), { tab: 'live' })).toBe('?known_on=2026-05-01&tab=live');
    expect(keeping(new URLSearchParams('figure=R1'))).toBe('');
  });

  it('lies in the past, has not come or is nothing, and that can be said', () => {
    expect(asked('')).toBeNull();
    expect(asked('as_of=300')).toEqual({ kind: 'past', said: '300', size: true });
    expect(asked('known_on=2026-05-20')).toEqual({ kind: 'past', said: '2026-05-20', size: false });
    expect(asked(`known_on=${TODAY}`)).toBeNull();
    expect(asked('known_on=2026-05-22')).toEqual({ kind: 'future', said: '2026-05-22', size: false });
    expect(asked('known_on=2026-02-30')).toEqual({ kind: 'wrong', said: '2026-02-30', size: false });
    expect(asked('as_of=many')).toEqual({ kind: 'wrong', said: 'many', size: false });
  });
});
