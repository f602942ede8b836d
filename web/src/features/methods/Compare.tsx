import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';

import type { MethodRow } from '../../client';
import { compareMethodsOptions } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { either } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import { t } from './naming';

/** Two documents side by side: every field in which they differ. */
export function Compare() {
  const { fingerprint = '', other = '' } = useParams();
  const moment = useMoment();
  const [params] = useSearchParams();
  const found = useQuery(compareMethodsOptions({ path: { fingerprint, other }, query: moment }));
  if (found.isPending) return <Waiting label={t('loading')} />;
  if (found.isError) return <ProblemNote error={found.error} />;
  const { one, other: two, differences } = found.data;
  const head = (row: MethodRow) => (
    <Link to={`/methods/${row.fingerprint}${keeping(params)}`}>
      {row.edition} <span className="mono">{row.fingerprint.slice(0, 12)}</span>
    </Link>
  );
  return (
    <>
      <h1>{t('compared')}</h1>
      <p>{either(one.title_zh, one.title_en)}</p>
      {differences.length === 0 ? (
        <p className="note">{t('same')}</p>
      ) : (
        <div className="card scroll" tabIndex={0} role="group" aria-label={t('compared')}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('section')}</th>
                <th scope="col">{t('field')}</th>
                <th scope="col">{head(one)}</th>
                <th scope="col">{head(two)}</th>
              </tr>
            </thead>
            <tbody>
              {differences.map((row) => (
                <tr key={`${row.section}/${row.path}`}>
                  <td>{row.section}</td>
                  <td className="mono">{row.path}</td>
                  <td>{row.before === null ? <em className="muted">{t('nothing')}</em> : <del>{row.before}</del>}</td>
                  <td>{row.after === null ? <em className="muted">{t('nothing')}</em> : <ins>{row.after}</ins>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </>
  );
}
