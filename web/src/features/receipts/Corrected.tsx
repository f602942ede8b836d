import { Link, useSearchParams } from 'react-router';

import type { CorrectedValue, Drawer } from '../../client';
import { language } from '../../app/boot';
import { keeping } from '../../lib/moment';
import { clock, t, valueText } from './naming';

/** How many values of the figure were corrected, those in it and those since apart; leads to the list. */
export function CorrectedCounts({ drawer }: { drawer: Drawer }) {
  const since = drawer.corrected.filter((one) => !one.inside).length;
  const inside = drawer.corrected.length - since;
  return (
    <>
      {inside > 0 && (
        <a className="badge badge-warn" href="#corrected">
          {t('corrected_in', { count: inside })}
        </a>
      )}
      {since > 0 && (
        <a className="badge badge-warn" href="#corrected">
          {t('corrected_since', { count: since })}
        </a>
      )}
    </>
  );
}

/** 更正值: both versions of every corrected value, why, by whom, and their entries. */
export function Corrected({ drawer }: { drawer: Drawer }) {
  if (drawer.corrected.length === 0) return null;
  return (
    <section id="corrected">
      <h3>{t('corrected')}</h3>
      <ul className="drawer-list">
        {drawer.corrected.map((one) => (
          <One key={`${one.entry} ${one.what} ${one.at}`} one={one} />
        ))}
      </ul>
    </section>
  );
}

function One({ one }: { one: CorrectedValue }) {
  const [params] = useSearchParams();
  const what = `${one.what} ${one.day === null ? one.at : clock(one.at)}`;
  const entry = (index: number) => <Link to={`/ledger/${index}${keeping(params)}`}>{index}</Link>;
  return (
    <li>
      {one.day === null ? what : <a href={`/${language}/series/${encodeURI(one.what)}/${one.day}${keeping(params)}`}>{what}</a>} ·{' '}
      {one.before === '' ? t('corrected_none') : valueText(one.before)} → <strong>{valueText(one.after)}</strong> {one.unit} · {one.reason} ·{' '}
      <span className="muted">
        {one.people} · {clock(one.recorded)}
      </span>{' '}
      · {t('entry')} {one.before_entry !== null && <>{entry(one.before_entry)} → </>}
      {entry(one.entry)} · <span className="mark">{t(one.inside ? 'corrected_inside' : 'corrected_after')}</span>
    </li>
  );
}
