import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { useSession } from '../../app/session';
import type { CameBody, LiveNow } from '../../client';
import { getLiveNowOptions } from '../../client/@tanstack/react-query.gen';
import { codeWord } from '../../components/figureWords';
import { civilClock } from '../../lib/civil';
import { grouped } from '../../lib/decimal';
import { either, named } from '../../lib/language';
import { isPast, useMoment } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { t } from './words';

const PACE = 5_000;
const LOOKED_AT = 50;
const FIRMS = 4;

/** What has just come in: devices that speak, readings of the hour, the youngest reading of some firms. Of now only. */
export function LiveStrip() {
  const { features } = useSession();
  const shown = !isPast(useMoment()) && features.includes('live');
  const live = useQuery({ ...getLiveNowOptions({ query: { most: LOOKED_AT } }), refetchInterval: PACE, enabled: shown });
  if (!shown) return null;
  return (
    <section className="card live-strip" aria-labelledby="live-strip" aria-live="off">
      <h2 id="live-strip">
        {t('live')}
        {live.data?.newest.some((one) => one.synthetic) && <span className="badge badge-synthetic">{t('synthetic')}</span>}
      </h2>
      {live.data === undefined ? <p className="muted">{live.isError ? t('live_away') : '…'}</p> : <Now live={live.data} />}
    </section>
  );
}

function Now({ live }: { live: LiveNow }) {
  const online = live.health.pulses.find((one) => one.pulse === 'live')?.count ?? 0;
  return (
    <>
      <p className="pulses">
        <span className="pulse pulse-live">
          {t('pulse.live')} <strong>{t('of', { part: online, whole: live.health.count })}</strong>
        </span>
        <span>{t('live_hour', { count: grouped(String(live.count)) })}</span>
        {live.stopped.length > 0 && (
          <span className="weak">
            {t('live_stopped', { count: live.stopped.length })}{' '}
            {live.stopped.slice(0, FIRMS).map((one, at) => (
              <span key={one.id}>
                {at > 0 && either('、', ', ')}
                <Link to={`/enterprises/${encodeURIComponent(one.id)}?tab=live`}>{named(one)}</Link>
              </span>
            ))}
          </span>
        )}
      </p>
      <ul>
        {ofFirms(live.newest).map((one) => (
          <li key={one.org}>
            <Link to={`/enterprises/${encodeURIComponent(one.org)}?tab=live`}>{either(one.org_zh, one.org_en)}</Link>
            <strong>{one.value === null ? codeWord('state', one.state) : `${grouped(one.value)} ${unitText(one.unit)}`}</strong>
            <small className="muted">
              <time dateTime={one.received}>{civilClock(one.received)}</time> {either(one.source_zh, one.source_en)}
            </small>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The youngest reading of each firm, of those that spoke last. */
function ofFirms(newest: readonly CameBody[]): CameBody[] {
  const first = new Map<string, CameBody>();
  for (const one of newest) if (!first.has(one.org)) first.set(one.org, one);
  return [...first.values()].slice(0, FIRMS);
}
