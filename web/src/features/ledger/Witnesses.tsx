import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';

import { getLedgerOptions } from '../../client/@tanstack/react-query.gen';
import { PromiseTable } from '../../components/ReceivingPromise';
import { keeping } from '../../lib/moment';
import { civilTime } from '../../lib/time';
import { t } from './naming';

/** How the promise of receiving is kept. */
export function Promised() {
  const ledger = useQuery(getLedgerOptions());
  return ledger.data === undefined ? null : <PromiseTable promise={ledger.data.promise} />;
}

/** How far notaries and judicial platforms have anchored the ledger, and what went wrong last; none is said as plainly. */
export function Anchors() {
  const [params] = useSearchParams();
  const ledger = useQuery(getLedgerOptions());
  if (ledger.data === undefined) return null;
  const { anchors } = ledger.data;
  return (
    <section className="card">
      <h2>{t('anchors')}</h2>
      {anchors.length === 0 && <p className="note">{t('anchor_none')}</p>}
      {anchors.length > 0 && (
        <>
          <ul className="ledger-anchors">
            {anchors.map((one) => (
              <li key={one.title}>
                <strong>{one.title}</strong>{' '}
                {one.entry !== null && one.size !== null && one.anchored_ms !== null ? (
                  <>
                    {t('anchored_what', { size: one.size.toLocaleString('en'), time: civilTime(new Date(one.anchored_ms).toISOString()) })}{' '}
                    <Link to={`/ledger/${one.entry}${keeping(params)}`}>{t('anchor_reply')}</Link>
                  </>
                ) : (
                  <span className="muted">{t('anchor_never')}</span>
                )}
                {one.problem !== '' && (
                  <>
                    <br />
                    <span className="badge badge-warn">{t('anchor_failed')}</span>{' '}
                    {one.tried_ms !== null && civilTime(new Date(one.tried_ms).toISOString())} {one.problem}
                  </>
                )}
              </li>
            ))}
          </ul>
          <p className="muted">{t('anchor_note')}</p>
        </>
      )}
    </section>
  );
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
