import { useMemo, useState } from 'react';

import type { MethodFactor } from '../../client';
import { codeWord } from '../../components/figureWords';
import { Scroll } from '../../components/Scroll';
import { grouped } from '../../lib/decimal';
import { either } from '../../lib/language';
import { unitText } from '../../lib/unit';
import { PackLinks } from './Body';
import { Status } from './Status';
import { t } from './naming';

/** The factor tables, with where each number was read; found by any word of a row or by the source's standing. */
export function Factors({ factors, pack }: { factors: MethodFactor[]; pack: string }) {
  const [text, setText] = useState('');
  const [status, setStatus] = useState('');
  const statuses = useMemo(() => [...new Set(factors.map((one) => one.status))].sort(), [factors]);
  const shown = useMemo(() => {
    const wanted = text.trim().toLowerCase();
    return factors.filter((one) => (status === '' || one.status === status) && (wanted === '' || wordsOf(one).includes(wanted)));
  }, [factors, text, status]);
  return (
    <section className="card" id="factors">
      <h2>{t('factors')}</h2>
      <div className="method-filter">
        <input type="search" aria-label={t('filter')} placeholder={t('filter_hint')} value={text} onChange={(event) => setText(event.target.value)} />
        <select aria-label={t('status')} value={status} onChange={(event) => setStatus(event.target.value)}>
          <option value="">{t('all_statuses')}</option>
          {statuses.map((one) => (
            <option key={one} value={one}>
              {codeWord('status', one)}
            </option>
          ))}
        </select>
        <span className="muted" role="status">
          {t('rows', { shown: shown.length, count: factors.length })}
        </span>
      </div>
      <Scroll label={t('factors')} className="method-factors">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('table')}</th>
              <th scope="col">{t('key')}</th>
              <th scope="col">{t('column')}</th>
              <th scope="col" className="number">
                {t('value')}
              </th>
              <th scope="col">{t('valid')}</th>
              <th scope="col">{t('data_year')}</th>
              <th scope="col">{t('published_on')}</th>
              <th scope="col">{t('source')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((one) => (
              <tr key={one.id}>
                <td>{one.table}</td>
                <td>{[one.key, one.region, one.level, one.applies_to].filter((part) => part !== '').join(' ')}</td>
                <td>{one.column}</td>
                <td className="number">
                  {grouped(one.value)} <span className="figure-unit">{unitText(one.unit)}</span>
                </td>
                <td className="nowrap">{`${one.valid_from} – ${one.valid_to ?? ''}`}</td>
                <td>{one.data_year}</td>
                <td>{one.published_on}</td>
                <td>
                  {either(one.source.zh, one.source.en)} <Status status={one.status} />
                  {one.origin !== '' && one.origin !== pack && (
                    <small className="muted">
                      {' '}
                      {t('brought_by')} <PackLinks packs={[one.origin]} />
                    </small>
                  )}
                  {one.note !== '' && <small className="muted"> {one.note}</small>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function wordsOf(one: MethodFactor): string {
  return [one.table, one.key, one.column, one.region, one.data_year, one.origin, one.applies_to, one.value, one.source.zh, one.source.en, one.note].join(' ').toLowerCase();
}
