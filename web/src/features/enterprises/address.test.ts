import { describe, expect, it } from 'vitest';

import { askedOf, changed, columnsOf, exportHref, queryOf } from './address';

describe('what the list is asked for', () => {
  it('comes from the address, and what cannot be asked is left out', () => {
    const asked = askedOf(new URLSearchParams('period=2026-04&unit=zj.unit.dantu&online=asleep&sort=colour&page=-2'));
    expect(asked.period).toBe('2026-04');
    expect(queryOf(asked)).toEqual({ period: '2026-04', unit: ['zj.unit.dantu'], sort: 'direct', order: 'desc' });
    expect(asked.page).toBe(1);
    expect(askedOf(new URLSearchParams('period=May')).period).toBeUndefined();
  });

  it('goes back to the first page when it changes, and keeps the as-of point', () => {
    const next = changed(new URLSearchParams('known_on=2026-05-01&page=3&q=a'), { q: '' });
    expect(next.toString()).toBe('known_on=2026-05-01');
    expect(changed(new URLSearchParams('page=3'), { page: '4' }).get('page')).toBe('4');
  });

  it('is the same for a file, with the point and language of the page', () => {
    const asked = askedOf(new URLSearchParams('complete=false&sort=indirect&order=asc'));
    const href = exportHref('xlsx', asked, { known_on: '2026-05-01' }, 'zh');
    expect(href).toBe('/api/enterprises/export.xlsx?complete=false&sort=indirect&order=asc&known_on=2026-05-01&lang=zh');
  });

  it('always shows the name', () => {
    expect(columnsOf('direct,nonsense')).toEqual(['name', 'direct']);
    expect(columnsOf(null)).toContain('completeness');
  });
});
