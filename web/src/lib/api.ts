import { QueryClient } from '@tanstack/react-query';

import type { ProblemBody } from '../client';
import { client } from '../client/client.gen';
import { boot } from '../app/boot';

/** Requests that change something carry the session's token; the server refuses them without it. */
client.setConfig({ baseUrl: window.location.origin });
client.interceptors.request.use((request) => {
  if (!['GET', 'HEAD'].includes(request.method) && boot.session.form_token)
    request.headers.set('X-Tansuo-Token', boot.session.form_token);
  return request;
});

/** The problem the server described (RFC 9457), or null where it was not a problem of the server's. */
export function problemOf(error: unknown): ProblemBody | null {
  return typeof error === 'object' && error !== null && 'findings' in error && 'status' in error
    ? (error as ProblemBody)
    : null;
}

/** Refused requests are not tried again: the same question gets the same answer. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      refetchOnWindowFocus: false,
      retry: (count, error) => count < 2 && (problemOf(error)?.status ?? 503) >= 503,
    },
  },
});
