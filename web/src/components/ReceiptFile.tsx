import en from '../i18n/en/receiptFile';
import zh from '../i18n/zh-CN/receiptFile';
import { words } from '../lib/language';

const t = words(zh, en);

/** The receipt of an entry (C2SP tlog-proof), for whoever sent it to keep. */
export function ReceiptFile({ entry, button = false }: { entry: number; button?: boolean }) {
  return (
    <a className={button ? 'button' : undefined} href={`/api/ledger/entries/${entry}/proof`} download title={t('what')}>
      {t('take')}
    </a>
  );
}
