import { describe, expect, it } from 'vitest';

import { addressOf, askedOf, cellsOf, faultsOf, fitted, lookOf, openingYear, periodsBetween, queryOf, regrained, strangersOf } from './state';

const FULL =
  'indicator=gdp&indicator=emission.co2&subject=zj.city&period=2010%2F2025&grain=year&world=actual&basis=demo&basis=&stage=published' +
  '&view=pivot&rows=indicator&columns=period&as_of=399';

describe('the address of a question', () => {
  it('says all of it: what is read and written again is the same', () => {
    const params = new URLSearchParams(FULL);
    const asked = askedOf(params);
    expect(asked).toEqual({
      indicator: ['gdp', 'emission.co2'], subject: ['zj.city'], from: '2010', to: '2025', grain: 'year',
      world: ['actual'], basis: ['demo', ''], stage: ['published'],
    });
    if (asked === null) return;
    const again = addressOf(asked, lookOf(params), params);
    expect(askedOf(again)).toEqual(asked);
    expect(lookOf(again)).toEqual(lookOf(params));
    expect(again.get('as_of')).toBe('399');
    expect(queryOf(asked).period).toBe('2010/2025');
  });

  it('is no question before it names an indicator, a subject and a span', () => {
    for (const text of ['', 'indicator=gdp', 'indicator=gdp&subject=x', 'subject=x&period=2020', 'view=chart'])
      expect(askedOf(new URLSearchParams(text))).toBeNull();
  });

  it('says what is missing or is no word of ours', () => {
    const faults = (text: string) => faultsOf(new URLSearchParams(text)).map(({ part, said }) => `${part}:${said}`);
    expect(faults('')).toEqual([]);
    expect(faults(FULL)).toEqual([]);
    expect(faults('view=chart&known_on=2026-05-02')).toEqual([]);
    expect(faults('indicator=gdp')).toEqual([]);
    expect(faults('indicator=gdp&subject=zj.city')).toEqual(['period:']);
    expect(faults('period=2020&grain=week')).toEqual(['grain:week']);
    expect(faults('indicator=gdp&subject=x&period=2020&stage=final&stage=published')).toEqual(['stage:final']);
  });

  it('names a world and a basis that nobody uses', () => {
    const strangers = (text: string) => {
      const asked = askedOf(new URLSearchParams(`indicator=gdp&subject=x&period=2020&${text}`));
      if (asked === null) throw new Error('a question');
      return strangersOf(asked, { worlds: [{ code: 'actual' }], bases: [{ code: '' }, { code: 'demo' }] }).map(({ part, said }) => `${part}:${said}`);
    };
    expect(strangers('world=actual&basis=demo&basis=')).toEqual([]);
    expect(strangers('world=actual&world=mars&basis=mine')).toEqual(['world:mars', 'basis:mine']);
  });

  it('keeps the as-of point and drops the drawer', () => {
    const params = new URLSearchParams('indicator=a&subject=b&period=2025&known_on=2026-05-01&figure=R1');
    const asked = askedOf(params);
    if (asked === null) throw new Error('a question');
    const again = addressOf(asked, lookOf(params), params);
    expect(again.toString()).toBe('indicator=a&subject=b&period=2025&grain=year&known_on=2026-05-01');
  });

  it('falls back where it says what nobody knows', () => {
    const look = lookOf(new URLSearchParams('view=hologram&rows=period&columns=period&scale=mine'));
    expect(look).toEqual({ view: 'table', rows: 'period', columns: 'subject', own: false });
    expect(askedOf(new URLSearchParams('indicator=a&subject=b&period=2025&grain=day'))?.grain).toBe('year');
    expect(askedOf(new URLSearchParams('indicator=a&indicator=a&subject=b&period=2025'))?.indicator).toEqual(['a']);
  });

  it('leaves filters out that filter nothing', () => {
    const asked = askedOf(new URLSearchParams('indicator=a&subject=b&period=2025'));
    if (asked === null) throw new Error('a question');
    expect(queryOf(asked)).toEqual({ indicator: ['a'], subject: ['b'], period: '2025', grain: 'year' });
  });
});

describe('periods', () => {
  it('follow one another within both ends', () => {
    expect(periodsBetween('2025-11', '2026-02', 'month')).toEqual(['2025-11', '2025-12', '2026-01', '2026-02']);
    expect(periodsBetween('2025-11', '2026-04', 'quarter')).toEqual(['2025-Q4', '2026-Q1', '2026-Q2']);
    expect(periodsBetween('2010-01', '2025-12', 'year')).toHaveLength(16);
    expect(periodsBetween('2026-01', '2025-12', 'month')).toEqual([]);
  });

  it('turn into another grain at either end', () => {
    expect(regrained('2025', 'month', 'from')).toBe('2025-01');
    expect(regrained('2025', 'month', 'to')).toBe('2025-12');
    expect(regrained('2025-Q3', 'month', 'from')).toBe('2025-07');
    expect(regrained('2025-Q3', 'month', 'to')).toBe('2025-09');
    expect(regrained('2025-05', 'quarter', 'from')).toBe('2025-Q2');
    expect(regrained('2025-05', 'year', 'to')).toBe('2025');
    expect(regrained('soon', 'year', 'from')).toBe('');
  });

  it('are moved to where something is known, and left alone where it is', () => {
    const draft = { indicator: ['a'], subject: ['x'], from: '2026', to: '2026', grain: 'year' as const, world: [], basis: [], stage: [] };
    const known = { first: '2013-01', last: '2024-12', grains: ['year'] };
    expect(fitted(draft, known)).toMatchObject({ from: '2013', to: '2024', grain: 'year' });
    expect(fitted({ ...draft, from: '2020', to: '2022' }, known)).toMatchObject({ from: '2020', to: '2022' });
    expect(fitted({ ...draft, from: '2023', to: '2026' }, known)).toMatchObject({ from: '2023', to: '2026' });
    expect(fitted({ ...draft, from: '', to: '' }, known)).toMatchObject({ from: '2013', to: '2024' });
    const monthly = { first: '2024-11', last: '2026-11', grains: ['month', 'quarter', 'year'] };
    expect(fitted({ ...draft, from: '2010', to: '2012' }, monthly)).toMatchObject({ from: '2024', to: '2026', grain: 'year' });
    expect(fitted({ ...draft, from: '2010-01', to: '2010-02', grain: 'month' }, known)).toMatchObject({ from: '2013', to: '2024', grain: 'year' });
    expect(fitted(draft, null)).toBe(draft);
  });

  it('count the cells of a question', () => {
    const asked = { indicator: ['a', 'b'], subject: ['x', 'y', 'z'], from: '2024', to: '2025', grain: 'month' as const, world: [], basis: [], stage: [] };
    expect(cellsOf(asked)).toBe(2 * 3 * 24);
    expect(cellsOf({ ...asked, from: '2026' })).toBe(0);
  });
});

describe('the year a question opens at', () => {
  const past = { first: '2010-01', last: '2024-12' };
  const running = { first: '2024-11', last: '2026-10' };
  const target = { first: '2030-01', last: '2030-12' };

  it('is the last one that is over and of which something is known', () => {
    expect(openingYear([past, target], '2026-11-28T06:06:30+08:00')).toBe('2024');
    expect(openingYear([past, running, target], '2026-11-28T06:06:30+08:00')).toBe('2025');
    expect(openingYear([past, running], '2012-03-01T00:00:00+08:00')).toBe('2011');
  });

  it('is the first there is where no year is over, and none where nothing is known', () => {
    expect(openingYear([target], '2026-11-28T06:06:30+08:00')).toBe('2030');
    expect(openingYear([{ first: null, last: null }], '2026-11-28T06:06:30+08:00')).toBe('');
  });
});
