import type zh from '../zh-CN/notices';

const en: Record<keyof typeof zh, string> = {
  title: 'Notices',
  what: 'Found in the data themselves, as known on {day}; a notice goes when its reason is gone.',
  kinds: 'Filter by kind',
  all: 'All',
  none: 'Nothing needs to be done.',
  since: 'since {time}',
  'severity.error': 'To be dealt with',
  'severity.warning': 'To be looked at',
  'severity.info': 'For information',
  'kind.hole': 'missing',
  'kind.conflict': 'conflict',
  'kind.silent': 'device',
  'kind.quarantine': 'quarantine',
  'kind.moved': 'figure moved',
  'kind.deadline': 'deadline',
  'kind.late': 'late',
  'kind.correction': 'correction',
};

export default en;
