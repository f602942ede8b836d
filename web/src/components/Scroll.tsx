import type { ReactNode } from 'react';

interface Scrolled {
  /** What is in it, for who cannot see: the heading above it, or the table's name. */
  label: string;
  children: ReactNode;
  /** More classes. */
  className?: string;
  role?: 'group' | 'region';
  busy?: boolean;
}

/** Something that may be wider than its place: it scrolls by itself, by keys too, and the page does not. */
export function Scroll({ label, children, className = '', role = 'group', busy }: Scrolled) {
  return (
    <div className={`scroll ${className}`.trim()} tabIndex={0} role={role} aria-label={label} aria-busy={busy}>
      {children}
    </div>
  );
}
