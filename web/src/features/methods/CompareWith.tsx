import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useSearchParams } from 'react-router';

import type { PackRow } from '../../client';
import { listPacksOptions } from '../../client/@tanstack/react-query.gen';
import { either } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import { familyOf } from './finding';
import { t } from './naming';

/** Choose another method to set beside this one; those of its own standard come first. */
export function CompareWith({ fingerprint, near }: { fingerprint: string; near: string }) {
  const moment = useMoment();
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const packs = useQuery(listPacksOptions({ query: moment }));
  const [chosen, choose] = useState('');
  const others = (packs.data ?? []).filter((one) => one.fingerprint !== fingerprint);
  if (others.length === 0) return null;
  const close = others.filter((one) => near !== '' && familyOf(one.pack) === familyOf(near));
  const rest = others.filter((one) => !close.includes(one));
  const option = (one: PackRow) => (
    <option key={one.fingerprint} value={one.fingerprint}>
      {either(one.title_zh, one.title_en)} · {one.edition}
    </option>
  );
  return (
    <form
      className="method-compare-with"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen !== '') void navigate(`/methods/${fingerprint}/compare/${chosen}${keeping(params)}`);
      }}
    >
      <label>
        {t('compare_with')}
        <select value={chosen} onChange={(event) => choose(event.target.value)}>
          <option value="">{t('choose')}</option>
          {close.length > 0 && <optgroup label={t('same_family')}>{close.map(option)}</optgroup>}
          <optgroup label={t('all_packs')}>{rest.map(option)}</optgroup>
        </select>
      </label>
      <button type="submit" className="button" disabled={chosen === ''}>
        {t('compare_go')}
      </button>
    </form>
  );
}
