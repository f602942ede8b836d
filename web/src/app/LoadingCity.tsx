import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { getLoadingOptions } from '../client/@tanstack/react-query.gen';
import zh from '../i18n/zh-CN/shell';
import en from '../i18n/en/shell';
import { either, words } from '../lib/language';

const t = words(zh, en);
const PACE = 2_000;

/** While the city's history is loaded behind the page: how far it is; what the page shows is asked for again. */
export function LoadingCity() {
  const client = useQueryClient();
  const { data } = useQuery({
    ...getLoadingOptions(),
    refetchInterval: (query) => (query.state.data?.loading === false ? false : PACE),
    staleTime: 0,
  });
  const done = data?.done ?? null;
  const loading = data?.loading ?? true;
  useEffect(() => {
    // Everything but the question itself: figures grow with every step.
    void client.invalidateQueries({ predicate: (query) => !isLoading(query.queryKey) });
  }, [client, done, loading]);
  if (data === undefined || !data.loading) return null;
  const share = data.of > 0 ? (100 * data.done) / data.of : 0;
  return (
    <div className="note loading-city" role="status">
      <p>{t('loading_city', { label: either(data.label_zh, data.label_en), done: data.done, of: data.of })}</p>
      <div className="progress" aria-hidden="true">
        <span style={{ width: `${String(share)}%` }} />
      </div>
    </div>
  );
}

function isLoading(key: readonly unknown[]): boolean {
  const first = key[0];
  return typeof first === 'object' && first !== null && '_id' in first && first._id === 'getLoading';
}
