import type { ReactNode } from 'react';

import zh from '../i18n/zh-CN/shell';
import en from '../i18n/en/shell';
import { words } from '../lib/language';

const t = words(zh, en);
const FIRST = 8;

/** A list whose first items are seen and whose rest is one press away. `children` are the list's items. */
export function Folded({ children, first = FIRST, className }: { children: ReactNode[]; first?: number; className?: string }) {
  const rest = children.slice(first);
  return (
    <>
      <ul className={className}>{children.slice(0, first)}</ul>
      {rest.length > 0 && (
        <details>
          <summary>{t('more', { count: rest.length })}</summary>
          <ul className={className}>{rest}</ul>
        </details>
      )}
    </>
  );
}
