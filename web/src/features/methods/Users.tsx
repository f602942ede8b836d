import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import { listMethodUsersOptions } from '../../client/@tanstack/react-query.gen';
import { named } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import { t } from './naming';

/** Who has figures published by a method, asked for when it is opened. */
export function Users({ fingerprint, figures }: { fingerprint: string; figures: number }) {
  const [open, setOpen] = useState(false);
  const [params] = useSearchParams();
  const moment = useMoment();
  const found = useQuery({ ...listMethodUsersOptions({ path: { fingerprint }, query: moment }), enabled: open });
  if (figures === 0) return null;
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('users')}</summary>
      <ul className="method-users">
        {found.data?.users.map((one) => (
          <li key={one.subject.id}>
            {one.subject.kind === 'enterprise' ? (
              <Link to={`/enterprises/${one.subject.id}${keeping(params)}`}>{named(one.subject)}</Link>
            ) : (
              named(one.subject)
            )}{' '}
            <span className="muted">
              {t('figures_over', { figures: one.figures, first: one.first, last: one.last })}
            </span>
          </li>
        ))}
        {found.data !== undefined && found.data.more > 0 && <li className="muted">{t('more', { count: found.data.more })}</li>}
      </ul>
    </details>
  );
}
