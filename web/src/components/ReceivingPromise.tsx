import { Scroll } from './Scroll';
import type { ReceivingPromise } from '../client';
import en from '../i18n/en/promise';
import zh from '../i18n/zh-CN/promise';
import { seconds } from '../lib/seconds';
import { words } from '../lib/language';

const t = words(zh, en);
type Kind = 'acknowledged' | 'signed';

/** What is promised of receiving, and how it was kept: words beside every colour, and "no data" where there is none. */
export function PromiseTable({ promise }: { promise: ReceivingPromise }) {
  const { measured, waiting_ms: waiting } = promise;
  const allowed = measured.find((one) => one.kind === 'signed')?.promised_ms ?? 0;
  const late = waiting !== null && waiting > allowed;
  return (
    <section className="card">
      <h2>{t('title')}</h2>
      <p className="muted">{t('lead')}</p>
      <Scroll label={t('title')} role="region">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('what')}</th>
              <th scope="col">{t('span')}</th>
              <th scope="col" className="number">{t('count')}</th>
              <th scope="col" className="number">p50</th>
              <th scope="col" className="number">p99</th>
              <th scope="col" className="number">{t('worst')}</th>
              <th scope="col" className="number">{t('late')}</th>
              <th scope="col">{t('result')}</th>
            </tr>
          </thead>
          <tbody>
            {measured.map((one) => (
              <tr key={`${one.kind}${one.days}`}>
                <th scope="row">{t(one.kind as Kind, { seconds: seconds(one.promised_ms) })}</th>
                <td>{t(one.days === 1 ? 'days_1' : 'days_7')}</td>
                <td className="number">{one.count.toLocaleString('en')}</td>
                <td className="number">{one.p50_ms === null ? '—' : `≤ ${seconds(one.p50_ms)} s`}</td>
                <td className="number">{one.p99_ms === null ? '—' : `≤ ${seconds(one.p99_ms)} s`}</td>
                <td className="number">{one.worst_ms === null ? '—' : `${seconds(one.worst_ms)} s`}</td>
                <td className="number">{one.late.toLocaleString('en')}</td>
                <td>{one.kept === null ? <span className="muted">{t('no_data')}</span> : <span className={one.kept ? 'verdict-good' : 'verdict-bad'}>{t(one.kept ? 'kept' : 'broken')}</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className={late ? 'verdict-bad' : 'muted'} role={late ? 'alert' : undefined}>
        {waiting === null ? t('nothing_waits') : t(late ? 'waits_late' : 'waits', { seconds: seconds(waiting) })}
      </p>
    </section>
  );
}
