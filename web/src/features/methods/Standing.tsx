import { Link, useSearchParams } from 'react-router';

import type { PackRow } from '../../client';
import { keeping } from '../../lib/moment';
import { t } from './naming';

/** Whether a shipped pack stands published in this ledger. */
export function Standing({ row }: { row: Pick<PackRow, 'published' | 'standing' | 'fingerprint'> }) {
  const [params] = useSearchParams();
  if (row.published !== null) {
    return (
      <span className="badge">
        {t('published_at')}{' '}
        <Link to={`/ledger/${row.published}${keeping(params)}`}>#{row.published}</Link>
      </span>
    );
  }
  return <span className={row.standing === null ? 'badge badge-shipped' : 'badge badge-old'}>{t(row.standing === null ? 'shipped_only' : 'other_stands')}</span>;
}
