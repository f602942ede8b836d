import { useQuery } from '@tanstack/react-query';

import { getSystemHealthOptions } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { PromiseTable } from '../../components/ReceivingPromise';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { gigabytes } from '../../lib/bytes';
import { civilTime } from '../../lib/time';
import { Count, Status } from '../home/Parts';
import { t } from './words';

/** How the platform fares, read anew every five seconds. */
export function System() {
  const found = useQuery({ ...getSystemHealthOptions(), refetchInterval: 5000 });
  if (found.isPending) return <Waiting />;
  if (found.isError) return <ProblemNote error={found.error} retry={() => void found.refetch()} />;
  const one = found.data;
  const time = (instant: string | null) => (instant === null ? t('none') : civilTime(instant));
  return (
    <>
      <h1>{t('system')}</h1>
      <section className="card">
        <h2>{t('services')}</h2>
        <Scroll label={t('services')}>
          <table className="plain">
            <thead>
              <tr>
                <th>{t('service')}</th>
                <th>{t('state')}</th>
                <th>{t('since')}</th>
                <th>{t('address')}</th>
              </tr>
            </thead>
            <tbody>
              {one.services.map((each) => (
                <tr key={each.name}>
                  <th scope="row">{each.name}</th>
                  <td>
                    <Status word={t(`state.${each.state}`)} bad={each.state !== 'running'} good={each.state === 'running'} />
                  </td>
                  <td>{each.since === null ? '—' : civilTime(each.since)}</td>
                  <td>
                    <code>{each.address}</code>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        <p className="muted">{t('jobs_note')}</p>
      </section>
      <h2>{t('ledger')}</h2>
      <div className="grid home-counts">
        <Count label={t('ledger_size')}>{one.ledger_size}</Count>
        <Count label={t('checkpoint')}>
          {one.checkpoint_size ?? t('none')} <small>{time(one.checkpoint_at)}</small>
        </Count>
        <Count label={t('last_entry')}>
          <small>{time(one.last_entry_at)}</small>
        </Count>
        <Count label={t('last_arrival')}>
          <small>{time(one.last_arrival_at)}</small>
        </Count>
      </div>
      <PromiseTable promise={one.promise} />
      <h2>{t('projections')}</h2>
      <div className="grid home-counts">
        {one.projections.map((each) => (
          <Count key={each.name} label={each.name}>
            {t('lag', { count: each.lag })}
          </Count>
        ))}
      </div>
      <h2>{t('queues')}</h2>
      <div className="grid home-counts">
        <Count label={t('chunks')}>{t('chunks_of', { records: one.waiting_records, chunks: one.waiting_chunks })}</Count>
        <Count label={t('quarantined')}>{one.quarantined}</Count>
      </div>
      <h2>{t('disk')}</h2>
      <div className="grid home-counts">
        <Count label={t('database', { version: one.database_version })}>{gigabytes(one.database_bytes)} GB</Count>
        <Count label={t('segments')}>{gigabytes(one.segment_bytes)} GB</Count>
        <Count label={t('free')}>
          {gigabytes(one.disk_free_bytes)} / {gigabytes(one.disk_bytes)} GB
        </Count>
      </div>
    </>
  );
}
