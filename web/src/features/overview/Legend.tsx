import { chartWord as t } from '../../charts/chartWords';

/** How measured, estimated, incomplete and first published are drawn. */
export function Legend() {
  return (
    <ul className="legend chart-direct">
      <li>
        <svg viewBox="0 0 16 12" aria-hidden="true"><rect x="3" width="9" height="12" className="chart-fill" /></svg>
        {t('legend_full')}
      </li>
      <li>
        <svg viewBox="0 0 16 12" aria-hidden="true"><rect x="3" width="9" height="12" className="chart-weak" fill="url(#hatch-direct)" /></svg>
        {t('legend_weak')}
      </li>
      <li>
        <svg viewBox="0 0 16 12" aria-hidden="true"><rect x="3" y="1" width="9" height="11" className="chart-known" /></svg>
        {t('legend_known')}
      </li>
      <li>
        <svg viewBox="0 0 16 12" aria-hidden="true"><line x1="1" x2="15" y1="6" y2="6" className="chart-first" /></svg>
        {t('legend_first')}
      </li>
    </ul>
  );
}
