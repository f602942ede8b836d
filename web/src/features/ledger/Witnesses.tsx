import { useQuery } from '@tanstack/react-query';

import { getLedgerOptions } from '../../client/@tanstack/react-query.gen';
import { PromiseTable } from '../../components/ReceivingPromise';
import { civilTime } from '../../lib/time';
import { t } from './naming';

/** How the promise of receiving is kept. */
export function Promised() {
  const ledger = useQuery(getLedgerOptions());
  return ledger.data === undefined ? null : <PromiseTable promise={ledger.data.promise} />;
}

/** Who outside has cosigned the ledger and how far; that nobody has is said as plainly. */
export function Witnesses() {
  const ledger = useQuery(getLedgerOptions());
  if (ledger.data === undefined) return null;
  const { witnesses, quorum, witnessed_size: size, witnessed_since_ms: since, witnessed_by: by } = ledger.data;
  return (
    <section className="card">
      <h2>{t('witnesses')}</h2>
      {size !== null && since !== null ? (
        <p>
          <strong>{t('witnessed')}</strong> {t('witnessed_what', { by: by.join(t('and')), size: size.toLocaleString('en'), since: civilTime(new Date(since).toISOString()) })}
        </p>
      ) : (
        <p className="note">{t(quorum ? 'witnesses_waiting' : 'unwitnessed')}</p>
      )}
      {witnesses.length > 0 && (
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('witness')}</th>
              <th scope="col">{t('counts')}</th>
              <th scope="col" className="number">
                {t('cosigned')}
              </th>
            </tr>
          </thead>
          <tbody>
            {witnesses.map((one) => (
              <tr key={one.key}>
                <th scope="row">{one.name}</th>
                <td>{t(one.counted ? 'counts_yes' : 'counts_no')}</td>
                <td className="number">{one.size === null ? '—' : `${one.size.toLocaleString('en')} · ${civilTime(new Date(one.cosigned_ms ?? 0).toISOString())}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
