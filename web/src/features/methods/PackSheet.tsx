import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';

import type { PackSheet as Read } from '../../client';
import { getPackSheetOptions, publishPackMutation } from '../../client/@tanstack/react-query.gen';
import { language } from '../../app/boot';
import { useSession } from '../../app/session';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { either } from '../../lib/language';
import { isPast, keeping, useMoment } from '../../lib/moment';
import { Body, Facts } from './Body';
import { CompareWith } from './CompareWith';
import { Standing } from './Standing';
import { Users } from './Users';
import { codeOf, t, validText } from './naming';

/** A pack as it came with the product, whether or not it is published here. */
export function PackSheet() {
  const { pack = '' } = useParams();
  const moment = useMoment();
  const found = useQuery(getPackSheetOptions({ path: { pack }, query: moment }));
  if (found.isPending) return <Waiting label={t('loading')} />;
  if (found.isError) return <ProblemNote error={found.error} />;
  return <Shown sheet={found.data} />;
}

function Shown({ sheet }: { sheet: Read }) {
  const [params] = useSearchParams();
  return (
    <div className="method-page">
      <p className="method-back">
        <Link to={`/methods${keeping(params)}`}>{t('back')}</Link> · {codeOf('group', sheet.group)}
      </p>
      <h1>
        {either(sheet.title_zh, sheet.title_en)} <small className="muted">{sheet.edition}</small> <Standing row={sheet} />
      </h1>
      <section className="card">
        <dl className="method-facts">
          <dt>{t('pack')}</dt>
          <dd className="mono">{sheet.pack}</dd>
          <Facts body={sheet.body} />
          <dt>{t('valid')}</dt>
          <dd>{validText(sheet.valid)}</dd>
          <dt>{t('used')}</dt>
          <dd>
            {t('used_by', { figures: sheet.figures, subjects: sheet.subjects })}
            <Users fingerprint={sheet.fingerprint} figures={sheet.figures} />
          </dd>
          <dt>{t('fingerprint')}</dt>
          <dd className="mono">SHA-256 {sheet.fingerprint}</dd>
          <dt>{t('print')}</dt>
          <dd>
            <a href={`/${language}/packs/${sheet.pack}${keeping(params)}`}>{t('document')}</a>
          </dd>
        </dl>
        <CompareWith fingerprint={sheet.fingerprint} near={sheet.pack} />
        <Publish sheet={sheet} />
      </section>
      <Body body={sheet.body} />
    </div>
  );
}

/** For who may publish methods: put this very document into the ledger. */
function Publish({ sheet }: { sheet: Read }) {
  const session = useSession();
  const moment = useMoment();
  const client = useQueryClient();
  const [reason, setReason] = useState('');
  const publish = useMutation({ ...publishPackMutation(), onSuccess: () => client.invalidateQueries() });
  const past = isPast(moment);
  if (publish.isSuccess && sheet.published === null) {
    return (
      <p className="method-publish" role="status">
        {t('published_now')} <Link to={`/ledger/${publish.data.entry}`}>#{publish.data.entry}</Link>
      </p>
    );
  }
  if (sheet.published !== null || past || !session.features.includes('publish_methods')) return null;
  return (
    <form
      className="method-publish"
      onSubmit={(event) => {
        event.preventDefault();
        publish.mutate({ path: { pack: sheet.pack }, body: { reason } });
      }}
    >
      <label>
        {t(sheet.standing === null ? 'reason' : 'reason_needed')}
        <input value={reason} maxLength={2000} required={sheet.standing !== null} onChange={(event) => setReason(event.target.value)} />
      </label>
      <button type="submit" className="button button-primary" disabled={publish.isPending}>
        {t('publish')}
      </button>
      <p className="muted">{t('publish_note')}</p>
      {publish.isError && <ProblemNote error={publish.error} />}
    </form>
  );
}
