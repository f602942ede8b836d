import { describe, expect, it, vi } from 'vitest';

import type { Hit } from '../client';
import { addressOf } from './searchHit';

vi.mock('../app/boot', () => ({ boot: { ledger: { today: '2026-05-21' } } }));

function hit(kind: Hit['kind'], id: string, sort = ''): Hit {
  return { kind, id, sort, title_zh: '', title_en: '', detail_zh: '', detail_en: '', synthetic: false };
}

describe('where a hit leads', () => {
  const past = new URLSearchParams('known_on=2026-05-01&tab=live');

  it('keeps the as-of point', () => {
    expect(addressOf(hit('entry', '17'), past, '/overview')).toBe('/ledger/17?known_on=2026-05-01');
    expect(addressOf(hit('subject', 'demo.power-a', 'enterprise'), past, '/')).toBe('/enterprises/demo.power-a?known_on=2026-05-01');
    expect(addressOf(hit('subject', 'zj.city', 'city'), past, '/')).toBe('/explore?known_on=2026-05-01&subject=zj.city');
  });

  it('opens a receipt over the page one is on', () => {
    expect(addressOf(hit('receipt', 'R1-0a1b2c3d'), past, '/overview')).toBe('/overview?known_on=2026-05-01&tab=live&figure=R1-0a1b2c3d');
  });
});
