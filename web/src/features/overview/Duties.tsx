import { Link, useSearchParams } from 'react-router';

import type { CockpitBody } from '../../client';
import { civilTime } from '../../lib/civil';
import { either } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { t } from './words';

const SHOWN = 8;

/** Cases that wait for somebody by a day. */
export function Deadlines({ found }: { found: CockpitBody }) {
  const [params] = useSearchParams();
  return (
    <section className="card">
      <h2>{t('deadlines')}</h2>
      {found.deadlines.length === 0 && <p className="muted">{t('no_deadlines')}</p>}
      <ul className="lines">
        {found.deadlines.slice(0, SHOWN).map((one) => (
          <li key={one.case}>
            <span className={one.overdue ? 'mark mark-bad' : 'mark'}>{one.overdue ? t('overdue') : one.deadline}</span>
            <span>
              <Link to={`/ledger/${String(one.entry)}${keeping(params)}`}>{either(one.title_zh, one.title_en)}</Link>{' '}
              <span className="muted">
                {either(one.role_zh, one.role_en)}
                {one.overdue && ` · ${one.deadline}`}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The data sources: how many speak, and which do not. */
export function Health({ found }: { found: CockpitBody }) {
  const health = found.health;
  if (health === null) return null;
  return (
    <section className="card">
      <h2>{t('health')}</h2>
      <p className="pulses">
        {health.pulses.map((one) => (
          <span key={one.pulse} className={`pulse pulse-${one.pulse}`}>
            {t(`pulse.${one.pulse as 'live' | 'late' | 'silent' | 'never'}`)} <strong>{t('of', { part: one.count, whole: health.count })}</strong>
          </span>
        ))}
      </p>
      <ul className="lines">
        {health.attention.slice(0, SHOWN).map((one) => (
          <li key={one.device}>
            <span className={one.pulse === 'late' ? 'mark mark-warn' : 'mark mark-bad'}>{t(`pulse.${one.pulse as 'live' | 'late' | 'silent' | 'never'}`)}</span>
            <span>
              {either(one.org_zh, one.org_en)}{' '}
              <span className="muted">
                {one.device} · {one.newest === null ? t('no_reading') : t('newest', { time: civilTime(one.newest) })}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
