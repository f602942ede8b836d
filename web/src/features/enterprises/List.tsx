import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Table, type TableColumnsType } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import { language } from '../../app/boot';
import type { EnterpriseList, EnterpriseRow } from '../../client';
import { listEnterprisesOptions } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { useDismiss } from '../../lib/dismiss';
import { either, named } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import { askedOf, changed, COLUMNS, columnsOf, exportHref, PAGE_SIZE, queryOf, SORTED, type Asked, type Column, type Sort } from './address';
import { Known, Moved, Online, Open } from './Marks';
import { useNarrow } from './useNarrow';
import { t, word } from './words';

const STORED = 'tansuo.enterprises.columns';

/** 企业: filter, order, choose columns, take the list away as a file. */
export function List() {
  const [params, setParams] = useSearchParams();
  const moment = useMoment();
  const asked = askedOf(params);
  const [columns, setColumns] = useState(() => columnsOf(localStorage.getItem(STORED)));
  const narrow = useNarrow();
  const change = (what: Partial<Record<keyof Asked, string>>) => setParams((old) => changed(old, what), { replace: true });
  const { data, error, isPending, isFetching, refetch } = useQuery({
    ...listEnterprisesOptions({ query: { ...queryOf(asked), page: asked.page, size: PAGE_SIZE, ...moment } }),
    placeholderData: keepPreviousData,
  });
  // A page past the last, from an old link or a narrower filter, is the last.
  const last = data === undefined ? asked.page : Math.max(1, Math.ceil(data.total / data.size));
  useEffect(() => {
    if (asked.page > last) setParams((old) => changed(old, { page: String(last) }), { replace: true });
  }, [asked.page, last, setParams]);
  const choose = (next: Column[]) => {
    localStorage.setItem(STORED, next.join(','));
    setColumns(columnsOf(next.join(',')));
  };
  return (
    <>
      <h1>
        {t('title')} {data?.synthetic && <span className="badge badge-synthetic">{t('synthetic_badge')}</span>}
      </h1>
      <p className="muted">{t('lead')}</p>
      <Filters asked={asked} list={data} change={change} />
      <div className="toolbar">
        <p role="status" className="toolbar-count">
          {data && t('seen', { seen: data.seen, total: data.total })}
          {data && <span className="muted"> · {data.period} · {either(data.method_title_zh, data.method_title_en)}</span>}
        </p>
        {!narrow && <Chooser columns={columns} choose={choose} />}
        {(['csv', 'xlsx', 'json'] as const).map((form) => (
          <a key={form} className="button button-small" href={exportHref(form, asked, { ...moment }, language)} aria-label={t('export_as', { form: form.toUpperCase() })} download>
            ↓ {form.toUpperCase()}
          </a>
        ))}
      </div>
      {error !== null && <ProblemNote error={error} retry={() => void refetch()} />}
      {isPending && <Waiting />}
      {data && error === null && (
        <div aria-busy={isFetching}>
          {narrow ? <Cards list={data} asked={asked} change={change} /> : <Rows list={data} asked={asked} columns={columns} change={change} />}
          {data.total === 0 && narrow && <p>{t('none')}</p>}
          <Pages list={data} change={change} />
          <p className="muted as-of">
            {t('point')} <code>{data.point}</code>
          </p>
        </div>
      )}
    </>
  );
}

interface Changing {
  asked: Asked;
  change: (what: Partial<Record<keyof Asked, string>>) => void;
}

function Filters({ asked, list, change }: Changing & { list: EnterpriseList | undefined }) {
  const [text, setText] = useState(asked.q);
  useEffect(() => setText(asked.q), [asked.q]);
  useEffect(() => {
    if (text === asked.q) return;
    const wait = setTimeout(() => change({ q: text }), 300);
    return () => clearTimeout(wait);
    // Typing waits for its own end only.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [text]);
  const narrowed = [asked.q, asked.unit, asked.sector, asked.online, asked.complete, asked.waiting].some((one) => one !== '');
  return (
    <form className="filters" role="search" aria-label={t('title')} onSubmit={(event) => event.preventDefault()}>
      <label>
        {t('period')}
        <input type="month" value={asked.period ?? list?.period ?? ''} onChange={(event) => change({ period: event.target.value })} />
      </label>
      <label className="filters-text">
        {t('search')}
        <input type="search" value={text} maxLength={100} onChange={(event) => setText(event.target.value)} />
      </label>
      <Choice label={t('unit')} value={asked.unit} pick={(unit) => change({ unit })} choices={(list?.units ?? []).map((one) => [one.unit.id, `${named(one.unit)} (${one.enterprises})`])} />
      <Choice label={t('sector')} value={asked.sector} pick={(sector) => change({ sector })} choices={(list?.sectors ?? []).map((one) => [one.sector, `${named(one)} (${one.enterprises})`])} />
      <Choice label={t('online')} value={asked.online} pick={(online) => change({ online })} choices={['online', 'delayed', 'silent', 'none'].map((one) => [one, word('online', one)])} />
      <Choice label={t('complete')} value={asked.complete} pick={(complete) => change({ complete })} choices={['true', 'false'].map((one) => [one, word('complete', one)])} />
      <Choice label={t('waiting')} value={asked.waiting} pick={(waiting) => change({ waiting })} choices={['true', 'false'].map((one) => [one, word('waiting', one)])} />
      {narrowed && (
        <button type="button" className="button button-small" onClick={() => change({ q: '', unit: '', sector: '', online: '', complete: '', waiting: '' })}>
          {t('clear')}
        </button>
      )}
    </form>
  );
}

function Choice({ label, value, pick, choices }: { label: string; value: string; pick: (value: string) => void; choices: string[][] }) {
  return (
    <label>
      {label}
      <select value={value} onChange={(event) => pick(event.target.value)}>
        <option value="">{t('all')}</option>
        {choices.map(([code, text]) => (
          <option key={code} value={code}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

function Chooser({ columns, choose }: { columns: Column[]; choose: (next: Column[]) => void }) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  useDismiss(place, open, () => setOpen(false));
  return (
    <div className="popover-place" ref={place}>
      <button type="button" className="button button-small" aria-expanded={open} onClick={() => setOpen(!open)}>
        {t('columns')}
      </button>
      {open && (
        <fieldset className="popover chooser">
          <legend className="visually-hidden">{t('columns_what')}</legend>
          {COLUMNS.filter((one) => one !== 'name').map((one) => (
            <label key={one}>
              <input type="checkbox" checked={columns.includes(one)} onChange={(event) => choose(event.target.checked ? [...columns, one] : columns.filter((other) => other !== one))} />
              {word('col', one)}
            </label>
          ))}
        </fieldset>
      )}
    </div>
  );
}

function Rows({ list, asked, columns, change }: Changing & { list: EnterpriseList; columns: Column[] }) {
  const [params] = useSearchParams();
  const link = (row: EnterpriseRow) => `/enterprises/${encodeURIComponent(row.enterprise.id)}${keeping(params)}`;
  const drawn: TableColumnsType<EnterpriseRow> = columns.map((one) => ({
    key: one,
    title: heading(one, list),
    align: NUMERIC.includes(one) ? 'right' : 'left',
    render: (_: unknown, row: EnterpriseRow) => cell(one, row, link(row), list.zone),
    sorter: SORTED.includes(one),
    sortOrder: asked.sort === one ? (asked.order === 'asc' ? 'ascend' : 'descend') : null,
    sortDirections: ['descend', 'ascend', 'descend'],
    showSorterTooltip: false,
    ...(one === 'name' ? { fixed: 'left' as const, width: 190 } : {}),
  }));
  return (
    <Table<EnterpriseRow>
      rowKey={(row) => row.enterprise.id}
      columns={drawn}
      dataSource={list.rows}
      size="small"
      pagination={false}
      scroll={{ x: 'max-content' }}
      locale={{ emptyText: t('none') }}
      onChange={(_page, _filters, sorter) => {
        if (Array.isArray(sorter) || sorter.columnKey === undefined) return;
        change({ sort: String(sorter.columnKey), order: sorter.order === 'ascend' ? 'asc' : 'desc' });
      }}
    />
  );
}

const NUMERIC: readonly Column[] = ['direct', 'direct_before', 'direct_year', 'indirect', 'indirect_before', 'indirect_year', 'completeness', 'measured'];

function heading(column: Column, list: EnterpriseList) {
  const first = list.rows[0];
  const base =
    column === 'direct_before' || column === 'indirect_before' ? first?.direct.since_before?.base : column === 'direct_year' || column === 'indirect_year' ? first?.direct.since_year?.base : undefined;
  const unit = column === 'direct' || column === 'indirect' ? 't CO₂' : undefined;
  return (
    <span className="heading">
      {word('col', column)}
      {base !== undefined && <span className="heading-note">{t('base', { base })}</span>}
      {unit !== undefined && <span className="heading-note">{unit}</span>}
    </span>
  );
}

function cell(column: Column, row: EnterpriseRow, link: string, zone: string) {
  switch (column) {
    case 'name':
      return (
        <Link to={link} className="firm">
          {named(row.enterprise)}
        </Link>
      );
    case 'unit':
      return row.units.map(named).join('、');
    case 'sector':
      return sectorName(row);
    case 'industry':
      return row.industry ?? '—';
    case 'capacity':
      return row.capacity ?? '—';
    case 'direct':
      return <Known figure={row.direct} bare />;
    case 'indirect':
      return <Known figure={row.indirect} bare />;
    case 'direct_before':
      return <Moved change={row.direct.since_before} />;
    case 'direct_year':
      return <Moved change={row.direct.since_year} />;
    case 'indirect_before':
      return <Moved change={row.indirect.since_before} />;
    case 'indirect_year':
      return <Moved change={row.indirect.since_year} />;
    case 'completeness':
      return <Readings row={row} />;
    case 'measured':
      return row.direct.measured === null ? '—' : `${row.direct.measured}%`;
    case 'newest':
      return <Online online={row.online} zone={zone} />;
    case 'open':
      return <Open open={row.open} />;
  }
}

function sectorName(row: EnterpriseRow): string {
  return row.sector === null ? '—' : either(row.sector_zh, row.sector_en);
}

function Readings({ row }: { row: EnterpriseRow }) {
  if (row.readings_percent === null) return <span className="muted">—</span>;
  const lacking = row.readings_expected - row.readings_present;
  return (
    <span title={t('readings', { present: row.readings_present, expected: row.readings_expected })}>
      {row.readings_percent}%{lacking > 0 && <span className="mark mark-warn">{t('lacking', { count: lacking })}</span>}
    </span>
  );
}

function Cards({ list, asked, change }: Changing & { list: EnterpriseList }) {
  const [params] = useSearchParams();
  return (
    <>
      <div className="filters">
        <label>
          {t('sort')}
          <select value={asked.sort} onChange={(event) => change({ sort: event.target.value as Sort })}>
            {SORTED.map((one) => (
              <option key={one} value={one}>
                {word('col', one)}
              </option>
            ))}
          </select>
        </label>
        <Choice label={t('order')} value={asked.order} pick={(order) => change({ order: order || 'desc' })} choices={[['asc', t('asc')], ['desc', t('desc')]]} />
      </div>
      <ul className="cards" role="list">
        {list.rows.map((row) => (
          <li key={row.enterprise.id} className="card firm-card">
            <h2>
              <Link to={`/enterprises/${encodeURIComponent(row.enterprise.id)}${keeping(params)}`}>{named(row.enterprise)}</Link>
            </h2>
            <p className="muted">
              {row.units.map(named).join('、')} · {sectorName(row)} · <Online online={row.online} zone={list.zone} brief />
            </p>
            <dl className="pairs">
              <dt>{t('direct')}</dt>
              <dd>
                <Known figure={row.direct} /> <Moved change={row.direct.since_before} />
              </dd>
              <dt>{t('indirect')}</dt>
              <dd>
                <Known figure={row.indirect} /> <Moved change={row.indirect.since_before} />
              </dd>
              <dt>{word('col', 'completeness')}</dt>
              <dd>
                <Readings row={row} />
              </dd>
              <dt>{word('col', 'open')}</dt>
              <dd>
                <Open open={row.open} />
              </dd>
            </dl>
          </li>
        ))}
      </ul>
    </>
  );
}

function Pages({ list, change }: { list: EnterpriseList; change: Changing['change'] }) {
  const pages = Math.max(1, Math.ceil(list.total / list.size));
  if (pages === 1) return null;
  return (
    <nav className="pages" aria-label={t('page', { page: list.page, pages })}>
      <button type="button" className="button button-small" disabled={list.page <= 1} onClick={() => change({ page: String(list.page - 1) })}>
        {t('previous')}
      </button>
      <span>{t('page', { page: list.page, pages })}</span>
      <button type="button" className="button button-small" disabled={list.page >= pages} onClick={() => change({ page: String(list.page + 1) })}>
        {t('next')}
      </button>
    </nav>
  );
}
