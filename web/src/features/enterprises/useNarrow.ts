import { useSyncExternalStore } from 'react';

const query = window.matchMedia('(max-width: 820px)');

function watch(told: () => void): () => void {
  query.addEventListener('change', told);
  return () => query.removeEventListener('change', told);
}

/** Whether the window is too narrow for a table. */
export function useNarrow(): boolean {
  return useSyncExternalStore(watch, () => query.matches);
}
