import { expect, test } from 'vitest';

import type { Inspection, SheetSeen, Targets } from '../../client';
import { firstFormat, planOf, proposed, renewed, restored, sameNames, toggledFormat } from './columns';

const column = (name: string, holds: 'time' | 'number', unit = '', formats: string[] = [], unread = '') => ({
  name, letter: 'A', holds, filled: 2, samples: [], unit, unit_unread: unread, formats, other_formats: [], times_as_text: formats.length > 0, repeated: false,
});
const SHEET = {
  name: '逐月', rows: 13, header: 1, header_rows: 1, skip: 0, merged: false, step: 'month', formulas: 0, head: [],
  columns: [column('月份', 'time', '', ['%Y-%m']), column('购入电 (万kWh)', 'number', '万kWh'), column('备注', 'number')],
} as unknown as SheetSeen;
const INSPECTION = { suggestions: { 逐月: { '购入电 (万kWh)': 'firm/power/month' } }, sheets: [SHEET] } as unknown as Inspection;
const TARGETS = { series: [{ series: 'firm/power/month', unit: 'MWh' }] } as unknown as Targets;

test('what the headers speak of is proposed, the rest is left out by name', () => {
  const plan = planOf(proposed(SHEET, INSPECTION, TARGETS));
  expect(plan.time.column).toBe('月份');
  expect(plan.time.formats).toEqual(['%Y-%m']);
  expect(plan.targets).toEqual([
    { columns: ['购入电 (万kWh)'], series: 'firm/power/month', unit: '万kWh', empty: 'nothing', provenance: 'declared', rounding: null },
  ]);
  expect(plan.left_out).toEqual(['备注']);
});

test('what stands in place of a unit is said as it stands, so that no plan unit is taken for it', () => {
  const gas = { ...SHEET, columns: [column('月份', 'time', '', ['%Y-%m']), column('天然气 (Nm3)', 'number', '', [], 'Nm3'), column('购入电', 'number')] } as SheetSeen;
  const seen = { suggestions: { 逐月: { '天然气 (Nm3)': 'firm/gas/month', 购入电: 'firm/power/month' } }, sheets: [gas] } as unknown as Inspection;
  const targets = { series: [{ series: 'firm/gas/month', unit: '万Nm3@20C' }, { series: 'firm/power/month', unit: 'MWh' }] } as unknown as Targets;
  expect(planOf(proposed(gas, seen, targets)).targets.map((one) => one.unit)).toEqual(['Nm3', 'MWh']);
});

test('a map made before comes back as it was', () => {
  const plan = planOf(proposed(SHEET, INSPECTION, TARGETS));
  expect(planOf(restored(plan, SHEET))).toEqual(plan);
});

test('several ways of writing a time are said at once', () => {
  const two = toggledFormat(['%Y-%m-%d'], '%Y/%m/%d');
  expect(two).toEqual(['%Y-%m-%d', '%Y/%m/%d']);
  expect(firstFormat(two, '%Y.%m.%d')).toEqual(['%Y.%m.%d', '%Y/%m/%d']);
  expect(toggledFormat(two, '%Y/%m/%d')).toEqual(['%Y-%m-%d']);
  const draft = { ...proposed(SHEET, INSPECTION, TARGETS), formats: two };
  expect(restored(planOf(draft), SHEET).formats).toEqual(two);
});

test('names in two rows are said to the server, and a map of other rows is not taken for this sheet', () => {
  const two = { ...SHEET, header: 3, header_rows: 2 };
  const plan = planOf(proposed(two, INSPECTION, TARGETS));
  expect([plan.header, plan.header_rows, sameNames(plan, two)]).toEqual([3, 2, true]);
  expect(sameNames(plan, { ...two, header_rows: 1 })).toBe(false);
});

test('a map made before is used for its own columns, and what is new in the file is proposed beside it', () => {
  const plan = { ...planOf(proposed(SHEET, INSPECTION, TARGETS)), left_out: ['备注'] };
  const wider = { ...SHEET, columns: [...SHEET.columns, column('蒸汽', 'number', 'GJ'), column('购入电量', 'number', 'MWh')] } as SheetSeen;
  const seen = { suggestions: { 逐月: { '购入电 (万kWh)': 'firm/power/month', 备注: 'firm/notes', 蒸汽: 'firm/steam/month', 购入电量: 'firm/power/month' } }, sheets: [wider] } as unknown as Inspection;
  const uses = Object.entries(renewed(plan, wider, seen, TARGETS).columns).map(([name, one]) => `${name} ${one.use}`);
  expect(uses).toEqual(['月份 time', '购入电 (万kWh) series:firm/power/month', '备注 none', '蒸汽 series:firm/steam/month', '购入电量 none']);
});
