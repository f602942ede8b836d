import { useId, useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import type { CockpitBody, MoverBody, MoversBody, ReasonBody } from '../../client';
import { Change } from '../../components/Change';
import { Figure } from '../../components/Figure';
import { either, named } from '../../lib/language';
import { grouped, signOf } from '../../lib/decimal';
import { keeping } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { t } from './words';

const KINDS = ['activity', 'factor', 'boundary', 'method', 'revised', 'rounding'] as const;

/** Who moved the sum most, and why: reasons are parts of the gap and add up to it. */
export function Movers({ found, short = false }: { found: CockpitBody; short?: boolean }) {
  const [chosen, setChosen] = useState(0);
  const name = useId();
  const group = found.movers[short ? 0 : chosen];
  if (group === undefined) return null;
  if (short) return <ShortMovers group={group} />;
  return (
    <section className="card">
      <div className="cockpit-title">
        <h2>{t('movers')}</h2>
        <div className="tabs" role="group" aria-label={t('movers')}>
          {found.movers.map((one, n) => (
            <button key={`${one.quantity}${one.against}`} type="button" className="button button-small" aria-pressed={n === chosen} aria-controls={name} onClick={() => setChosen(n)}>
              {one.quantity === 'E_fuel' ? t('direct') : t('indirect')} · {t('against', { base: one.against })}
            </button>
          ))}
        </div>
      </div>
      {group.movers.length === 0 && <p className="muted">{t('no_movers')}</p>}
      <ol id={name} className="movers">
        {group.movers.map((one) => (
          <Mover key={one.enterprise.id} one={one} group={group} />
        ))}
      </ol>
    </section>
  );
}

function ShortMovers({ group }: { group: MoversBody }) {
  const shown = group.movers.filter((one) => one.basis === 'value').slice(0, 3);
  if (shown.length === 0) return null;
  return (
    <div className="movers-short">
      <h3>{t('who_moved', { base: group.against })}</h3>
      <ol>
        {shown.map((one) => {
          const reason = one.reasons[0];
          return (
            <li key={one.enterprise.id}>
              {named(one.enterprise)} <Change value={one.gap} unit={group.unit} base={group.against} places={0} />
              {reason !== undefined && <span className="muted"> — {reasonHead(reason)}{one.remarks.some((each) => each.what === 'stopped') && ` · ${t('remark.stopped')}`}</span>}
            </li>
          );
        })}
      </ol>
    </div>
  );
}

function reasonHead(reason: ReasonBody): string {
  const kind = (KINDS as readonly string[]).includes(reason.kind) ? t(`why.${reason.kind as (typeof KINDS)[number]}`) : reason.kind;
  const source = reason.source === '' ? '' : `${either(reason.source_zh, reason.source_en)} · `;
  return `${source}${kind}`;
}

function Mover({ one, group }: { one: MoverBody; group: MoversBody }) {
  const [params] = useSearchParams();
  return (
    <li>
      <div className="mover-head">
        <Link to={`/enterprises/${one.enterprise.id}${keeping(params)}`}>{named(one.enterprise)}</Link>
        <Change value={one.gap} unit={group.unit} base={group.against} places={0} />
        {one.percent !== null && <span className="muted">{signed(one.percent)}% {t('of_base', { base: group.against })}</span>}
        {one.basis === 'known' && <span className="mark mark-warn">{t('on_known')}</span>}
        <span className="spacer" />
        <span className="muted">
          <Figure amount={one.earlier} places={0} bare quiet /> → <Figure amount={one.later} places={0} quiet />
        </span>
      </div>
      <ul className="reasons">
        {one.reasons.map((each) => (
          <li key={`${each.kind}${each.source}${each.symbol}${each.period}`}>
            <span className="reason-added">{signed(each.added)}</span>
            <span>
              <strong>{reasonHead(each)}</strong> {each.kind === 'revised' ? each.period : either(each.term_zh, each.term_en)}{' '}
              <span className="muted">
                {bare(each.before)} → {bare(each.after)} {unitText(each.unit)}
              </span>
            </span>
          </li>
        ))}
        {one.rest !== null && (
          <li>
            <span className="reason-added">{signed(one.rest)}</span>
            <span className="muted">{t('rest')}</span>
          </li>
        )}
        <li className="reason-sum">
          <span className="reason-added">{signed(one.gap)}</span>
          <span className="muted">{t('sum_of_reasons', { unit: unitText(group.unit) })}</span>
        </li>
      </ul>
      {one.remarks.length > 0 && (
        <p className="muted remarks">
          {one.remarks.map((each) => (
            <span key={`${each.what}${each.source}${each.period}`} className="mark">
              {t(`remark.${each.what as 'stopped' | 'hole' | 'conflict' | 'revised'}`)} · {either(each.source_zh, each.source_en)} {each.period} · {t('count_readings', { count: each.count })}
            </span>
          ))}
        </p>
      )}
    </li>
  );
}

/** Text before the factor's id and rung, grouped. */
function bare(text: string): string {
  return grouped(text.split(' ')[0] ?? text);
}

function signed(text: string): string {
  return signOf(text) > 0 ? `+${grouped(text)}` : grouped(text);
}
