import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';

import type { PendingCorrection } from '../../client';
import { language } from '../../app/boot';
import { useSession } from '../../app/session';
import { confirmCorrectionMutation, declineCorrectionMutation, listCorrectionsOptions } from '../../client/@tanstack/react-query.gen';
import { Doubts, Size } from '../../components/Correcting';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import en from '../../i18n/en/desk';
import zh from '../../i18n/zh-CN/desk';
import { either, named, words } from '../../lib/language';
import { isPast, keeping, useMoment } from '../../lib/moment';
import { civilTime } from '../../lib/time';
import { readingText } from '../home/Parts';
import '../publish/publish.css';

const t = words(zh, en);

/** What waits for the second person: both values, who asked and why; confirm, or decline with a reason. */
export default function Corrections() {
  const moment = useMoment();
  const found = useQuery(listCorrectionsOptions({ query: moment }));
  return (
    <>
      <h1>{t('corrections')}</h1>
      <p className="muted">{t('corrections_what')}</p>
      {isPast(moment) && <p className="note">{t('settle_now')}</p>}
      {found.isPending && <Waiting />}
      {found.isError && <ProblemNote error={found.error} retry={() => void found.refetch()} />}
      {found.data?.length === 0 && <p className="note">{t('none')}</p>}
      {found.data?.map((one) => (
        <Request key={one.case} one={one} past={isPast(moment)} />
      ))}
    </>
  );
}

function Request({ one, past }: { one: PendingCorrection; past: boolean }) {
  const [params] = useSearchParams();
  const settles = useSession().features.includes('settle_corrections');
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const again = () => setTimeout(() => void client.invalidateQueries(), 1500);
  const confirm = useMutation({ ...confirmCorrectionMutation(), onSuccess: again });
  const decline = useMutation({ ...declineCorrectionMutation(), onSuccess: again });
  const settled = decline.data?.entry ?? (confirm.data as { entry: number } | undefined)?.entry;
  const busy = confirm.isPending || decline.isPending;
  const path = { name: one.case };
  return (
    <section className="card desk-request">
      <h2>
        {named(one.firm)} · {either(one.source_zh, one.source_en)} · {civilTime(one.start)}
      </h2>
      <dl className="desk-values">
        <div>
          <dt>{t('present')}</dt>
          <dd>{readingText(one.present, one.present_state, one.unit)}</dd>
        </div>
        <div>
          <dt>{t('wanted')}</dt>
          <dd>{readingText(one.value, one.state, one.unit)}</dd>
        </div>
        {one.change !== null && (
          <div>
            <dt>{t('change')}</dt>
            <dd>
              <Size change={one.change} percent={one.change_percent} unit={one.unit} />
            </dd>
          </div>
        )}
      </dl>
      <Doubts doubts={one.doubts} />
      <p>{one.reason}</p>
      <p className="muted">
        {t('asked', { by: one.asked_by, time: civilTime(one.asked_at) })}
        {one.document !== null && ` · ${t('document', { digest: one.document.slice(0, 12) })}`} ·{' '}
        <a href={`/${language}/series/${one.series}/${one.day}${keeping(params)}`}>{t('open_day')}</a>
      </p>
      {settled !== undefined ? (
        <p role="status">{t('settled', { entry: settled })}</p>
      ) : past || !settles ? null : one.mine ? (
        <p className="note">{t('mine')}</p>
      ) : (
        <div className="desk-actions">
          <button type="button" className="button button-primary" disabled={busy} onClick={() => confirm.mutate({ path })}>
            {t('confirm')}: {readingText(one.present, one.present_state, one.unit)} → {readingText(one.value, one.state, one.unit)}
          </button>
          <label>
            {t('decline_reason')}
            <input value={reason} maxLength={2000} onChange={(event) => setReason(event.target.value)} />
          </label>
          <button type="button" className="button" disabled={busy || reason.trim().length < 3} onClick={() => decline.mutate({ path, body: { reason } })}>
            {t('decline')}
          </button>
        </div>
      )}
      {confirm.isError && <ProblemNote error={confirm.error} />}
      {decline.isError && <ProblemNote error={decline.error} />}
    </section>
  );
}
