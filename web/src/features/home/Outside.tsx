/** Homes of those outside: what is published, and nothing else. */
import { useSearchParams } from 'react-router';

import type { InvestorHome, Pair, PublicHome } from '../../client';
import { language } from '../../app/boot';
import { Figure, amountText } from '../../components/Figure';
import { Scroll } from '../../components/Scroll';
import { keeping } from '../../lib/moment';
import { Card, PairView, Places, Shown, To } from './Parts';
import { t } from './words';

export function Public({ answer }: { answer: PublicHome }) {
  const [params] = useSearchParams();
  return (
    <div className="home-grid">
      {answer.total === null ? (
        <p className="note home-wide">{t('no_published')}</p>
      ) : (
        <Card title={`${t('total')} · ${answer.total.period}`} what={t('not_city')} wide>
          <PairView pair={answer.total} />
          <p className="muted">
            {t('rests_on', { direct: answer.enterprises_direct ?? '—', indirect: answer.enterprises_indirect ?? '—' })} {t('never_added')}
          </p>
        </Card>
      )}
      {answer.trend.length > 0 && (
        <Card title={t('trend')} wide>
          <Trend trend={answer.trend} />
        </Card>
      )}
      {answer.places.length > 0 && (
        <Card title={t('places')} wide>
          <Places places={answer.places} />
        </Card>
      )}
      <Card title={t('includes')}>
        <p>{t('includes_what')}</p>
        <p>{t('excludes_what')}</p>
      </Card>
      <Card title={t('download')}>
        <ul className="home-list">
          <li>
            <a href={`/api/receipts${keeping(params)}`} download="receipts.json">
              {t('download_json')}
            </a>
          </li>
          <li>
            <To to="/explore">{t('download_explore')}</To>
          </li>
          <li>
            <a href={`/${language}/${keeping(params)}`}>{t('document_page')}</a>
          </li>
        </ul>
      </Card>
    </div>
  );
}

/** The months of the sum as bars, with the table they are drawn from. A month not published has no bar. */
function Trend({ trend }: { trend: Pair[] }) {
  const sizes = trend.map((one) => (one.direct?.value ? Number(one.direct.value) : 0));
  const longest = Math.max(...sizes, 1);
  return (
    <Scroll label={t('total')}>
      <table className="plain">
        <thead>
          <tr>
            <th>{t('month')}</th>
            <th className="number">{t('direct_short')} (t CO₂)</th>
            <th className="wide-only" aria-hidden="true" />
            <th className="number">{t('indirect_short')} (t CO₂)</th>
          </tr>
        </thead>
        <tbody>
          {trend
            .map((one, at) => ({ one, share: (sizes[at] ?? 0) / longest }))
            .reverse()
            .map(({ one, share }) => (
              <tr key={one.period}>
                <td className="home-month">{one.period}</td>
                <td className="number">
                  <Shown amount={one.direct} bare />
                </td>
                <td className="wide-only home-bar" aria-hidden="true" title={one.direct === null ? undefined : amountText(one.direct, 0)}>
                  <svg viewBox="0 0 100 10" preserveAspectRatio="none">
                    <rect width={100 * share} height="10" />
                  </svg>
                </td>
                <td className="number">{one.indirect === null ? <Shown amount={null} /> : <Figure amount={one.indirect} places={0} bare quiet />}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </Scroll>
  );
}

export function Investor({ answer }: { answer: InvestorHome }) {
  return (
    <div className="home-grid">
      <p className="note home-wide">{t('investor_note')}</p>
      <Card title={`${t('places')}${answer.period === null ? '' : ` · ${answer.period}`}`} what={t('not_city')} wide>
        <Places places={answer.places} />
      </Card>
    </div>
  );
}
