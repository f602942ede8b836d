import { Link, useSearchParams } from 'react-router';

import type { DatedAttribute, PlanLineBody, MeterBody } from '../../client';
import { Scroll } from '../../components/Scroll';
import { codeWord } from '../../components/figureWords';
import { either, named } from '../../lib/language';
import { grouped } from '../../lib/decimal';
import { keeping } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { span } from './Facts';
import type { TabProps } from './Page';
import { civil, stepKind } from './time';
import { t, word } from './words';

/** 排放源与计量: facilities, sources, meters with their life, and every series of the plan. */
export function Sources({ firm }: TabProps) {
  const facilities = firm.facilities.map((one) => one.facility);
  const placed = new Set(facilities.map((one) => one.id));
  const loose = firm.sources.filter((one) => one.facility === null || !placed.has(one.facility));
  return (
    <>
      <section className="card section">
        <h2>{t('facilities')}</h2>
        {facilities.map((place) => (
          <div key={place.id}>
            <h3>{named(place)}</h3>
            <SourceList firm={firm} ids={firm.sources.filter((one) => one.facility === place.id).map((one) => one.source.id)} />
          </div>
        ))}
        {loose.length > 0 && <SourceList firm={firm} ids={loose.map((one) => one.source.id)} />}
      </section>
      <section className="section">
        <h2>{t('meters')}</h2>
        <div className="grid">
          {firm.meters.map((one) => (
            <Meter key={one.meter.id} meter={one} zone={firm.zone} today={firm.today} />
          ))}
        </div>
      </section>
      <section className="card section">
        <h2>{t('plan')}</h2>
        <p className="muted">{t('plan_lead')}</p>
        <Plan firm={firm} />
      </section>
    </>
  );
}

function SourceList({ firm, ids }: TabProps & { ids: string[] }) {
  return (
    <ul className="source-list">
      {firm.sources
        .filter((one) => ids.includes(one.source.id))
        .map((one) => (
          <li key={one.source.id}>
            <strong>{named(one.source)}</strong>
            <span className="muted">
              {[one.fuel === null ? null : word('fuel', one.fuel), one.indicator === null ? null : word('indicator', one.indicator)].filter((part) => part !== null).join(' · ')}
            </span>
            <span className="muted">{one.meters.map((id) => firm.meters.find((meter) => meter.meter.id === id)).map((meter) => (meter ? named(meter.meter) : '')).join('、')}</span>
          </li>
        ))}
    </ul>
  );
}

/** What holds of a meter today; what held before, and what will, folded below. */
function MeterFacts({ rows, today }: { rows: DatedAttribute[]; today: string }) {
  const now = (one: DatedAttribute) => (one.valid_from === null || one.valid_from <= today) && (one.valid_to === null || one.valid_to > today);
  const other = rows.filter((one) => !now(one));
  return (
    <>
      <Pairs rows={rows.filter(now)} />
      {other.length > 0 && (
        <details className="twin">
          <summary>{t('other_times', { count: other.length })}</summary>
          <Pairs rows={other} dated />
        </details>
      )}
    </>
  );
}

function Pairs({ rows, dated = false }: { rows: DatedAttribute[]; dated?: boolean }) {
  const [params] = useSearchParams();
  return (
    <dl className="pairs">
      {rows.map((one) => (
        <div key={`${one.name} ${one.valid_from ?? ''}`}>
          <dt>{word('attr', one.name)}</dt>
          <dd>
            {one.value} {dated && <span className="muted">{span(one.valid_from, one.valid_to)}</span>}{' '}
            <Link to={`/ledger/${one.entry}${keeping(params)}`} className="entry-link">
              {t('entry_n', { index: one.entry })}
            </Link>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Meter({ meter, zone, today }: { meter: MeterBody; zone: string; today: string }) {
  const [params] = useSearchParams();
  return (
    <article className="card">
      <h3>{named(meter.meter)}</h3>
      {(meter.valid_from ?? meter.valid_to) !== null && <p className="muted">{span(meter.valid_from, meter.valid_to)}</p>}
      <MeterFacts rows={meter.attributes} today={today} />
      <h4>{t('meter_life')}</h4>
      {meter.events.length === 0 ? (
        <p className="muted">{t('no_life_events')}</p>
      ) : (
        <ul className="plain-list">
          {meter.events.map((one) => (
            <li key={`${one.series} ${one.at}`}>
              {civil(one.at, zone)} · {t('life_event', { kind: word('event', one.kind), last: grouped(one.last), first: grouped(one.first), unit: unitText(one.unit) })}{' '}
              <Link to={`/ledger/${one.entry}${keeping(params)}`}>{t('entry_n', { index: one.entry })}</Link>
            </li>
          ))}
        </ul>
      )}
    </article>
  );
}

function Plan({ firm }: TabProps) {
  const [params] = useSearchParams();
  return (
    <>
      {firm.plan_entry !== null && (
        <p>
          <Link to={`/ledger/${firm.plan_entry}${keeping(params)}`}>{t('entry_n', { index: firm.plan_entry })}</Link>
        </p>
      )}
      <Scroll label={t('plan')} role="region">
        <table className="plain plan-lines">
          <thead>
            <tr>
              {(['source', 'indicator', 'series', 'stream', 'form', 'step', 'in_force', 'role', 'newest'] as const).map((one) => (
                <th key={one} scope="col">
                  {t(one)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {firm.lines.map((one) => (
              <Line key={`${one.series} ${one.valid_from}`} line={one} zone={firm.zone} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function Line({ line, zone }: { line: PlanLineBody; zone: string }) {
  const kind = stepKind(line.step_s);
  return (
    <tr className={line.in_force ? undefined : 'faded'}>
      <th scope="row">{either(line.source_zh, line.source_en)}</th>
      <td>{word('indicator', line.indicator)}</td>
      <td>
        <code>{line.series}</code>
      </td>
      <td>
        <code>
          {line.device} {line.stream}
        </code>
      </td>
      <td>
        {word('form', line.form)} · {unitText(line.unit)}
      </td>
      <td>{kind === 'seconds' ? t('seconds', { count: line.step_s }) : t(kind)}</td>
      <td>
        {span(line.valid_from, line.valid_to)}
        {!line.in_force && <span className="mark">{t('ended')}</span>}
      </td>
      <td>{line.authoritative ? t('counts') : t('comparison')}</td>
      <td>{newestOf(line, zone)}</td>
    </tr>
  );
}

function newestOf(line: PlanLineBody, zone: string): string {
  if (line.newest === null) return t('no_reading');
  const said = line.newest_value === null ? codeWord('state', line.newest_state ?? 'missing') : `${grouped(line.newest_value)} ${unitText(line.unit)}`;
  return `${said} (${civil(line.newest, zone)})`;
}
