import { describe, expect, it } from 'vitest';

import type { CatalogueBody } from '../../client';
import { presetsOf } from './presets';

const about = (method: string, quantity: string, scope: string) => ({
  code: `${method}.${quantity}`, name_zh: quantity, name_en: quantity, unit: 't CO2', additivity: 'flow', decimals: 0, owner: '', method, quantity,
  scope, first: '2024-11', last: '2026-10', grains: ['month'], bases: [method], stages: ['calculated'],
});

const CATALOGUE: CatalogueBody = {
  as_of: { origin: 'o', size: 9, known: '' },
  indicators: ['a_sector_guide', 'b_general'].flatMap((method) => [about(method, 'E_fuel', 'direct'), about(method, 'E_indirect', 'indirect')]),
  subjects: [{ id: 'zj.city', kind: 'city', name_zh: '镇江市', name_en: 'Zhenjiang', synthetic: false, parent: null }],
  kinds: [], worlds: [], bases: [], stages: [], grains: ['month', 'quarter', 'year'], first: '2024-11', last: '2026-10',
  computes: true, method: 'b_general', limit: 20_000,
};

describe('the ready questions', () => {
  it('sum the key enterprises by the method of the overview, whatever other methods say of the same quantities', () => {
    expect(presetsOf(CATALOGUE).map((one) => [one.key, one.asked.indicator])).toEqual([['firms', ['b_general.E_fuel', 'b_general.E_indirect']]]);
  });

  it('leave the sum out where that method says nothing', () => {
    expect(presetsOf({ ...CATALOGUE, method: 'c_unheard' })).toEqual([]);
  });
});
