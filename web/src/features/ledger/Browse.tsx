import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useId, type FormEvent } from 'react';
import { Link, useSearchParams } from 'react-router';

import { listEntries, type EntryRow } from '../../client';
import { listCheckpointsOptions, listEntryTypesOptions } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { either } from '../../lib/language';
import { isPast, keeping, useMoment } from '../../lib/moment';
import { Heads } from './Heads';
import { clock, t } from './naming';
import { LogKeys } from './LogKeys';
import { Anchors, Promised, Witnesses } from './Witnesses';

const PAGE = 50;

/** The ledger, a page at a time; what the reader may not open stands there with its hash. */
export function Browse() {
  const [params] = useSearchParams();
  const moment = useMoment();
  const type = params.get('type') ?? '';
  const subject = params.get('subject') ?? '';
  const pages = useInfiniteQuery({
    queryKey: ['entries', type, subject, moment],
    queryFn: async ({ pageParam, signal }) => {
      const query = { type, subject, limit: PAGE, before: pageParam, ...moment };
      return (await listEntries({ query, signal, throwOnError: true })).data;
    },
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });
  const heads = useQuery(listCheckpointsOptions({ query: { limit: 5, ...moment } }));
  const first = pages.data?.pages[0];
  const rows = pages.data?.pages.flatMap((one) => one.entries) ?? [];
  return (
    <>
      <h1>{t('title')}</h1>
      <p className="muted">{t('lead')}</p>
      {first !== undefined && (
        <dl className="ledger-facts">
          <div>
            <dt>{t('size')}</dt>
            <dd>{first.size.toLocaleString('en')}</dd>
          </div>
          <div>
            <dt>{t('head')}</dt>
            <dd>{heads.data?.[0]?.size.toLocaleString('en') ?? t('none_signed')}</dd>
          </div>
          <div>
            <dd className="mono">{first.origin}</dd>
          </div>
        </dl>
      )}
      {isPast(moment) && <p className="note">{t('present_parts')}</p>}
      <Witnesses />
      <LogKeys />
      <Anchors />
      <Promised />
      <Filter key={`${type}/${subject}`} type={type} subject={subject} />
      {(type !== '' || subject !== '') && <p className="muted">{t('filtered')}</p>}
      {pages.isPending && <Waiting label={t('loading')} />}
      {pages.isError && <ProblemNote error={pages.error} retry={() => void pages.refetch()} />}
      {pages.isSuccess && rows.length === 0 && <p>{t('nothing')}</p>}
      {rows.length > 0 && <Entries rows={rows} />}
      {pages.hasNextPage && (
        <button type="button" className="button" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {t(pages.isFetchingNextPage ? 'loading' : 'older')}
        </button>
      )}
      {heads.data !== undefined && heads.data.length > 0 && <Heads heads={heads.data} />}
    </>
  );
}

function Filter({ type, subject }: { type: string; subject: string }) {
  const [params, setParams] = useSearchParams();
  const moment = useMoment();
  const types = useQuery(listEntryTypesOptions({ query: moment }));
  const name = useId();
  const apply = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const said = new FormData(event.currentTarget);
    const wanted = { type: String(said.get('type') ?? ''), subject: String(said.get('subject') ?? '').trim() };
    setParams(new URLSearchParams(keeping(params, wanted).slice(1)));
  };
  return (
    <form className="ledger-filter" onSubmit={apply}>
      <label htmlFor={`${name}-type`}>{t('type')}</label>
      <select id={`${name}-type`} name="type" defaultValue={type} key={types.data === undefined ? 'waiting' : 'there'}>
        <option value="">{t('all_types')}</option>
        {types.data?.map((one) => (
          <option key={one.type} value={one.type}>
            {`${either(one.type_zh, one.type_en)} (${one.count})`}
          </option>
        ))}
      </select>
      <label htmlFor={`${name}-subject`}>{t('subject')}</label>
      <input id={`${name}-subject`} name="subject" defaultValue={subject} placeholder={t('subject_hint')} maxLength={128} />
      <button type="submit" className="button button-primary">
        {t('filter')}
      </button>
      {(type !== '' || subject !== '') && (
        <Link className="button" to={{ search: keeping(params) }}>
          {t('clear')}
        </Link>
      )}
    </form>
  );
}

function Entries({ rows }: { rows: EntryRow[] }) {
  const [params] = useSearchParams();
  return (
    <Scroll label={t('entries')} className="card ledger-table">
      <table className="plain">
        <caption className="visually-hidden">{t('entries')}</caption>
        <thead>
          <tr>
            <th scope="col" className="number">
              {t('entry')}
            </th>
            <th scope="col">{t('type')}</th>
            <th scope="col">{t('subject')}</th>
            <th scope="col">{t('recorded')}</th>
            <th scope="col">{t('leaf')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={one.index}>
              <td className="number">
                <Link to={`/ledger/${one.index}${keeping(params)}`}>{one.index}</Link>
              </td>
              <td className={one.readable ? '' : 'muted'}>{either(one.type_zh, one.type_en)}</td>
              <td className="mono">{one.subject ?? '—'}</td>
              <td className="nowrap">{clock(one.recorded)}</td>
              <td className="mono nowrap" title={one.leaf_hash}>
                {one.leaf_hash.slice(0, 16)}…
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
