import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';

import { listMethodsOptions } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { either } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import { t, validText } from './naming';

/** Every published edition in force. */
export function MethodList() {
  const moment = useMoment();
  const [params] = useSearchParams();
  const found = useQuery(listMethodsOptions({ query: moment }));
  return (
    <>
      <h1>{t('title')}</h1>
      <p className="muted">{t('lead')}</p>
      {found.isPending && <Waiting label={t('loading')} />}
      {found.isError && <ProblemNote error={found.error} retry={() => void found.refetch()} />}
      {found.data?.length === 0 && <p>{t('none')}</p>}
      <ul className="method-list">
        {found.data?.map((one) => (
          <li key={one.fingerprint} className="card">
            <h2>
              <Link to={`/methods/${one.fingerprint}${keeping(params)}`}>{either(one.title_zh, one.title_en)}</Link>
            </h2>
            <dl className="method-facts">
              <dt>{t('edition')}</dt>
              <dd>{one.edition}</dd>
              <dt>{t('valid')}</dt>
              <dd>{validText(one.valid)}</dd>
              <dt>{t('used')}</dt>
              <dd>{t('used_by', { figures: one.figures, subjects: one.subjects })}</dd>
              <dt>{t('fingerprint')}</dt>
              <dd className="mono">{one.fingerprint}</dd>
            </dl>
          </li>
        ))}
      </ul>
    </>
  );
}
