import { expect, test } from 'vitest';

import { familyOf, matching } from './finding';

const STEEL = { title_zh: '钢铁行业', title_en: 'Iron and steel', id: 'cn_steel_2024', edition: '2024', pack: 'cn_steel_2024' };

test('every word must occur somewhere in the names', () => {
  expect(matching(STEEL, '')).toBe(true);
  expect(matching(STEEL, '钢铁 2024')).toBe(true);
  expect(matching(STEEL, 'STEEL iron')).toBe(true);
  expect(matching(STEEL, 'steel cement')).toBe(false);
});

test('editions of one standard are a family', () => {
  expect(familyOf('cn_power_generation_2022')).toBe(familyOf('cn_power_generation_2026'));
  expect(familyOf('cn_power_generation_2022')).not.toBe(familyOf('cn_guideline_power_generation_2013'));
  expect(familyOf('factors_gwp')).toBe('factors_gwp');
});
