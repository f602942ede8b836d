import type zh from '../zh-CN/screen';

const en: Record<keyof typeof zh, string> = {
  title: '{city} carbon screen',
  synthetic: 'Synthetic demo data',
  past: 'As known on {day}',
  leave: 'Leave the screen',
  direct: 'Direct emission',
  indirect: 'Indirect (bought power and heat)',
  map: "Key enterprises' direct emission by unit",
  whole_city: 'Whole city',
  no_account: 'not accounted',
  coverage: '{complete} of {enterprises} complete, {percent}% of readings',
  not_published: 'not published',
  not_comparable: 'not comparable with {base}: holes',
  alike: '{part} of {whole} firms',
  movers: 'Biggest movers (against {base}, direct)',
  live: 'Live data',
  online: 'Devices online',
  stopped: '{count} standing still:',
  hour: 'Readings within the hour',
  newest: 'Readings received last',
  of: '{part} of {whole}',
  proof: 'Ledger of evidence',
  entries: 'Entries',
  published: 'Figures published',
  entered: 'Figures in the ledger',
  deadlines: '{count} deadlines, {late} overdue',
};

export default en;
