import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import { language } from '../../app/boot';
import { getCockpitOptions, getLiveNowOptions, getMapOptions } from '../../client/@tanstack/react-query.gen';
import type { CockpitBody, LiveNow } from '../../client';
import { Bar, largestOf } from '../../charts/Bar';
import { CityMap } from '../../charts/CityMap';
import { TrendChart } from '../../charts/TrendChart';
import { Change } from '../../components/Change';
import { Figure } from '../../components/Figure';
import { codeWord } from '../../components/figureWords';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import zh from '../../i18n/zh-CN/screen';
import en from '../../i18n/en/screen';
import { civilClock } from '../../lib/civil';
import { grouped } from '../../lib/decimal';
import { either, named, words } from '../../lib/language';
import { isPast, keeping, momentOf, useMoment } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import './screen.css';

const t = words(zh, en);

/** 大屏: dark whatever the reader has chosen, large numbers, renewed by itself. */
export default function Screen() {
  useDark();
  const moment = useMoment();
  const [params] = useSearchParams();
  const past = isPast(moment);
  const query = useQuery({ ...getCockpitOptions({ query: moment }), refetchInterval: past ? false : 15_000, placeholderData: keepPreviousData });
  const map = useQuery(getMapOptions({ query: moment }));
  const whole = query.data?.whole ?? false;
  const live = useQuery({ ...getLiveNowOptions({ query: { most: 10 } }), refetchInterval: 3_000, enabled: whole && !past });
  if (query.isPending) return <Waiting />;
  if (query.isError) return <ProblemNote error={query.error} retry={() => void query.refetch()} />;
  const found = query.data;
  return (
    <main className="screen">
      <header className="screen-head">
        <h1>{t('title', { city: named(found.city) })}</h1>
        {found.synthetic && <span className="badge badge-synthetic">{t('synthetic')}</span>}
        <span className="spacer" />
        {past ? <strong>{t('past', { day: found.day })}</strong> : <Clock />}
        <Link className="button no-print" to={`/overview${keeping(params)}`}>
          {t('leave')}
        </Link>
      </header>
      <section className="screen-left">
        <TrendChart plain title={`${either(found.title_zh, found.title_en)} · ${t('direct')}`} unit="t CO2" tone="direct" synthetic={found.synthetic} height={300} chosen={found.period} months={found.trend.map((one) => ({ period: one.period, said: one.direct }))} />
        <TrendChart plain title={`${either(found.title_zh, found.title_en)} · ${t('indirect')}`} unit="t CO2" tone="indirect" synthetic={found.synthetic} height={235} chosen={found.period} months={found.trend.map((one) => ({ period: one.period, said: one.indirect }))} />
        <Movers found={found} />
      </section>
      <section className="screen-middle">
        <h2>
          {either(found.title_zh, found.title_en)} · {found.period}
        </h2>
        <div className="screen-numbers">
          <Number word={t('direct')} tone="direct" said={found.direct} changes={found.changes_direct} />
          <Number word={t('indirect')} tone="indirect" said={found.indirect} changes={found.changes_indirect} />
        </div>
        {map.data !== undefined && (
          <CityMap title={t('map')} map={map.data} synthetic={found.synthetic} said={Object.fromEntries(found.units.map((one) => [one.unit.id, one.direct]))} />
        )}
        <Shares found={found} />
        <p className="screen-account">
          {t('whole_city')} <strong>{t('no_account')}</strong>
          {found.coverage !== null && <> · {t('coverage', { complete: found.coverage.complete, enterprises: found.coverage.enterprises, percent: found.coverage.percent ?? '—' })}</>}
        </p>
      </section>
      <section className="screen-right">
        {live.data !== undefined && <Live live={live.data} />}
        <Proof found={found} />
      </section>
    </main>
  );
}

/** The units side by side, direct and indirect apart. */
function Shares({ found }: { found: CockpitBody }) {
  const direct = largestOf(found.units.map((one) => one.direct.now?.value ?? null));
  const indirect = largestOf(found.units.map((one) => one.indirect.now?.value ?? null));
  return (
    <table className="plain screen-units">
      <caption className="visually-hidden">{t('map')}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col" colSpan={2}>
            {t('direct')} {unitText('t CO2')}
          </th>
          <th scope="col" colSpan={2}>
            {t('indirect')} {unitText('t CO2')}
          </th>
        </tr>
      </thead>
      <tbody>
        {found.units.map((one) => (
          <tr key={one.unit.id}>
            <th scope="row">{named(one.unit)}</th>
            <td className="number">{one.direct.now === null ? '—' : <Figure amount={one.direct.now} places={0} bare quiet />}</td>
            <td className="screen-bar">
              <Bar value={one.direct.now?.value ?? null} largest={direct} tone="direct" />
            </td>
            <td className="number">{one.indirect.now === null ? '—' : <Figure amount={one.indirect.now} places={0} bare quiet />}</td>
            <td className="screen-bar">
              <Bar value={one.indirect.now?.value ?? null} largest={indirect} tone="indirect" />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function useDark(): void {
  useEffect(() => {
    const root = document.documentElement;
    const before = root.dataset.theme;
    root.dataset.theme = 'dark';
    root.classList.add('screen-root');
    return () => {
      if (before !== undefined) root.dataset.theme = before;
      root.classList.remove('screen-root');
    };
  }, []);
}

function Clock() {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1000);
    return () => clearInterval(timer);
  }, []);
  const text = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { dateStyle: 'long', timeStyle: 'medium', timeZone: 'Asia/Shanghai' }).format(now);
  return <time className="screen-clock">{text}</time>;
}

type Side = Pick<CockpitBody, 'direct' | 'changes_direct'>;

function Number({ word, tone, said, changes }: { word: string; tone: string; said: Side['direct']; changes: Side['changes_direct'] }) {
  return (
    <div className={`screen-number screen-${tone}`}>
      <div className="muted">{word}</div>
      <div className="screen-value">{said.now === null ? t('not_published') : <Figure amount={said.now} places={0} quiet />}</div>
      {changes.map((one) => {
        const percent = one.percent ?? one.alike.percent;
        return (
          <div key={one.against}>
            {percent === null ? (
              <span className="muted">{t('not_comparable', { base: one.against })}</span>
            ) : (
              <>
                <Change value={percent} unit="%" base={one.against} />
                {one.percent === null && <span className="mark">{t('alike', { part: one.alike.complete, whole: one.alike.enterprises })}</span>}
              </>
            )}
          </div>
        );
      })}
    </div>
  );
}

function Movers({ found }: { found: CockpitBody }) {
  const group = found.movers[0];
  if (group === undefined) return null;
  return (
    <div>
      <h2>{t('movers', { base: group.against })}</h2>
      <ol className="screen-movers">
        {group.movers.slice(0, 5).map((one) => (
          <li key={one.enterprise.id}>
            <span>{named(one.enterprise)}</span>
            <Change value={one.gap} unit={group.unit} base={group.against} places={0} />
            <span className="muted">{one.reasons[0] === undefined ? '' : either(one.reasons[0].source_zh, one.reasons[0].source_en)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function Live({ live }: { live: LiveNow }) {
  const online = live.health.pulses.find((one) => one.pulse === 'live')?.count ?? null;
  return (
    <div aria-live="off">
      <h2>{t('live')}</h2>
      <div className="screen-numbers">
        <div className="screen-number">
          <div className="muted">{t('online')}</div>
          <div className="screen-value">{online === null ? '—' : t('of', { part: online, whole: live.health.count })}</div>
        </div>
        <div className="screen-number">
          <div className="muted">{t('hour')}</div>
          <div className="screen-value">{grouped(String(live.count))}</div>
        </div>
      </div>
      {live.stopped.length > 0 && (
        <p className="screen-stopped">
          {t('stopped', { count: live.stopped.length })} {live.stopped.slice(0, 3).map(named).join(either('、', ', '))}
        </p>
      )}
      <table className="plain screen-live">
        <caption className="visually-hidden">{t('newest')}</caption>
        <tbody>
          {live.newest.map((one) => (
            <tr key={`${one.org}${one.source_zh}${one.start}`}>
              <td>{civilClock(one.received)}</td>
              <td>
                {either(one.org_zh, one.org_en)} <span className="muted">{either(one.source_zh, one.source_en)}</span>
              </td>
              <td className="number">
                {one.value === null ? codeWord('state', one.state) : `${grouped(one.value)} ${unitText(one.unit)}`}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Proof({ found }: { found: CockpitBody }) {
  const [params] = useSearchParams();
  const late = found.deadlines.filter((one) => one.overdue).length;
  return (
    <div>
      <h2>{t('proof')}</h2>
      <div className="screen-numbers">
        <div className="screen-number">
          <div className="muted">{t('entries')}</div>
          <div className="screen-value">{grouped(String(found.proof.size))}</div>
        </div>
        <div className="screen-number">
          <div className="muted">{t(found.whole ? 'entered' : 'published')}</div>
          <div className="screen-value">{grouped(String(found.proof.published))}</div>
        </div>
      </div>
      <p className="muted">
        {found.proof.origin} · {momentOf(params).as_of ?? found.proof.size}
        {found.deadlines.length > 0 && <> · {t('deadlines', { count: found.deadlines.length, late })}</>}
      </p>
    </div>
  );
}
