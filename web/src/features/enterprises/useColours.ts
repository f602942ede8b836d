import { useMemo, useSyncExternalStore } from 'react';

import { isDark, onTheme } from '../../app/theme';
import type { Colours, Words } from './charts';
import { t } from './words';

/** The colours of the page for a chart of one scope; charts cannot read style sheets themselves. */
export function useColours(scope: 'direct' | 'indirect' = 'direct'): Colours {
  const dark = useSyncExternalStore(onTheme, isDark);
  return useMemo(() => {
    const style = getComputedStyle(document.documentElement);
    const of = (name: string, spare: string) => style.getPropertyValue(name).trim() || spare;
    return { main: of(`--${scope}`, '#0b6e4f'), other: of('--estimated', '#b8860b'), gap: of('--bad', '#b3261e') };
    // The style sheet changes with the theme.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [dark, scope]);
}

/** The words of a legend. */
export function chartWords(synthetic: boolean): Words {
  return {
    measured: t('mark.measured'),
    other: t('mark.other'),
    partial: t('mark.partial'),
    missing: t('mark.missing'),
    stopped: t('mark.stopped'),
    synthetic: synthetic ? t('synthetic_badge') : '',
  };
}
