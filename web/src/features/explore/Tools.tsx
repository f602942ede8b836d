import { useState } from 'react';

import { language } from '../../app/boot';
import type { ExploreBody } from '../../client';
import { t } from './naming';
import { lookPairs, type Look } from './state';

const FORMS = ['csv', 'xlsx', 'json'] as const;

/** What can be taken away: a link pinned to the point of the ledger, and files of the very same question. */
export function Tools({ answer, look }: { answer: ExploreBody; look: Look }) {
  const [copied, setCopied] = useState<'' | 'done' | 'by_hand'>('');
  const point = `${answer.as_of.origin}@${String(answer.as_of.size)}`;
  const question = answer.permalink.slice(answer.permalink.indexOf('?') + 1);
  const shown = lookPairs(look).map(([name, value]) => `&${name}=${value}`).join('');
  const link = `${window.location.origin}/${language}/app/explore?${question}${shown}`;
  const copy = () => {
    void (navigator.clipboard as Clipboard | undefined)?.writeText(link).then(
      () => setCopied('done'),
      () => setCopied('by_hand'),
    );
    if ((navigator.clipboard as Clipboard | undefined) === undefined) setCopied('by_hand');
  };
  return (
    <div className="explore-tools no-print">
      <button type="button" className="button button-small" title={t('link_what', { point })} onClick={copy}>
        {t('link')}
      </button>
      <span role="status" className="muted">
        {copied === 'done' ? `${t('link_done')} · ${t('link_what', { point })}` : ''}
        {copied === 'by_hand' && (
          <label>
            {t('link_by_hand')} <input readOnly value={link} onFocus={(event) => event.target.select()} />
          </label>
        )}
      </span>
      <span className="spacer" />
      <span className="explore-export" title={t('export_what')}>
        {t('export')}
        {FORMS.map((form) => (
          <a key={form} className="button button-small" href={`/api/explore/export.${form}?${question}`} download>
            {form.toUpperCase()}
          </a>
        ))}
      </span>
    </div>
  );
}
