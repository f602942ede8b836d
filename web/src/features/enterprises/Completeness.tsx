import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';

import type { EnterpriseCompleteness as Grid, CompletenessCell, CompletenessRow } from '../../client';
import { getEnterpriseCompletenessOptions } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { named } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import type { TabProps } from './Page';
import { documentHref } from './time';
import { t, word } from './words';

const STANDINGS = ['complete', 'late', 'estimated', 'not_operating', 'incomplete', 'missing', 'running', 'future', 'not_planned'];

/** 监测计划与完整性: source × month; a month opens its days, a day the readings and raw frames. */
export function Completeness({ firm }: TabProps) {
  const [params, setParams] = useSearchParams();
  const moment = useMoment();
  const thisYear = parseInt(firm.today.slice(0, 4), 10);
  const asked = params.get('year') ?? '';
  const year = /^\d{4}$/.test(asked) ? parseInt(asked, 10) : thisYear;
  const month = params.get('month');
  const firstYear = firm.first_month === null ? thisYear : parseInt(firm.first_month.slice(0, 4), 10);
  const years = Array.from({ length: Math.max(1, thisYear - firstYear + 1) }, (_, at) => firstYear + at);
  const { data, error, isPending } = useQuery({
    ...getEnterpriseCompletenessOptions({ path: { name: firm.enterprise.id }, query: { year, ...moment } }),
    placeholderData: keepPreviousData,
  });
  const set = (what: Record<string, string>) => setParams((old) => new URLSearchParams(keeping(old, { tab: 'completeness', year: String(year), ...what })), { preventScrollReset: true });
  return (
    <>
      <p className="muted">{t('grid_lead')}</p>
      <div className="filters" role="group" aria-label={t('period')}>
        {years.map((one) => (
          <button key={one} type="button" className="button button-small" aria-pressed={one === year} onClick={() => set({ year: String(one) })}>
            {t('year_before', { year: one })}
          </button>
        ))}
      </div>
      <Legend hours={data?.late_after_hours} />
      {error !== null && <ProblemNote error={error} />}
      {isPending && <Waiting />}
      {data && <GridTable grid={data} caption={t('grid_caption', { year: data.period })} pick={(period) => set({ month: period })} chosen={month} />}
      {month !== null && /^\d{4}-\d{2}$/.test(month) && <Days firm={firm} month={month} close={() => set({ month: '' })} />}
    </>
  );
}

function Legend({ hours }: { hours: number | undefined }) {
  return (
    <>
      <ul className="legend" aria-label={t('legend')}>
        {STANDINGS.map((one) => (
          <li key={one}>
            <span className={`stand stand-${one}`} aria-hidden="true">
              {word('letter', one)}
            </span>{' '}
            {word('stand', one)}
          </li>
        ))}
        <li>
          <span aria-hidden="true">≠</span> {t('conflicts_mark')}
        </li>
      </ul>
      {hours !== undefined && <p className="muted">{t('late_rule', { hours })}</p>}
    </>
  );
}

function Days({ firm, month, close }: TabProps & { month: string; close: () => void }) {
  const moment = useMoment();
  const { data, error, isPending } = useQuery(getEnterpriseCompletenessOptions({ path: { name: firm.enterprise.id }, query: { month, ...moment } }));
  return (
    <section className="section">
      <h2>{t('grid_days', { month })}</h2>
      <button type="button" className="button button-small" onClick={close}>
        {t('close_days')}
      </button>
      {error !== null && <ProblemNote error={error} />}
      {isPending && <Waiting />}
      {data && <Conflicts grid={data} />}
      {data && <GridTable grid={data} caption={t('grid_days', { month })} />}
    </section>
  );
}

/** The days of a month on which values wait for a decision, each with its page, and where they are settled. */
function Conflicts({ grid }: { grid: Grid }) {
  const [params] = useSearchParams();
  const found = grid.rows.flatMap((row) => row.cells.filter((one) => one.conflicts > 0).map((one) => ({ row, one })));
  if (found.length === 0) return null;
  return (
    <section className="note conflict-days" aria-label={t('conflicts_days')}>
      <h3>{t('conflicts_days')}</h3>
      <p>{t('conflicts_lead')}</p>
      <ul>
        {found.flatMap(({ row, one }) =>
          one.series.map((series) => (
            <li key={`${series} ${one.period}`}>
              <a href={documentHref(`series/${series}/${one.period}`, keeping(params))}>
                {t('conflicts_of', { source: named(row.source), indicator: word('indicator', row.indicator), period: one.period, count: one.conflicts })}
              </a>
            </li>
          )),
        )}
      </ul>
      <p>
        <Link to={{ search: keeping(params, { tab: 'history' }) }}>{t('to_desk')}</Link>
      </p>
    </section>
  );
}

function GridTable({ grid, caption, pick, chosen }: { grid: Grid; caption: string; pick?: (period: string) => void; chosen?: string | null }) {
  const periods = grid.rows[0]?.cells.map((one) => one.period) ?? [];
  return (
    <Scroll label={caption} className="card" role="region">
      <table className="completeness">
        <caption>
          {caption}
          {grid.rows.some((one) => one.synthetic) && <span className="badge badge-synthetic">{t('synthetic_badge')}</span>}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t('source')}</th>
            {periods.map((one) => (
              <th key={one} scope="col">
                {one.slice(-2)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {grid.rows.map((row) => (
            <tr key={`${row.source.id} ${row.indicator}`}>
              <RowHead row={row} />
              {row.cells.map((one) => (
                <td key={one.period}>{pick === undefined ? <DayCell one={one} /> : <MonthCell one={one} pick={pick} on={one.period === chosen} />}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function RowHead({ row }: { row: CompletenessRow }) {
  return (
    <th scope="row">
      {named(row.source)}
      <span className="muted"> {word('indicator', row.indicator)}</span>
    </th>
  );
}

/** Everything a cell says, for those who point at it and those who listen. */
export function said(one: CompletenessCell): string {
  return t('cell_said', {
    period: one.period,
    standing: word('stand', one.standing),
    expected: one.expected ?? '—',
    received: one.received,
    missing: one.missing,
    late: one.late ?? '—',
    stopped: one.not_operating,
    conflicts: one.conflicts,
  });
}

function inside(one: CompletenessCell) {
  return (
    <>
      {word('letter', one.standing)}
      {one.missing > 0 && <small>{one.missing}</small>}
      {one.conflicts > 0 && <small>≠{one.conflicts}</small>}
    </>
  );
}

function MonthCell({ one, pick, on }: { one: CompletenessCell; pick: (period: string) => void; on: boolean }) {
  const look = `stand stand-${one.standing}`;
  if (one.standing === 'not_planned' || one.standing === 'future')
    return (
      <span className={look} title={said(one)}>
        <span aria-hidden="true">{inside(one)}</span>
        <span className="visually-hidden">{word('stand', one.standing)}</span>
      </span>
    );
  return (
    <button type="button" className={look} title={said(one)} aria-pressed={on} onClick={() => pick(one.period)}>
      <span aria-hidden="true">{inside(one)}</span>
      <span className="visually-hidden">{said(one)}</span>
    </button>
  );
}

function DayCell({ one }: { one: CompletenessCell }) {
  const [params] = useSearchParams();
  const look = `stand stand-${one.standing}`;
  const series = one.series[0];
  if (series === undefined || one.standing === 'future')
    return (
      <span className={look} title={said(one)}>
        <span aria-hidden="true">{inside(one)}</span>
        <span className="visually-hidden">{word('stand', one.standing)}</span>
      </span>
    );
  return (
    <a className={look} title={said(one)} href={documentHref(`series/${series}/${one.period}`, keeping(params))}>
      <span aria-hidden="true">{inside(one)}</span>
      <span className="visually-hidden">{said(one)}</span>
    </a>
  );
}
