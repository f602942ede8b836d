import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';

import { listNoticesOptions } from '../../client/@tanstack/react-query.gen';
import type { NoticeBody } from '../../client';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import zh from '../../i18n/zh-CN/notices';
import en from '../../i18n/en/notices';
import { civilTime } from '../../lib/civil';
import { either, words } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import './notices.css';

const t = words(zh, en);

const KINDS = ['hole', 'conflict', 'silent', 'quarantine', 'moved', 'deadline', 'late', 'correction'] as const;
type Kind = (typeof KINDS)[number];
const SEVERITIES = ['error', 'warning', 'info'] as const;

/** 提醒: what somebody should look at, the gravest first; each leads to where it can be looked at. */
export default function Notices() {
  const moment = useMoment();
  const [params, setParams] = useSearchParams();
  const kind = KINDS.find((one) => one === params.get('kind'));
  const query = useQuery({
    ...listNoticesOptions({ query: { ...moment, ...(kind === undefined ? {} : { kind }) } }),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
  if (query.isPending) return <Waiting />;
  if (query.isError) return <ProblemNote error={query.error} retry={() => void query.refetch()} />;
  const found = query.data;
  const counts = new Map<string, number>();
  for (const one of found.counts) counts.set(one.kind, (counts.get(one.kind) ?? 0) + one.count);
  const all = [...counts.values()].reduce((sum, one) => sum + one, 0);
  const choose = (wanted: Kind | undefined) => {
    const next = new URLSearchParams(params);
    if (wanted === undefined) next.delete('kind');
    else next.set('kind', wanted);
    setParams(next);
  };
  return (
    <>
      <h1>{t('title')}</h1>
      <p className="muted">{t('what', { day: found.day })}</p>
      <div className="notice-kinds" role="group" aria-label={t('kinds')}>
        <button type="button" className="button button-small" aria-pressed={kind === undefined} onClick={() => choose(undefined)}>
          {t('all')} {all}
        </button>
        {KINDS.filter((one) => counts.has(one)).map((one) => (
          <button key={one} type="button" className="button button-small" aria-pressed={kind === one} onClick={() => choose(one)}>
            {t(`kind.${one}`)} {counts.get(one)}
          </button>
        ))}
      </div>
      {found.notices.length === 0 && <p className="note">{t('none')}</p>}
      {SEVERITIES.map((severity) => (
        <Group key={severity} severity={severity} notices={found.notices.filter((one) => one.severity === severity)} />
      ))}
    </>
  );
}

function Group({ severity, notices }: { severity: (typeof SEVERITIES)[number]; notices: NoticeBody[] }) {
  if (notices.length === 0) return null;
  return (
    <section className="card notice-group">
      <h2>
        {t(`severity.${severity}`)} <span className="muted">{notices.length}</span>
      </h2>
      <ul>
        {notices.map((one) => (
          <Line key={`${one.kind}${one.target}${one.text_en}`} one={one} />
        ))}
      </ul>
    </section>
  );
}

function Line({ one }: { one: NoticeBody }) {
  const [params] = useSearchParams();
  const [path = '', search = ''] = one.target.split('?');
  const more = Object.fromEntries(new URLSearchParams(search));
  const kind = KINDS.find((each) => each === one.kind);
  return (
    <li>
      <span className={`mark notice-${one.severity}`}>{kind === undefined ? one.kind : t(`kind.${kind}`)}</span>
      <Link to={`${path}${keeping(params, more)}`}>{either(one.text_zh, one.text_en)}</Link>
      {one.since !== null && <time className="muted" dateTime={one.since}>{t('since', { time: civilTime(one.since) })}</time>}
    </li>
  );
}
