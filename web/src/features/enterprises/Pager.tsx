import { useSearchParams } from 'react-router';

import { t } from './words';

/** The page of a list within a tab, kept in the address. */
export function usePage(): [number, (page: number) => void] {
  const [params, setParams] = useSearchParams();
  const text = params.get('page') ?? '';
  const page = /^[1-9]\d{0,4}$/.test(text) ? parseInt(text, 10) : 1;
  const go = (next: number) =>
    setParams((old) => {
      const changed = new URLSearchParams(old);
      if (next === 1) changed.delete('page');
      else changed.set('page', String(next));
      return changed;
    });
  return [page, go];
}

export function Pager({ total, size }: { total: number; size: number }) {
  const [page, go] = usePage();
  const pages = Math.max(1, Math.ceil(total / size));
  if (pages === 1) return null;
  const said = t('page', { page, pages });
  return (
    <nav className="pages" aria-label={said}>
      <button type="button" className="button button-small" disabled={page <= 1} onClick={() => go(page - 1)}>
        {t('previous')}
      </button>
      <span>{said}</span>
      <button type="button" className="button button-small" disabled={page >= pages} onClick={() => go(page + 1)}>
        {t('next')}
      </button>
    </nav>
  );
}
