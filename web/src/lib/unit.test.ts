import { describe, expect, it } from 'vitest';

import { unitText } from './unit';

describe('units', () => {
  it('carry their subscripts and exponents', () => {
    expect(unitText('万t CO2', true)).toBe('万t CO₂');
    expect(unitText('t CO2/MWh')).toBe('t CO₂/MWh');
    expect(unitText('t CO2e[AR5]')).toBe('t CO₂e (AR5)');
    expect(unitText('GJ/Nm3')).toBe('GJ/Nm³');
    expect(unitText('km2')).toBe('km²');
  });

  it('are written in the language of the page', () => {
    expect(unitText('万t CO2', false)).toBe('10⁴ t CO₂');
    expect(unitText('亿元@current', true)).toBe('亿元(现价)');
    expect(unitText('亿元@current', false)).toBe('10⁸ yuan (current prices)');
    expect(unitText('元@current/人', false)).toBe('yuan (current prices)/person');
    expect(unitText('个百分点', true)).toBe('个百分点');
  });

  it('are not written for a pure number', () => {
    expect(unitText('1')).toBe('');
    expect(unitText('%')).toBe('%');
  });

  it('tell a difference of shares from a percentage, in the language of the page', () => {
    expect(unitText('个百分点')).toBe('percentage points');
  });
});
