import { useQuery } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { Link, useLocation, useSearchParams } from 'react-router';

import type { Group, Hit } from '../../client';
import { searchOptions } from '../../client/@tanstack/react-query.gen';
import { Figure } from '../../components/Figure';
import { figureWord } from '../../components/figureWords';
import { ProblemNote } from '../../components/ProblemNote';
import { addressOf } from '../../components/searchHit';
import { Waiting } from '../../components/Waiting';
import zh from '../../i18n/zh-CN/search';
import en from '../../i18n/en/search';
import { either, words } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import './results.css';

const t = words(zh, en);
const KINDS = ['subject', 'receipt', 'entry', 'method', 'indicator'] as const;

/** Everything a text finds, by kind; the address is the question. */
export default function SearchPage() {
  const [params, setParams] = useSearchParams();
  const moment = useMoment();
  const q = params.get('q')?.trim() ?? '';
  const kind = KINDS.find((one) => one === params.get('kind'));
  const found = useQuery({ ...searchOptions({ query: { q, kind, ...moment } }), enabled: q !== '' });
  return (
    <>
      <h1>{t('results')}</h1>
      <Ask key={q} q={q} ask={(text) => setParams(new URLSearchParams(keeping(params, { q: text }).slice(1)))} />
      {q === '' && <p className="muted">{t('none_what')}</p>}
      {q !== '' && found.isPending && <Waiting label={t('searching')} />}
      {found.isError && <ProblemNote error={found.error} retry={() => void found.refetch()} />}
      {found.data !== undefined && found.data.groups.length === 0 && (
        <section className="note">
          <h2>{t('none', { q })}</h2>
          <p>{t('none_what')}</p>
        </section>
      )}
      {kind !== undefined && (
        <p>
          <Link to={{ search: keeping(params, { q }) }}>{t('everything')}</Link>
        </p>
      )}
      {found.data?.groups.map((group) => (
        <Results key={group.kind} group={group} more={keeping(params, { q, kind: group.kind })} />
      ))}
    </>
  );
}

function Ask({ q, ask }: { q: string; ask: (text: string) => void }) {
  const [text, setText] = useState(q);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (text.trim() !== '') ask(text.trim());
  };
  return (
    <form className="search-ask" role="search" aria-label={t('results')} onSubmit={submit}>
      <input type="search" aria-label={t('ask')} placeholder={t('hint')} maxLength={100} value={text} onChange={(event) => setText(event.target.value)} />
      <button type="submit" className="button button-primary">
        {t('search')}
      </button>
    </form>
  );
}

function Results({ group, more }: { group: Group; more: string }) {
  return (
    <section className="card search-results">
      <h2>
        {either(group.name_zh, group.name_en)} <small className="muted">{t('shown', { shown: group.hits.length, count: group.count })}</small>{' '}
        {group.count > group.hits.length && <Link to={{ search: more }}>{t('only')}</Link>}
      </h2>
      <ul>
        {group.hits.map((hit) => (
          <Result key={hit.id} hit={hit} />
        ))}
      </ul>
    </section>
  );
}

function Result({ hit }: { hit: Hit }) {
  const [params] = useSearchParams();
  const location = useLocation();
  return (
    <li>
      <div>
        <Link to={addressOf(hit, params, location.pathname)}>{either(hit.title_zh, hit.title_en)}</Link>
        {hit.synthetic && hit.kind === 'subject' && <span className="mark mark-synthetic">{figureWord('synthetic')}</span>}
        <br />
        <small className="muted">{either(hit.detail_zh, hit.detail_en)}</small>
      </div>
      {hit.amount !== null && hit.amount !== undefined && <Figure amount={hit.amount} />}
    </li>
  );
}
