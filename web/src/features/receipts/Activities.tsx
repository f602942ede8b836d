import { Link, useSearchParams } from 'react-router';

import type { DrawerActivity as Activity, DrawerDay as Day, Drawer, DrawerSeries as Series } from '../../client';
import { Figure } from '../../components/Figure';
import { Scroll } from '../../components/Scroll';
import { language } from '../../app/boot';
import { either, named } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { t } from './naming';

/** What was burnt and bought, by source and month; and for a month every day, which leads on to the frames. */
export function Activities({ drawer }: { drawer: Drawer }) {
  if (drawer.activities.length === 0) return null;
  const series = new Map(drawer.activities.flatMap((one) => one.series).map((one) => [one.series, one]));
  const shown = [...series.values()].filter((one) => one.days.length > 0);
  return (
    <section>
      <h3>{t('activities')}</h3>
      <Scroll label={t('activities')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('activity')}</th>
              <th scope="col">{t('emission_source')}</th>
              <th scope="col">{t('month')}</th>
              <th scope="col" className="number">
                {t('value')}
              </th>
              <th scope="col">{t('readings')}</th>
            </tr>
          </thead>
          <tbody>
            {drawer.activities.map((one) => (
              <Row key={`${one.symbol}${one.source}${one.month}`} activity={one} />
            ))}
          </tbody>
        </table>
      </Scroll>
      {shown.length > 0 && <p className="muted">{t('days')}</p>}
      {shown.map((one) => (
        <Days key={one.series} series={one} size={drawer.position.size} />
      ))}
    </section>
  );
}

function Row({ activity }: { activity: Activity }) {
  const [params] = useSearchParams();
  return (
    <tr>
      <td>
        {named(activity)} <code>{activity.symbol}</code>
      </td>
      <td>{either(activity.source_zh, activity.source_en)}</td>
      <td>{activity.month}</td>
      <td className="number">
        <Figure amount={activity.amount} still />
      </td>
      <td>
        {activity.statement !== null && (
          <>
            <Link to={`/ledger/${activity.statement}${keeping(params)}`}>{t('declared', { entry: activity.statement })}</Link>{' '}
            <small className="muted">{activity.origin}</small>
          </>
        )}
        {activity.statement !== null ? null : activity.expected === null ? '—' : t('readings_of', { present: activity.present, expected: activity.expected })}
        {activity.revised > 0 && <span className="mark mark-warn">{t('revised', { count: activity.revised })}</span>}
        {activity.conflicts > 0 && <span className="mark mark-warn">{t('conflicts', { count: activity.conflicts })}</span>}
      </td>
    </tr>
  );
}

function Days({ series, size }: { series: Series; size: number }) {
  return (
    <div className="days">
      <h4>
        <code>{series.series}</code> <small className="muted">{`${series.meter} · ${series.channel} ${series.device}`}</small>
      </h4>
      <ol>
        {series.days.map((one) => (
          <li key={one.day}>
            <a
              className={`day day-${filled(one)}`}
              href={`/${language}/series/${encodeURI(series.series)}/${one.day}?as_of=${size}`}
              title={`${one.day} · ${dayText(one)}`}
              aria-label={`${one.day}: ${dayText(one)}`}
            >
              {one.day.slice(8)}
            </a>
          </li>
        ))}
      </ol>
    </div>
  );
}

function filled(one: Day): 'full' | 'part' | 'none' | 'future' {
  if (!one.over) return 'future';
  if (one.expected === null || one.present >= one.expected) return 'full';
  return one.present === 0 ? 'none' : 'part';
}

function dayText(one: Day): string {
  const word = t(`day.${filled(one)}`);
  return one.expected === null ? word : `${t('readings_of', { present: one.present, expected: one.expected })} ${word}`;
}
