/** Homes of the three administrators: how their own work stands. */
import type { AuditHome, SecurityHome, SystemHome } from '../../client';
import { gigabytes } from '../../lib/bytes';
import { Erasures } from '../personal/Desk';
import { Count, To } from './Parts';
import { StandingHolds } from './Waiting';
import { t } from './words';

export function SystemAdmin({ answer }: { answer: SystemHome }) {
  return (
    <>
      <div className="grid home-counts">
        <Count label={t('services')} note={answer.running < answer.services ? t('running_warn') : undefined}>
          {t('running_of', { running: answer.running, services: answer.services })}
        </Count>
        <Count label={t('lag')}>{t('entries', { count: answer.lag })}</Count>
        <Count label={t('unsigned')}>{answer.unsigned}</Count>
        <Count label={t('chunks')}>{answer.waiting_records}</Count>
        <Count label={t('disk')}>
          {gigabytes(answer.disk_free_bytes)} / {gigabytes(answer.disk_bytes)} GB
        </Count>
      </div>
      <p>
        <To to="/admin" main>
          {t('to_system')}
        </To>
      </p>
      <p className="muted">{t('no_business')}</p>
    </>
  );
}

export function SecurityAdmin({ answer }: { answer: SecurityHome }) {
  return (
    <>
      <div className="grid home-counts">
        <Count label={t('people')}>{answer.people}</Count>
        <Count label={t('open_sessions')}>{answer.open_sessions}</Count>
        <Count label={t('waiting_links')}>{answer.waiting_links}</Count>
        <Count label={t('failures')}>{answer.failures_last_day}</Count>
      </div>
      <p>
        <To to="/admin" main>
          {t('to_people')}
        </To>
      </p>
      <Erasures />
      <p className="muted">{t('no_business')}</p>
    </>
  );
}

const EVENTS = ['signed_in', 'signed_out', 'sign_in_failed', 'refused', 'link_made', 'link_withdrawn', 'sessions_ended', 'personal_opened'] as const;

export function AuditAdmin({ answer }: { answer: AuditHome }) {
  return (
    <>
      <h2>{t('last_day')}</h2>
      <div className="grid home-counts">
        {EVENTS.map((kind) => (
          <Count key={kind} label={t(`event.${kind}`)}>
            {answer.last_day[kind] ?? 0}
          </Count>
        ))}
      </div>
      <p>
        <To to="/admin" main>
          {t('to_log')}
        </To>
      </p>
      <Erasures />
      <StandingHolds acting />
      <p className="muted">{t('no_business')}</p>
    </>
  );
}
