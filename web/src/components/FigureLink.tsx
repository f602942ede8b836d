import { useEffect, type ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';

interface Props {
  figure: string;
  className: string;
  label?: string;
  children: ReactNode;
}

let before = '';
let others = '';

/** The search part of the page's address with the drawer of `figure` over it. */
function withFigure(search: string, figure: string): string {
  if (search !== before) {
    const params = new URLSearchParams(search);
    params.delete('figure');
    before = search;
    others = params.size === 0 ? '' : `${params.toString()}&`;
  }
  return `?${others}figure=${encodeURIComponent(figure)}`;
}

/**
 * The way from a number to its receipt: a plain link, in HTML and in drawings, for a page has hundreds of them
 * and the router's own links cost as much as all the rest. `useFollowedFigures` keeps them within the page.
 */
export function FigureLink({ figure, className, label, children }: Props) {
  const { search } = useLocation();
  return (
    <a href={withFigure(search, figure)} data-figure="" className={className} aria-label={label}>
      {children}
    </a>
  );
}

/** Follow the links to figures without loading the page anew, wherever on it they stand. Called once. */
export function useFollowedFigures(): void {
  const navigate = useNavigate();
  useEffect(() => {
    const follow = (event: MouseEvent) => {
      if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
      const link = event.target instanceof Element ? event.target.closest('a[data-figure]') : null;
      if (link === null) return;
      event.preventDefault();
      void navigate({ search: link.getAttribute('href') ?? '' });
    };
    document.addEventListener('click', follow);
    return () => document.removeEventListener('click', follow);
  }, [navigate]);
}
