/** Homes of the city's people and of the county's. */
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import type {
  CityApproverHome,
  CityManagerHome,
  CountyManagerHome,
  DepartmentHome,
  Due,
  Mover,
  Quiet,
} from '../../client';
import { useSession } from '../../app/session';
import { Change } from '../../components/Change';
import { Folded } from '../../components/Folded';
import { Figure } from '../../components/Figure';
import { Scroll } from '../../components/Scroll';
import { codeWord } from '../../components/figureWords';
import { either, named } from '../../lib/language';
import { isPast, keeping, useMoment } from '../../lib/moment';
import { civilTime } from '../../lib/time';
import { unitText } from '../../lib/unit';
import { FromNow } from './Firm';
import { Card, FirmLink, PairView, Requests, Status, Synthetic, To } from './Parts';
import { Report, type Chosen } from './Report';
import { StandingHolds, WaitingByUnit } from './Waiting';
import { t } from './words';

export function CityManager({ answer }: { answer: CityManagerHome }) {
  const mayReview = useSession().features.includes('corrections');
  return (
    <div className="home-grid">
      <Card title={`${t('total')} · ${answer.total.period}`} what={t('not_city')} wide>
        <PairView pair={answer.total} known={{ direct: answer.known_direct, indirect: answer.known_indirect }} />
        <p className="muted">
          {t('complete_of', { complete: answer.complete_enterprises, all: answer.enterprises })} · {t('never_added')}
        </p>
      </Card>
      <Card title={t('movers')} what={answer.movers[0] && t('movers_base', { period: answer.movers[0].period, base: answer.movers[0].base })}>
        <Movers movers={answer.movers} />
      </Card>
      <Card title={t('quiet')} what={t('quiet_what')}>
        <QuietList quiet={answer.quiet} />
      </Card>
      <Card title={t('waiting')} wide>
        {answer.corrections > 0 && (
          <p>
            {t('corrections_waiting', { count: answer.corrections })} {mayReview && <To to="/corrections">{t('to_corrections')}</To>}
          </p>
        )}
        <WaitingCases waiting={answer.waiting} />
      </Card>
      <WaitingByUnit units={answer.findings} />
      <StandingHolds />
    </div>
  );
}

function Movers({ movers }: { movers: Mover[] }) {
  if (movers.length === 0) return <p className="muted">{t('no_movers')}</p>;
  return (
    <ul className="home-list">
      {movers.map((one) => (
        <li key={one.firm.id}>
          <FirmLink firm={one.firm} /> <Change value={one.change} unit={one.after.unit} base={one.base} places={0} />
          {one.percent !== null && <span className="muted"> ({one.percent}%)</span>}
        </li>
      ))}
    </ul>
  );
}

function QuietList({ quiet }: { quiet: Quiet[] }) {
  if (quiet.length === 0) return <p className="muted">{t('no_quiet')}</p>;
  return (
    <Folded className="home-list">
      {quiet.map((one) => (
        <li key={one.firm.id}>
          <FirmLink firm={one.firm} /> <Status word={t(`state.${one.state}`)} bad={one.state !== 'delayed'} />{' '}
          <span className="muted">{t('last_heard', { time: one.last === null ? t('never') : civilTime(one.last) })}</span>
        </li>
      ))}
    </Folded>
  );
}

function WaitingCases({ waiting }: { waiting: Due[] }) {
  const [params] = useSearchParams();
  if (waiting.length === 0) return <p className="muted">{t('no_waiting')}</p>;
  return (
    <Folded className="home-list">
      {waiting.map((one) => (
        <li key={one.case}>
          <Status word={one.late ? t('late') : t('due')} bad={one.late} /> {either(one.title_zh, one.title_en)}
          {one.subject !== null && ` · ${named(one.subject)}`} {one.synthetic && <Synthetic />}{' '}
          <span className="muted">
            {t('deadline')} {one.deadline ?? t('no_deadline')} · <Link to={`/ledger/${one.entry}${keeping(params)}`}>{t('entry', { entry: one.entry })}</Link>
          </span>
        </li>
      ))}
    </Folded>
  );
}

export function CityApprover({ answer }: { answer: CityApproverHome }) {
  const [params] = useSearchParams();
  return (
    <div className="home-grid">
      <Card title={t('total')} what={t('not_city')} wide>
        <Scroll label={t('total')}>
          <table className="plain">
            <thead>
              <tr>
                <th>{t('month')}</th>
                {(['ready', 'published', 'moved', 'incomplete'] as const).map((key) => (
                  <th key={key} className="number">
                    {t(key)}
                  </th>
                ))}
                <th />
              </tr>
            </thead>
            <tbody>
              {answer.months.map((one) => (
                <tr key={one.period}>
                  <th scope="row">{one.period}</th>
                  <td className="number">{one.ready}</td>
                  <td className="number">{one.published}</td>
                  <td className="number">{one.moved}</td>
                  <td className="number">{one.incomplete}</td>
                  <td>
                    <Link to={`/publish${keeping(params, { period: one.period })}`} aria-label={`${t('to_desk')} ${one.period}`}>
                      {t('to_desk')}
                    </Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Card>
      <Card title={t('corrections')} wide>
        <Requests corrections={answer.corrections} />
        {answer.corrections.length > 0 && <To to="/corrections">{t('to_corrections')}</To>}
      </Card>
    </div>
  );
}

export function Department({ answer }: { answer: DepartmentHome }) {
  const [params] = useSearchParams();
  const owed = answer.deliveries.find((one) => one.done === null);
  const [chosen, choose] = useState<Chosen>({ indicator: owed?.indicator ?? answer.holdings[0]?.code ?? '', period: owed?.period ?? '' });
  const reports = answer.department !== null && answer.holdings.length > 0;
  const past = isPast(useMoment());
  return (
    <div className="home-grid">
      {answer.department === null && <p className="note home-wide">{t('all_departments')}</p>}
      <Card title={t('deliveries')} wide>
        {answer.deliveries.length === 0 && <p className="muted">{t('no_deliveries')}</p>}
        <ul className="home-list">
          {answer.deliveries.map((one) => (
            <li key={`${one.indicator}${one.period}`}>
              <Status word={one.done !== null ? t('done') : one.late ? t('late') : t('due')} bad={one.late} good={one.done !== null} />{' '}
              <strong>{named(one)}</strong> {one.period} {one.synthetic && <Synthetic />}{' '}
              <span className="muted">
                {t('deadline')} {one.deadline ?? t('no_deadline')}
                {one.done_at !== null && ` · ${t('delivered', { time: civilTime(one.done_at) })}`}
              </span>{' '}
              {reports && !past && one.done === null && (
                <button type="button" className="button button-small" aria-label={`${t('deliver')} ${named(one)} ${one.period}`} onClick={() => choose({ indicator: one.indicator, period: one.period })}>
                  {t('deliver')}
                </button>
              )}
            </li>
          ))}
        </ul>
      </Card>
      {reports && (
        <Card title={t('report_title')} what={t('report_what')} wide>
          <FromNow>
            <Report key={`${chosen.indicator} ${chosen.period}`} answer={answer} chosen={chosen} />
          </FromNow>
        </Card>
      )}
      <Card title={t('holdings')} wide>
        <Scroll label={t('holdings')}>
          <table className="plain">
            <thead>
              <tr>
                <th>{t('indicator')}</th>
                {answer.department === null && <th>{t('owner')}</th>}
                <th>{t('period')}</th>
                <th className="number">{t('value')}</th>
                <th>{t('recorded')}</th>
              </tr>
            </thead>
            <tbody>
              {answer.holdings.map((one) => (
                <tr key={one.code}>
                  <td>
                    {named(one)} <span className="muted">{one.subject !== null && named(one.subject)}</span>
                  </td>
                  {answer.department === null && <td>{either(one.owner, one.owner_en)}</td>}
                  <td>{one.period ?? '—'}</td>
                  <td className="number">{one.amount === null ? <span className="muted">{t('nothing_stated')}</span> : <Figure amount={one.amount} />}</td>
                  <td>
                    {one.recorded_at !== null && civilTime(one.recorded_at)} {one.stage !== null && <span className="muted">{codeWord('stage', one.stage)}</span>}{' '}
                    {one.entry !== null && <Link to={`/ledger/${one.entry}${keeping(params)}`}>{t('entry', { entry: one.entry })}</Link>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Card>
    </div>
  );
}

export function CountyManager({ answer }: { answer: CountyManagerHome }) {
  return (
    <div className="home-grid">
      <Card title={`${named(answer.unit)} · ${t('total')} · ${answer.total.period}`} what={t('not_city')} wide>
        <PairView pair={answer.total} />
        <p className="muted">{t('never_added')}</p>
      </Card>
      <Card title={t('firms')} wide>
        {answer.firms.length === 0 && <p className="muted">{t('no_firms')}</p>}
        <Scroll label={t('firms')}>
          <table className="plain">
            <thead>
              <tr>
                <th>{t('firm')}</th>
                <th className="number">
                  {t('direct_short')} ({unitText('t CO2')})
                </th>
                <th className="number">
                  {t('indirect_short')} ({unitText('t CO2')})
                </th>
                <th>{t('completeness')}</th>
                <th>{t('heard')}</th>
                <th className="number">{t('unanswered')}</th>
              </tr>
            </thead>
            <tbody>
              {answer.firms.map((one) => (
                <tr key={one.firm.id}>
                  <td>
                    <FirmLink firm={one.firm} />
                  </td>
                  <td className="number">
                    <Figure amount={one.direct} places={0} bare quiet />
                  </td>
                  <td className="number">
                    <Figure amount={one.indirect} places={0} bare quiet />
                  </td>
                  <td>
                    <Status word={one.complete ? t('complete') : t('missing_readings', { count: one.holes })} bad={!one.complete} good={one.complete} />
                  </td>
                  <td>
                    <Status word={t(`state.${one.state as 'online' | 'delayed' | 'silent' | 'none'}`)} bad={one.state === 'silent' || one.state === 'none'} />{' '}
                    {one.last !== null && <span className="muted">{civilTime(one.last)}</span>}
                  </td>
                  <td className="number">{one.waiting}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Card>
      <WaitingByUnit units={answer.findings} alone />
      <StandingHolds />
    </div>
  );
}
