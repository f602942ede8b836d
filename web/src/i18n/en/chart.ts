import type zh from '../zh-CN/chart';

const en: Record<keyof typeof zh, string> = {
  synthetic: 'Synthetic demo data',
  table: 'Table: {title}',
  month: 'Month',
  now: 'Now',
  known: 'Incomplete, known part',
  first: 'First published',
  moved: 'moved',
  gap: '—',
  not_published: 'not published',
  first_published: 'first published {value}',
  known_part: 'known part {value} {unit}',
  legend_full: 'Activity data measured',
  legend_weak: 'With estimated or substituted parts',
  legend_known: 'Incomplete: the known part only',
  legend_first: 'As first published',
  schematic: 'Schematic, no surveyed boundaries',
  loaded: 'Boundaries brought by the operator',
};

export default en;
