/** Where what was found is to be seen; the as-of point goes along. */
import type { Hit } from '../client';
import { keeping } from '../lib/moment';

/** The address of a hit within the workspace. A receipt opens over the page one is on (`here`). */
export function addressOf(hit: Hit, params: URLSearchParams, here: string): string {
  switch (hit.kind) {
    case 'subject':
      return hit.sort === 'enterprise'
        ? `/enterprises/${encodeURIComponent(hit.id)}${keeping(params)}`
        : `/explore${keeping(params, { subject: hit.id })}`;
    case 'receipt': {
      const next = new URLSearchParams(params);
      next.set('figure', hit.id);
      return `${here}?${next.toString()}`;
    }
    case 'entry':
      return `/ledger/${hit.id}${keeping(params)}`;
    case 'method':
      return `/methods/${hit.id}${keeping(params)}`;
    case 'indicator':
      return `/explore${keeping(params, { indicator: hit.id })}`;
  }
}
