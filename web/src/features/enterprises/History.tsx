import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { Link, useSearchParams } from 'react-router';

import type { EnterpriseEvent } from '../../client';
import { getEnterpriseHistoryOptions } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { keeping, useMoment } from '../../lib/moment';
import { Desk } from './Desk';
import type { TabProps } from './Page';
import { Pager, usePage } from './Pager';
import { inOrder, namesOf, sentence, valueText } from './story';
import { civil } from './time';
import { t, word } from './words';

const SIZE = 25;

/** 变更: the correction desk, and everything that ever happened, newest first. */
export function History({ firm }: TabProps) {
  const [params, setParams] = useSearchParams();
  const moment = useMoment();
  const [page] = usePage();
  const kind = params.get('kind');
  const names = useMemo(() => namesOf(firm), [firm]);
  const { data, error, isPending } = useQuery({
    ...getEnterpriseHistoryOptions({ path: { name: firm.enterprise.id }, query: { ...(kind === null ? {} : { kind: [kind] }), page, size: SIZE, ...moment } }),
    placeholderData: keepPreviousData,
  });
  const pick = (next: string) => setParams((old) => new URLSearchParams(keeping(old, { tab: 'history', kind: next })), { preventScrollReset: true });
  return (
    <>
      <Desk firm={firm} />
      <p className="muted">{t('history_lead')}</p>
      {error !== null && <ProblemNote error={error} />}
      {isPending && <Waiting />}
      {data && (
        <>
          <div className="filters" role="group" aria-label={t('kind')}>
            <button type="button" className="button button-small" aria-pressed={kind === null} onClick={() => pick('')}>
              {t('all')}
            </button>
            {inOrder(data.kinds).map(([name, count]) => (
              <button key={name} type="button" className="button button-small" aria-pressed={kind === name} onClick={() => pick(name)}>
                {word('event_kind', name)} {count}
              </button>
            ))}
          </div>
          {data.rows.length === 0 && <p className="note">{t('no_events')}</p>}
          <ol className="events">
            {data.rows.map((one) => (
              <Event key={`${one.entry} ${one.about}`} one={one} zone={firm.zone} names={names} />
            ))}
          </ol>
          <Pager total={data.total} size={SIZE} />
        </>
      )}
    </>
  );
}

function Event({ one, zone, names }: { one: EnterpriseEvent; zone: string; names: ReadonlyMap<string, string> }) {
  const [params] = useSearchParams();
  const people = [one.by === '' ? '' : t('by', { by: one.by }), one.second_by === '' ? '' : t('second_by', { by: one.second_by })].filter((text) => text !== '');
  return (
    <li className="card event">
      <p className="event-head">
        <span className="badge">{word('event_kind', one.kind)}</span>
        <time dateTime={one.recorded}>{civil(one.recorded, zone)}</time>
        <Link to={`/ledger/${one.entry}${keeping(params)}`}>{t('entry_n', { index: one.entry })}</Link>
        {one.receipt !== null && <Link to={{ search: withFigure(params, one.receipt) }}>{one.receipt}</Link>}
        {one.supersedes !== null && (
          <Link to={`/ledger/${one.supersedes}${keeping(params)}`} className="muted">
            {t('supersedes', { index: one.supersedes })}
          </Link>
        )}
      </p>
      <p>{sentence(one, zone, names)}</p>
      {one.kind === 'correction' && (
        <dl className="pairs before-after">
          <dt>{t('before')}</dt>
          <dd>
            <s>{valueText(one.said['before'], one.said['before_state'], String(one.said['unit'] ?? ''))}</s>
          </dd>
          <dt>{t('after')}</dt>
          <dd>
            <strong>{valueText(one.said['value'], one.said['state'], String(one.said['unit'] ?? ''))}</strong>
          </dd>
        </dl>
      )}
      {one.reason !== '' && <p className="muted">{t('reason', { reason: one.kind === 'seal' ? word('seal_reason', one.reason) : one.reason })}</p>}
      {people.length > 0 && <p className="muted">{people.join(' · ')}</p>}
    </li>
  );
}

function withFigure(params: URLSearchParams, receipt: string): string {
  const next = new URLSearchParams(params);
  next.set('figure', receipt);
  return `?${next.toString()}`;
}
