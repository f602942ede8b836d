import type { LogKeyBody } from '../../client';

/** What a key of the log does now: it signs alone or beside the next one, it is retired, or it has not signed yet. */
export function stateOf(keys: readonly LogKeyBody[], at: number): 'key_signs' | 'key_beside' | 'key_retired' | 'key_waits' {
  const followed = at + 1 < keys.length;
  if (keys[at]?.signs === true) return followed ? 'key_beside' : 'key_signs';
  return followed ? 'key_retired' : 'key_waits';
}
