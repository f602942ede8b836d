import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';

import { getCockpitOptions, getMapOptions } from '../../client/@tanstack/react-query.gen';
import type { CockpitBody } from '../../client';
import { CityMap } from '../../charts/CityMap';
import { TrendChart } from '../../charts/TrendChart';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { either, named } from '../../lib/language';
import { keeping, momentOf, useMoment, type Moment } from '../../lib/moment';
import { Answers } from './Answers';
import { Deadlines, Health } from './Duties';
import { Facts } from './Facts';
import { Ladder, OwnFirms } from './Ladder';
import { Legend } from './Legend';
import { LiveStrip } from './LiveStrip';
import { Movers } from './Movers';
import { t } from './words';
import './overview.css';

function cockpitAt(moment: Moment, params: URLSearchParams) {
  const period = params.get('period');
  return getCockpitOptions({ query: { ...moment, ...(period === null ? {} : { period }) } });
}

/** What the cockpit asks for at once. */
export function asks(params: URLSearchParams) {
  const moment = momentOf(params);
  return [cockpitAt(moment, params), getMapOptions({ query: moment })];
}

/** 总览: the mayor's questions on the first screen, and what stands behind the answers below. */
export default function Overview() {
  const moment = useMoment();
  const [params, setParams] = useSearchParams();
  const query = useQuery({ ...cockpitAt(moment, params), placeholderData: keepPreviousData });
  const map = useQuery(getMapOptions({ query: moment }));
  if (query.isPending) return <Waiting />;
  if (query.isError)
    return (
      <>
        <h1>{t('heading')}</h1>
        <ProblemNote error={query.error} retry={() => void query.refetch()} />
        {params.has('period') && (
          <Link className="button" to={`/overview${keeping(params)}`}>
            {t('last_month')}
          </Link>
        )}
      </>
    );
  const found = query.data;
  const choose = (wanted: string) => {
    const next = new URLSearchParams(params);
    next.set('period', wanted);
    setParams(next);
  };
  return (
    <div className="cockpit" data-drawn={map.isPending ? undefined : 'cockpit'}>
      <Title found={found} choose={choose} />
      <Answers found={found} />
      <LiveStrip />
      <div className="cockpit-main">
        <section className="card">
          <TrendChart title={`${either(found.title_zh, found.title_en)} · ${t('direct')}`} unit="t CO2" tone="direct" synthetic={found.synthetic} chosen={found.period} months={found.trend.map((one) => ({ period: one.period, said: one.direct }))} />
          <TrendChart title={`${either(found.title_zh, found.title_en)} · ${t('indirect')}`} unit="t CO2" tone="indirect" synthetic={found.synthetic} chosen={found.period} height={130} months={found.trend.map((one) => ({ period: one.period, said: one.indirect }))} />
          <Legend />
        </section>
        <section className="card">
          {map.data !== undefined && (
            <CityMap title={t('map', { period: found.period })} map={map.data} synthetic={found.synthetic} said={Object.fromEntries(found.units.map((one) => [one.unit.id, one.direct]))} />
          )}
          <Movers found={found} short />
        </section>
      </div>
      <Ladder found={found} />
      {found.firms.length > 0 && <OwnFirms found={found} />}
      <Movers found={found} />
      {found.whole && (
        <div className="grid">
          <Deadlines found={found} />
          <Health found={found} />
        </div>
      )}
      <Facts found={found} />
    </div>
  );
}

function Title({ found, choose }: { found: CockpitBody; choose: (period: string) => void }) {
  const months = found.months;
  const years = [...new Set(months.map((one) => one.slice(0, 4)))];
  const periods = [...new Set([found.period, ...months, ...years])];
  return (
    <div className="cockpit-title">
      <h1>
        {named(found.city)} · {either(found.title_zh, found.title_en)}
        {found.synthetic && <span className="badge badge-synthetic">{t('synthetic')}</span>}
      </h1>
      <label>
        <span className="visually-hidden">{t('period')}</span>
        <select value={found.period} onChange={(event) => choose(event.target.value)}>
          {periods.map((one) => (
            <option key={one} value={one}>
              {one.length === 4 ? t('year', { year: one }) : one}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
