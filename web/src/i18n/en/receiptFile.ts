import type zh from '../zh-CN/receiptFile';

const en: Record<keyof typeof zh, string> = {
  take: 'Take the receipt',
  what: 'Receipt (tlog-proof): the entry, its path and a signed head. Keep it; it checks without this platform.',
};

export default en;
