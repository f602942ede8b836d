import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';

import { getLedgerOptions } from '../../client/@tanstack/react-query.gen';
import { keeping } from '../../lib/moment';
import { civilTime } from '../../lib/time';
import { stateOf } from './keys';
import { t } from './naming';

const time = (milliseconds: number) => civilTime(new Date(milliseconds).toISOString());

/** The log's keys, the oldest first: announced by which entry, and which of them sign now. */
export function LogKeys() {
  const [params] = useSearchParams();
  const ledger = useQuery(getLedgerOptions());
  if (ledger.data === undefined || ledger.data.keys.length === 0) return null;
  const { keys } = ledger.data;
  return (
    <section className="card">
      <h2>{t('log_keys')}</h2>
      <ul className="ledger-anchors">
        {keys.map((one, at) => (
          <li key={one.key}>
            <code>{one.key}</code> <span className={`badge${one.signs ? '' : ' badge-warn'}`}>{t(stateOf(keys, at))}</span>
            <br />
            <span className="muted">
              <Link to={`/ledger/${one.entry}${keeping(params)}`}>{t('key_announced', { entry: one.entry.toLocaleString('en'), time: time(one.recorded_ms) })}</Link>
              {one.both_until_ms !== null && ` · ${t('key_both', { time: time(one.both_until_ms) })}`}
            </span>
          </li>
        ))}
      </ul>
      <p className="muted">{t('key_note')}</p>
    </section>
  );
}
