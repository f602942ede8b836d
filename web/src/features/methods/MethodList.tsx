import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';

import type { PackRow } from '../../client';
import { listMethodsOptions, listPacksOptions } from '../../client/@tanstack/react-query.gen';
import { language } from '../../app/boot';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { either } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import { Standing } from './Standing';
import { Status } from './Status';
import { GROUPS, matching } from './finding';
import { codeOf, t, validText } from './naming';

/** Every method: those of this ledger, and the packs that came with the product, by group, found by words. */
export function MethodList() {
  const moment = useMoment();
  const [params, setParams] = useSearchParams();
  const packs = useQuery(listPacksOptions({ query: moment }));
  const published = useQuery(listMethodsOptions({ query: moment }));
  const [text, standing] = [params.get('q') ?? '', params.get('standing') ?? ''];
  const set = (name: string, value: string) => {
    const next = new URLSearchParams(params);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setParams(next, { replace: true });
  };
  const shown = useMemo(
    () => (packs.data ?? []).filter((one) => matching(one, text) && (standing === '' || (standing === 'published') === (one.published !== null))),
    [packs.data, text, standing],
  );
  const known = new Set(packs.data?.map((one) => one.fingerprint));
  const elsewhere = (published.data ?? []).filter((one) => packs.data !== undefined && !known.has(one.fingerprint) && matching(one, text));
  return (
    <>
      <h1>{t('title')}</h1>
      <p className="muted">{t('lead')}</p>
      <div className="method-filter" role="search">
        <input type="search" aria-label={t('find')} placeholder={t('find_hint')} value={text} onChange={(event) => set('q', event.target.value)} />
        <select aria-label={t('standing')} value={standing} onChange={(event) => set('standing', event.target.value)}>
          <option value="">{t('all_standings')}</option>
          <option value="published">{t('published_here')}</option>
          <option value="shipped">{t('shipped_only')}</option>
        </select>
        <span className="muted" role="status">
          {packs.data !== undefined && t('packs_shown', { shown: shown.length, count: packs.data.length })}
        </span>
        <span className="spacer" />
        <Link className="button" to={`/methods/factors${keeping(params)}`}>
          {t('library')}
        </Link>
        <a className="button" href={`/${language}/methods${keeping(params)}`}>
          {t('document')}
        </a>
      </div>
      {packs.isPending && <Waiting label={t('loading')} />}
      {packs.isError && <ProblemNote error={packs.error} retry={() => void packs.refetch()} />}
      {packs.data !== undefined && shown.length === 0 && elsewhere.length === 0 && <p>{t('none_found')}</p>}
      {elsewhere.length > 0 && (
        <section className="method-group">
          <h2>{t('published_elsewhere')}</h2>
          <ul className="method-list">
            {elsewhere.map((one) => (
              <li key={one.fingerprint} className="card">
                <h3>
                  <Link to={`/methods/${one.fingerprint}${keeping(params)}`}>{either(one.title_zh, one.title_en)}</Link>
                </h3>
                <p className="muted">
                  {one.edition} · {validText(one.valid)} · {t('used_by', { figures: one.figures, subjects: one.subjects })}
                </p>
              </li>
            ))}
          </ul>
        </section>
      )}
      {GROUPS.map((group) => (
        <Group key={group} group={group} rows={shown.filter((one) => one.group === group)} />
      ))}
    </>
  );
}

function Group({ group, rows }: { group: string; rows: PackRow[] }) {
  const [params] = useSearchParams();
  if (rows.length === 0) return null;
  return (
    <section className="method-group">
      <h2>
        {codeOf('group', group)} <small className="muted">{rows.length}</small>
      </h2>
      <ul className="method-list">
        {rows.map((one) => (
          <li key={one.pack} className="card">
            <h3>
              <Link to={`/methods/${one.published === null ? `packs/${one.pack}` : one.fingerprint}${keeping(params)}`}>{either(one.title_zh, one.title_en)}</Link>
            </h3>
            <p className="muted">
              {one.edition} · {validText(one.valid)} <Standing row={one} />
            </p>
            <p>
              {t('counts', { quantities: one.quantities, factors: one.factors, cases: one.cases })}{' '}
              {Object.entries(one.statuses).map(([status, count]) => (
                <Status key={status} status={status} count={count} />
              ))}
            </p>
            {one.figures > 0 && <p>{t('used_by', { figures: one.figures, subjects: one.subjects })}</p>}
            {one.extends !== '' && (
              <p className="muted">
                {t('extends')} <span className="mono">{one.extends}</span>
              </p>
            )}
            <p className="mono muted">{one.pack}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
