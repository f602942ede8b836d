import { Link, useSearchParams } from 'react-router';

import { Bar, largestOf } from '../../charts/Bar';
import type { CockpitBody, CoveredBody, SaidBody, YearBody } from '../../client';
import { Figure } from '../../components/Figure';
import { Scroll } from '../../components/Scroll';
import { grouped } from '../../lib/decimal';
import { named } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { t } from './words';

/** The assessment units: key firms direct and indirect, and their stated year with and without exported power. */
export function Ladder({ found }: { found: CockpitBody }) {
  const direct = largestOf(found.units.map((one) => one.direct.now?.value ?? null));
  const indirect = largestOf(found.units.map((one) => one.indirect.now?.value ?? null));
  const year = found.units.find((one) => one.year !== null)?.year?.period;
  return (
    <section className="card">
      <h2>{t('ladder', { period: found.period })}</h2>
      <Scroll label={t('ladder', { period: found.period })}>
        <table className="plain ladder">
          <thead>
            <tr>
              <th scope="col" rowSpan={2}>{t('unit')}</th>
              <th scope="colgroup" colSpan={3}>{t('key_firms')}</th>
              {year !== undefined && <th scope="colgroup" colSpan={4}>{t('stated_year', { year })} <span className="mark mark-synthetic">{t('synthetic')}</span></th>}
            </tr>
            <tr>
              <th scope="col">{t('direct')} t CO₂</th>
              <th scope="col">{t('indirect')} t CO₂</th>
              <th scope="col">{t('coverage_short')}</th>
              {year !== undefined && (
                <>
                  <th scope="col" className="number">{t('with_export')} {unitText('万t CO2')}</th>
                  <th scope="col" className="number">{t('without_export')} {unitText('万t CO2')}</th>
                  <th scope="col" className="number">{t('gdp')}</th>
                  <th scope="col" className="number">{t('intensity_short')}</th>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            {found.units.map((one) => (
              <tr key={one.unit.id} className={one.unit.id === found.own_unit ? 'own' : undefined}>
                <th scope="row">{named(one.unit)}</th>
                <Rung said={one.direct} largest={direct} tone="direct" />
                <Rung said={one.indirect} largest={indirect} tone="indirect" />
                <td>{one.coverage === null ? '' : <Reach reach={one.coverage} />}</td>
                {year !== undefined && <Year year={one.year} compared={one.intensity_year} />}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {year !== undefined && <p className="muted">{t('without_export_what')}</p>}
    </section>
  );
}

function Rung({ said, largest, tone }: { said: SaidBody; largest: number; tone: 'direct' | 'indirect' }) {
  return (
    <td className="rung">
      {said.now === null ? <span className="muted">{t('not_published')}</span> : <Figure amount={said.now} places={0} bare quiet />}
      {said.moved && <span className="mark mark-warn">{t('moved')}</span>}
      <Bar value={said.now?.value ?? null} largest={largest} tone={tone} />
    </td>
  );
}

export function Reach({ reach }: { reach: CoveredBody }) {
  return (
    <span className={reach.complete === reach.enterprises ? undefined : 'weak'}>
      {t('of', { part: reach.complete, whole: reach.enterprises })}
      {reach.percent !== null && <span className="muted"> · {reach.percent}%</span>}
    </span>
  );
}

function Year({ year, compared }: { year: YearBody | null; compared: YearBody | null }) {
  if (year === null) return <td colSpan={4} className="muted">{t('no_account')}</td>;
  return (
    <>
      <td className="number">{year.with_export === null ? '—' : <Figure amount={year.with_export} bare quiet />}</td>
      <td className="number">{year.without_export === null ? '—' : <Figure amount={year.without_export} bare quiet />}</td>
      <td className="number">
        {compared?.gdp == null ? '—' : (
          <>
            <Figure amount={compared.gdp} bare quiet /> <span className="muted">{compared.period}</span>
          </>
        )}
      </td>
      <td className="number">
        {compared?.intensity == null ? '—' : (
          <>
            {grouped(compared.intensity.value)} <span className="muted">{compared.period}</span>{' '}
            {compared.intensity.synthetic && <span className="mark mark-synthetic">{t('synthetic_short')}</span>}
          </>
        )}
      </td>
    </>
  );
}

/** The enterprises within the reader's own scope. */
export function OwnFirms({ found }: { found: CockpitBody }) {
  const [params] = useSearchParams();
  const direct = largestOf(found.firms.map((one) => one.direct.now?.value ?? null));
  const indirect = largestOf(found.firms.map((one) => one.indirect.now?.value ?? null));
  return (
    <section className="card">
      <h2>{t('own_firms', { period: found.period })}</h2>
      <Scroll label={t('own_firms', { period: found.period })}>
        <table className="plain ladder">
          <thead>
            <tr>
              <th scope="col">{t('enterprise')}</th>
              <th scope="col">{t('direct')} t CO₂</th>
              <th scope="col">{t('indirect')} t CO₂</th>
              <th scope="col">{t('readings_short')}</th>
            </tr>
          </thead>
          <tbody>
            {found.firms.map((one) => (
              <tr key={one.enterprise.id}>
                <th scope="row">
                  <Link to={`/enterprises/${one.enterprise.id}${keeping(params)}`}>{named(one.enterprise)}</Link>
                </th>
                <Rung said={one.direct} largest={direct} tone="direct" />
                <Rung said={one.indirect} largest={indirect} tone="indirect" />
                <td>
                  {one.coverage.percent === null ? '—' : `${one.coverage.percent}%`}
                  {one.direct.missing.length > 0 && <span className="mark mark-warn">{one.direct.missing.join(', ')}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
