import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';

import type { MethodSheet } from '../../client';
import { getMethodSheetOptions } from '../../client/@tanstack/react-query.gen';
import { language } from '../../app/boot';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { either } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import { Body, Facts } from './Body';
import { CompareWith } from './CompareWith';
import { Users } from './Users';
import { t, validText } from './naming';

/** One published method for reading. */
export function Sheet() {
  const { fingerprint = '' } = useParams();
  const moment = useMoment();
  const found = useQuery(getMethodSheetOptions({ path: { fingerprint }, query: moment }));
  if (found.isPending) return <Waiting label={t('loading')} />;
  if (found.isError) return <ProblemNote error={found.error} />;
  return <Read sheet={found.data} />;
}

function Read({ sheet }: { sheet: MethodSheet }) {
  const [params] = useSearchParams();
  return (
    <div className="method-page">
      <p className="method-back">
        <Link to={`/methods${keeping(params)}`}>{t('back')}</Link>
      </p>
      <h1>
        {either(sheet.title_zh, sheet.title_en)} <small className="muted">{sheet.edition}</small>{' '}
        <span className={sheet.in_force ? 'badge' : 'badge badge-old'}>{t(sheet.in_force ? 'in_force' : 'replaced')}</span>
      </h1>
      <section className="card">
        <dl className="method-facts">
          <Facts body={sheet} />
          <dt>{t('valid')}</dt>
          <dd>{validText(sheet.valid)}</dd>
          <dt>{t('used')}</dt>
          <dd>
            {t('used_by', { figures: sheet.figures, subjects: sheet.subjects })}
            <Users fingerprint={sheet.fingerprint} figures={sheet.figures} />
          </dd>
          <dt>{t('fingerprint')}</dt>
          <dd className="mono">SHA-256 {sheet.fingerprint}</dd>
          <dt>{t('entry')}</dt>
          <dd>
            <Link to={`/ledger/${sheet.entry}${keeping(params)}`}>{sheet.entry}</Link> ·{' '}
            <a href={`/${language}/methods/${sheet.fingerprint}${keeping(params)}`}>{t('document')}</a>
          </dd>
        </dl>
        <CompareWith fingerprint={sheet.fingerprint} near={sheet.pack} />
      </section>
      <Body body={sheet} />
      {sheet.editions.length > 1 && <Editions sheet={sheet} />}
    </div>
  );
}

function Editions({ sheet }: { sheet: MethodSheet }) {
  const [params] = useSearchParams();
  return (
    <section className="card">
      <h2>{t('editions')}</h2>
      <ul>
        {sheet.editions.map((one) => (
          <li key={one.fingerprint}>
            <Link to={`/methods/${one.fingerprint}${keeping(params)}`}>
              {one.edition} · {validText(one.valid)}
            </Link>{' '}
            <span className="mono">{one.fingerprint.slice(0, 12)}</span>{' '}
            <span className={one.in_force ? 'badge' : 'badge badge-old'}>{t(one.in_force ? 'in_force' : 'replaced')}</span>{' '}
            {one.fingerprint !== sheet.fingerprint && (
              <Link to={`/methods/${sheet.fingerprint}/compare/${one.fingerprint}${keeping(params)}`}>{t('compare')}</Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
