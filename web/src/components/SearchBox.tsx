import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent } from 'react';
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router';

import type { Hit } from '../client';
import { searchOptions } from '../client/@tanstack/react-query.gen';
import zh from '../i18n/zh-CN/search';
import en from '../i18n/en/search';
import { either, words } from '../lib/language';
import { keeping, useMoment } from '../lib/moment';
import { addressOf } from './searchHit';
import './search.css';

const t = words(zh, en);
const SHOWN = 4;
const PAUSE = 160;

/** One box for everything. `/` puts the cursor into it, arrows choose, Enter opens, Escape closes. */
export function SearchBox() {
  const [text, setText] = useState('');
  const [asked, setAsked] = useState('');
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const box = useRef<HTMLInputElement>(null);
  const place = useRef<HTMLFormElement>(null);
  const id = useId();
  const navigate = useNavigate();
  const location = useLocation();
  const [params] = useSearchParams();
  const moment = useMoment();
  const wanted = asked.trim();
  const found = useQuery({
    ...searchOptions({ query: { q: wanted, limit: SHOWN, ...moment } }),
    enabled: open && wanted !== '',
    placeholderData: (kept) => kept,
  });
  const groups = wanted === '' ? [] : (found.data?.groups ?? []);
  const hits = groups.flatMap((one) => one.hits);

  useEffect(() => {
    const wait = window.setTimeout(() => setAsked(text), PAUSE);
    return () => window.clearTimeout(wait);
  }, [text]);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      const at = event.target instanceof HTMLElement ? event.target : null;
      const typing = at !== null && (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName));
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      box.current?.focus();
    };
    const onPress = (event: PointerEvent) => {
      if (event.target instanceof Node && !place.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('keydown', onKey);
    document.addEventListener('pointerdown', onPress);
    return () => {
      document.removeEventListener('keydown', onKey);
      document.removeEventListener('pointerdown', onPress);
    };
  }, []);

  const go = (to: string) => {
    setOpen(false);
    setChosen(-1);
    box.current?.blur();
    void navigate(to);
  };
  const visit = (hit: Hit) => go(addressOf(hit, params, location.pathname));
  const all = () => {
    if (text.trim() !== '') go(`/search${keeping(params, { q: text.trim() })}`);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const hit = hits[chosen];
    if (hit === undefined) all();
    else visit(hit);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      if (!open) setText('');
      setOpen(false);
      setChosen(-1);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const count = hits.length;
      if (count > 0) setChosen((chosen + step + count + (chosen < 0 && step < 0 ? 1 : 0)) % count);
    }
  };
  const shown = open && wanted !== '';
  return (
    <>
      <Link className="icon-button search-link" to={`/search${keeping(params)}`} aria-label={t('search')}>
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm5 11.5L21 21" />
        </svg>
      </Link>
      <form className="search-box no-print" role="search" ref={place} onSubmit={submit}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zm5 11.5L21 21" />
      </svg>
      <input
        ref={box}
        type="search"
        role="combobox"
        aria-label={t('search')}
        aria-expanded={shown}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={shown && chosen >= 0 ? `${id}-${chosen}` : undefined}
        aria-keyshortcuts="/"
        autoComplete="off"
        placeholder={t('hint')}
        title={t('keys')}
        maxLength={100}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setChosen(-1);
          setOpen(true);
        }}
        onFocus={() => setOpen(true)}
        onKeyDown={onKey}
      />
      <kbd aria-hidden="true">/</kbd>
      <div id={`${id}-list`} role="listbox" aria-label={t('results')} className="search-list" hidden={!shown}>
        {groups.map((group) => (
          <div key={group.kind} role="group" aria-label={either(group.name_zh, group.name_en)}>
            <p className="search-group" aria-hidden="true">
              {either(group.name_zh, group.name_en)} <span>{group.count}</span>
            </p>
            {group.hits.map((hit) => (
              <Option key={`${hit.kind}${hit.id}`} id={`${id}-${hits.indexOf(hit)}`} hit={hit} active={hits[chosen] === hit} visit={visit} />
            ))}
          </div>
        ))}
        {groups.length === 0 && !found.isFetching && <p className="search-none">{t('none', { q: wanted })}</p>}
        {groups.length > 0 && (
          <button type="button" className="search-all" tabIndex={-1} onClick={all}>
            {t('all', { q: wanted })}
          </button>
        )}
      </div>
      <p className="visually-hidden" role="status">
        {shown && found.data !== undefined ? t('found', { count: groups.reduce((sum, one) => sum + one.count, 0) }) : ''}
      </p>
      </form>
    </>
  );
}

function Option({ id, hit, active, visit }: { id: string; hit: Hit; active: boolean; visit: (hit: Hit) => void }) {
  return (
    <div id={id} role="option" aria-selected={active} className="search-option" onPointerDown={(event) => event.preventDefault()} onClick={() => visit(hit)}>
      <span>{either(hit.title_zh, hit.title_en)}</span>
      <small>{either(hit.detail_zh, hit.detail_en)}</small>
    </div>
  );
}
