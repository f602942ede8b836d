import type zh from '../zh-CN/promise';

const en: Record<keyof typeof zh, string> = {
  title: 'The promise, measured',
  lead: 'Promised for 99 of 100; computed by minute from the stored times of receipt, acknowledgement and signature. Percentiles are upper bounds, the worst is exact.',
  what: 'Promise',
  span: 'Span',
  count: 'Received',
  worst: 'Worst',
  late: 'Late',
  result: 'Result',
  acknowledged: 'acknowledged within {seconds} s',
  signed: 'under a signed head within {seconds} s',
  days_1: 'last 24 hours',
  days_7: 'last 7 days',
  kept: 'kept',
  broken: 'not kept',
  no_data: 'no data yet',
  nothing_waits: 'Every entry is under a signed head.',
  waits: 'The oldest entry not yet signed has waited {seconds} s.',
  waits_late: 'The promise is being broken: the oldest entry not yet signed has waited {seconds} s. Look at the signer and the worker.',
};

export default en;
