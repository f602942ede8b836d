import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import type { Facet, LibraryFactor } from '../../client';
import { getFactorOptions, listFactorsOptions } from '../../client/@tanstack/react-query.gen';
import { language } from '../../app/boot';
import { codeWord } from '../../components/figureWords';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { grouped } from '../../lib/decimal';
import { either, named } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { PackLinks } from './Body';
import { Status } from './Status';
import { t } from './naming';

const PAGE = 100;
const FILTERS = ['q', 'pack', 'table', 'status', 'day', 'published_before'] as const;
type Filter = (typeof FILTERS)[number];

/** Every factor row of every pack, once: found, filtered, with its dates, standing and uses. */
export function FactorLibrary() {
  const moment = useMoment();
  const [params, setParams] = useSearchParams();
  const offset = Math.max(0, Number(params.get('offset') ?? 0) || 0);
  const asked = Object.fromEntries(FILTERS.flatMap((name) => (params.get(name) ? [[name, params.get(name) ?? '']] : []))) as Partial<Record<Filter, string>>;
  const found = useQuery({ ...listFactorsOptions({ query: { ...asked, ...moment, offset, limit: PAGE } }), placeholderData: keepPreviousData });
  const set = (name: Filter | 'offset', value: string) => {
    const next = new URLSearchParams(params);
    if (name !== 'offset') next.delete('offset');
    if (value === '') next.delete(name);
    else next.set(name, value);
    setParams(next, { replace: name === 'q' });
  };
  const data = found.data;
  const file = `/api/factors/export.csv?${new URLSearchParams({ ...asked, ...Object.fromEntries(Object.entries(moment).map(([name, value]) => [name, String(value)])) }).toString()}`;
  return (
    <>
      <p className="method-back">
        <Link to={`/methods${keeping(params)}`}>{t('back')}</Link>
      </p>
      <h1>{t('library')}</h1>
      <p className="muted">{t('library_lead')}</p>
      <div className="method-filter" role="search">
        <input type="search" aria-label={t('filter')} placeholder={t('filter_hint')} value={asked.q ?? ''} onChange={(event) => set('q', event.target.value)} />
        <Choice name={t('pack')} value={asked.pack} values={data?.packs} set={(value) => set('pack', value)} />
        <Choice name={t('table')} value={asked.table} values={data?.tables} set={(value) => set('table', value)} />
        <Choice name={t('status')} value={asked.status} values={data?.statuses} say={(one) => codeWord('status', one)} set={(value) => set('status', value)} />
        <label>
          {t('holds_on')} <input type="date" value={asked.day ?? ''} onChange={(event) => set('day', event.target.value)} />
        </label>
        <label title={t('last_published_what')}>
          {t('published_before')} <input type="date" value={asked.published_before ?? ''} onChange={(event) => set('published_before', event.target.value)} />
        </label>
        <a className="button" href={file} download>
          CSV
        </a>
        <a className="button" href={`/${language}/factors${keeping(params)}`}>
          {t('document')}
        </a>
      </div>
      {found.isPending && <Waiting label={t('loading')} />}
      {found.isError && <ProblemNote error={found.error} retry={() => void found.refetch()} />}
      {data !== undefined && (
        <>
          <p className="muted" role="status">
            {t('rows', { shown: data.rows.length === 0 ? 0 : `${data.offset + 1}–${data.offset + data.rows.length}`, count: data.total })}
          </p>
          {data.rows.length > 0 && <Rows rows={data.rows} dated={asked.published_before !== undefined} busy={found.isPlaceholderData} />}
          <p className="method-pages">
            <button type="button" className="button" disabled={offset === 0} onClick={() => set('offset', String(Math.max(0, offset - PAGE)))}>
              {t('previous')}
            </button>
            <button type="button" className="button" disabled={offset + PAGE >= data.total} onClick={() => set('offset', String(offset + PAGE))}>
              {t('next')}
            </button>
          </p>
        </>
      )}
    </>
  );
}

interface Choosing {
  name: string;
  value: string | undefined;
  values: Facet[] | undefined;
  say?: (code: string) => string;
  set: (value: string) => void;
}

function Choice({ name, value, values, say, set }: Choosing) {
  return (
    <select aria-label={name} value={value ?? ''} onChange={(event) => set(event.target.value)}>
      <option value="">{t('all_of', { name })}</option>
      {(values ?? []).filter((one) => one.name !== '').map((one) => (
        <option key={one.name} value={one.name}>
          {say === undefined ? one.name : say(one.name)} ({one.rows})
        </option>
      ))}
    </select>
  );
}

function Rows({ rows, dated, busy }: { rows: LibraryFactor[]; dated: boolean; busy: boolean }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Scroll label={t('library')} className="card" busy={busy}>
      <table className="plain library">
        <thead>
          <tr>
            <th scope="col">{t('key')}</th>
            <th scope="col" className="number">
              {t('value')}
            </th>
            <th scope="col">{t('applies')}</th>
            <th scope="col">{t('data_year')}</th>
            <th scope="col">{t('published_on')}</th>
            <th scope="col">{t('source')}</th>
            <th scope="col">{t('used_in')}</th>
          </tr>
        </thead>
        {rows.map((one) => {
          const key = `${one.origin} ${one.id}`;
          return <Row key={key} row={one} dated={dated} open={open === key} toggle={() => setOpen(open === key ? null : key)} />;
        })}
      </table>
    </Scroll>
  );
}

function Row({ row, dated, open, toggle }: { row: LibraryFactor; dated: boolean; open: boolean; toggle: () => void }) {
  return (
    <tbody>
      <tr className={open ? 'library-open' : ''}>
        <td>
          <button type="button" className="library-row" aria-expanded={open} onClick={toggle}>
            {[row.key, row.region, row.applies_to].filter((part) => part !== '').join(' ') || row.table}
          </button>{' '}
          <small className="muted">
            {row.table} · {row.column}
          </small>
        </td>
        <td className="number">
          {grouped(row.value)} <span className="figure-unit">{unitText(row.unit)}</span>
        </td>
        <td className="nowrap">{`${row.valid_from} – ${row.valid_to ?? ''}`}</td>
        <td>{row.data_year}</td>
        <td>
          {row.published_on}
          {row.last_published === true && row.editions > 1 && <small className="mark">{t(dated ? 'last_before' : 'last_published')}</small>}
        </td>
        <td>
          {either(row.source.zh, row.source.en)} <Status status={row.status} />
        </td>
        <td>
          {row.users.map((user) => (
            <div key={user.pack}>
              <span className="mono">{user.pack}</span> <span className="muted">{user.terms.join(', ')}</span>
            </div>
          ))}
        </td>
      </tr>
      {open && (
        <tr>
          <td colSpan={7}>
            <Detail row={row} />
          </td>
        </tr>
      )}
    </tbody>
  );
}

function Detail({ row }: { row: LibraryFactor }) {
  const moment = useMoment();
  const [params] = useSearchParams();
  const found = useQuery(getFactorOptions({ query: { row: row.id, pack: row.origin, ...moment } }));
  if (found.isPending) return <Waiting label={t('loading')} />;
  if (found.isError) return <ProblemNote error={found.error} />;
  const { editions, figures, subjects, more } = found.data;
  return (
    <dl className="method-facts library-detail">
      <dt>{t('row')}</dt>
      <dd className="mono">{row.id}</dd>
      {row.note !== '' && (
        <>
          <dt>{t('note')}</dt>
          <dd>{row.note}</dd>
        </>
      )}
      <dt>{t('brought_by')}</dt>
      <dd>{row.origin === '' ? either(row.title_zh, row.title_en) : <PackLinks packs={[row.origin]} />}</dd>
      <dt>{t('editions_of')}</dt>
      <dd>
        <ul>
          {editions.map((one) => (
            <li key={one.id}>
              {grouped(one.value)} {unitText(one.unit)} · {`${one.valid_from} – ${one.valid_to ?? ''}`}
              {one.data_year !== '' && ` · ${t('data_year')} ${one.data_year}`}
              {one.published_on !== '' && ` · ${t('published_on')} ${one.published_on}`} <Status status={one.status} />
            </li>
          ))}
        </ul>
      </dd>
      <dt>{t('figures_resting')}</dt>
      <dd>
        {figures === 0 ? (
          t('no_figures')
        ) : (
          <ul>
            {subjects.map((one) => (
              <li key={one.subject.id}>
                {one.subject.kind === 'enterprise' ? (
                  <Link to={`/enterprises/${one.subject.id}${keeping(params)}`}>{named(one.subject)}</Link>
                ) : (
                  named(one.subject)
                )}{' '}
                <span className="muted">{t('figures_count', { figures: one.figures })}</span>
              </li>
            ))}
            {more > 0 && <li className="muted">{t('more', { count: more })}</li>}
          </ul>
        )}
      </dd>
    </dl>
  );
}
