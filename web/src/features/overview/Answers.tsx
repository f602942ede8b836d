import { Link, useSearchParams } from 'react-router';

import type { CockpitBody, SaidBody } from '../../client';
import { Change } from '../../components/Change';
import { Figure } from '../../components/Figure';
import { codeWord } from '../../components/figureWords';
import { grouped } from '../../lib/decimal';
import { either, named } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { t } from './words';

/** How much, who, falling?, keeping our promise, can you prove it: one answer each, one look. */
export function Answers({ found }: { found: CockpitBody }) {
  return (
    <div className="answers">
      <section className="card answer-wide">
        <h2>{t('how_much')}</h2>
        <div className="answer-pair">
          <Big word={t('direct')} said={found.direct} tone="direct" />
          <Big word={t('indirect')} said={found.indirect} tone="indirect" />
        </div>
        <CityAccount found={found} />
      </section>
      <Falling found={found} />
      <Promise found={found} />
      <Proof found={found} />
    </div>
  );
}

export function Big({ word, said, tone }: { word: string; said: SaidBody; tone: 'direct' | 'indirect' }) {
  return (
    <div className={`big big-${tone}`}>
      <div className="muted">{word}</div>
      <div className="big-number">{said.now === null ? <span className="muted">{t('not_published')}</span> : <Figure amount={said.now} places={0} quiet />}</div>
      {said.now !== null && said.now.value === null && said.known?.value != null && (
        <div className="muted">
          {t('known_part')} <Figure amount={said.known} places={0} still quiet />
          {said.missing.length > 0 && ` · ${t('missing_months', { months: said.missing.slice(0, 3).join(', ') })}`}
        </div>
      )}
      {said.nonstandard.length > 0 && (
        <div>
          <span className="mark mark-warn" title={said.nonstandard.map((one) => either(one.zh, one.en)).join(either('；', '; '))}>
            {t('nonstandard')}
          </span>
        </div>
      )}
      {said.moved && said.first !== null && (
        <div>
          <span className="mark mark-warn">{t('moved')}</span> {t('first_published')} <Figure amount={said.first} places={0} quiet />
        </div>
      )}
    </div>
  );
}

/** 全市: 未核算 as long as there is no city account; the stated series stands beside it, labelled. */
function CityAccount({ found }: { found: CockpitBody }) {
  const last = found.years.at(-1);
  return (
    <p className="city-account">
      {t('whole_city')} <strong>{t('no_account')}</strong>
      {last?.with_export != null && (
        <span className="muted">
          {' · '}
          {t('stated_series', { year: last.period })} <Figure amount={last.with_export} />
          {last.without_export !== null && (
            <>
              {' '}
              ({t('without_export')} <Figure amount={last.without_export} bare quiet />)
            </>
          )}
        </span>
      )}
    </p>
  );
}

function Falling({ found }: { found: CockpitBody }) {
  const rows = [
    { word: t('direct'), changes: found.changes_direct },
    { word: t('indirect'), changes: found.changes_indirect },
  ];
  return (
    <section className="card">
      <h2>{t('falling')}</h2>
      {found.changes_direct.length === 0 && <p className="muted">{t('only_published')}</p>}
      {found.changes_direct.length > 0 &&
        rows.map(({ word, changes }) => (
          <div key={word} className="falling">
            <span className="muted">{word}</span>
            {changes.map((one) => (
              <div key={one.against}>
                {one.percent !== null ? (
                  <Change value={one.percent} unit="%" base={one.against} />
                ) : one.alike.percent === null ? (
                  <span className="muted">{t('not_comparable', { base: one.against })}</span>
                ) : (
                  <>
                    <Change value={one.alike.percent} unit="%" base={one.against} />{' '}
                    <span className="mark" title={t('alike_what')}>
                      {t('alike', { part: one.alike.complete, whole: one.alike.enterprises })}
                    </span>
                  </>
                )}
              </div>
            ))}
          </div>
        ))}
    </section>
  );
}

function Promise({ found }: { found: CockpitBody }) {
  const year = [...found.years].reverse().find((one) => one.intensity !== null);
  const shown = found.promises.slice(-2);
  return (
    <section className="card">
      <h2>{t('promise')}</h2>
      {shown.length === 0 && <p>{t('no_promise')}</p>}
      {shown.map((one) => (
        <p key={`${one.indicator}${one.period}${one.world}`}>
          {named(one)} {one.period}: {t('target')} <Figure amount={one.target} /> ·{' '}
          {one.actual === null ? t('no_actual') : <>{t('actual')} <Figure amount={one.actual} /></>}
        </p>
      ))}
      {year?.intensity != null && (
        <p className="muted">
          {t('intensity', { year: year.period })} {grouped(year.intensity.value)} {unitText(year.intensity.unit)}{' '}
          {year.intensity.synthetic && <span className="mark mark-synthetic">{t('intensity_synthetic')}</span>}
        </p>
      )}
    </section>
  );
}

function Proof({ found }: { found: CockpitBody }) {
  const [params] = useSearchParams();
  const reach = found.coverage;
  return (
    <section className="card">
      <h2>{t('proof')}</h2>
      {reach !== null && (
        <p>
          {t('coverage', { complete: reach.complete, enterprises: reach.enterprises })}
          <br />
          <span className="muted">
            {reach.percent === null ? t('no_readings') : t('readings', { percent: reach.percent, present: grouped(String(reach.readings_present)), expected: grouped(String(reach.readings_expected)) })}
          </span>
          <br />
          <span className="muted">
            {found.shares_direct.length > 0 &&
              t('activity', { kinds: found.shares_direct.map((one) => `${codeWord('kind', one.kind)} ${one.percent ?? '—'}%`).join(' · ') })}
          </span>
        </p>
      )}
      <p className="muted">
        {t(found.whole ? 'entered_count' : 'published_count', { count: found.proof.published })} ·{' '}
        <Link to={`/ledger${keeping(params)}`}>{t('ledger_size', { size: grouped(String(found.proof.size)) })}</Link>
      </p>
    </section>
  );
}
