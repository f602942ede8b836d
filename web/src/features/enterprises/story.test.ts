import { describe, expect, it, vi } from 'vitest';

vi.mock('../../app/boot', () => ({ language: 'en', boot: { session: {} }, nonce: '' }));

import { inOrder, sentence } from './story';

const event = (kind: string, said: Record<string, string | string[] | null>) => ({
  entry: 7, recorded: '2026-05-13T02:00:00Z', kind, about: 'x', by: 'a', role: 'r', second_by: '', reason: '', document: '', supersedes: null, receipt: null, said,
});
const ZONE = 'Asia/Shanghai';

describe('what happened, in a sentence', () => {
  it('tells both values of a correction, with the unit and the civil hour', () => {
    const one = event('correction', { series: 's/heat', start: '2026-04-13T16:00:00+00:00', unit: 'GJ', before: '1416.20', before_state: 'value', value: '141.62', state: 'value' });
    const text = sentence(one, ZONE, new Map([['s/heat', 'Bought steam']]));
    expect(text).toContain('Bought steam');
    expect(text).toContain('2026-04-14 00:00');
    expect(text).toContain('1,416.20 GJ');
    expect(text).toContain('141.62 GJ');
  });

  it('says a missing value in a word and never as zero', () => {
    const one = event('correction', { series: 's', start: '2026-04-13T16:00:00+00:00', unit: 'GJ', before: null, before_state: 'missing', value: null, state: 'not_operating' });
    const text = sentence(one, ZONE, new Map());
    expect(text).not.toMatch(/\b0\b GJ/);
    expect(text).not.toContain('null');
  });

  it('knows what to say of a kind it has no words for', () => {
    expect(sentence(event('posting', {}), ZONE, new Map())).toBe('x');
  });
});

describe('kinds of events', () => {
  it('stand in the order of their weight, unknown ones last', () => {
    expect(inOrder({ relation: 3, posting: 1, correction: 2 }).map(([kind]) => kind)).toEqual(['correction', 'relation', 'posting']);
  });
});
