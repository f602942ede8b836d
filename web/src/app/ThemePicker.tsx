import { useSyncExternalStore } from 'react';

import zh from '../i18n/zh-CN/shell';
import en from '../i18n/en/shell';
import { words } from '../lib/language';
import { chooseTheme, chosenTheme, onTheme, type Theme } from './theme';

const t = words(zh, en);
const NEXT: Record<Theme, Theme> = { system: 'light', light: 'dark', dark: 'system' };
const ICONS: Record<Theme, string> = {
  system: 'M4 5h16v11H4zm5 15h6m-3-4v4',
  light: 'M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8zm0-6v3m0 14v3M2 12h3m14 0h3M5 5l2 2m10 10 2 2M5 19l2-2M17 7l2-2',
  dark: 'M20 14A8 8 0 1 1 10 4a7 7 0 0 0 10 10z',
};

/** Light, dark, as the system: one button that goes round. */
export function ThemePicker() {
  const theme = useSyncExternalStore(onTheme, chosenTheme);
  const label = `${t('theme')}: ${t(`theme.${theme}`)}`;
  return (
    <button type="button" className="icon-button" title={label} aria-label={label} onClick={() => chooseTheme(NEXT[theme])}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={ICONS[theme]} />
      </svg>
    </button>
  );
}
