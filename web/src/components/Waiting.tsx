import zh from '../i18n/zh-CN/shell';
import en from '../i18n/en/shell';
import { words } from '../lib/language';

const t = words(zh, en);

/** Something is on its way; said to those who listen as well. */
export function Waiting({ label }: { label?: string }) {
  return (
    <p className="waiting" role="status">
      <span className="waiting-dot" aria-hidden="true" />
      {label ?? t('opening')}
    </p>
  );
}
