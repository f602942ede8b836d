import { useId, useRef, useState, type FormEvent } from 'react';
import { useSearchParams } from 'react-router';

import zh from '../i18n/zh-CN/shell';
import en from '../i18n/en/shell';
import { words } from '../lib/language';
import { momentOf } from '../lib/moment';
import { useDismiss } from '../lib/dismiss';
import { boot } from './boot';

const t = words(zh, en);

/** 按当日所知: one day for the whole workspace; it stays in the address on every page. */
export function AsOfPicker() {
  const [params, setParams] = useSearchParams();
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const name = useId();
  const moment = momentOf(params);
  useDismiss(place, open, () => setOpen(false));
  const choose = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const day = new FormData(event.currentTarget).get('day');
    const next = new URLSearchParams(params);
    next.delete('as_of');
    next.delete('known_on');
    if (typeof day === 'string' && day !== '' && day !== boot.ledger.today) next.set('known_on', day);
    setParams(next);
    setOpen(false);
  };
  const label = moment.known_on ?? (moment.as_of === undefined ? t('known_now') : t('known_size', { size: moment.as_of }));
  return (
    <div className="popover-place" ref={place}>
      <button
        type="button"
        className={moment.known_on === undefined && moment.as_of === undefined ? 'icon-button' : 'icon-button active'}
        aria-expanded={open}
        aria-controls={name}
        onClick={() => setOpen(!open)}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zm0 4v5l4 2" />
        </svg>
        <span className="wide-only">{label}</span>
        <span className="visually-hidden narrow-label">{label}</span>
      </button>
      {open && (
        <form id={name} className="popover" onSubmit={choose}>
          <p>{t('known_what')}</p>
          <label>
            {t('known_date')}
            <input type="date" name="day" max={boot.ledger.today} defaultValue={moment.known_on ?? ''} />
          </label>
          <button type="submit" className="button button-primary">
            {t('show')}
          </button>
        </form>
      )}
    </div>
  );
}
