import { useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';

import type { DatedAttribute } from '../../client';
import { listEnterprisesOptions } from '../../client/@tanstack/react-query.gen';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { codeWord } from '../../components/figureWords';
import { keeping, useMoment } from '../../lib/moment';
import { either } from '../../lib/language';
import { Known, Moved, Online, Open } from './Marks';
import type { TabProps } from './Page';
import { t, word } from './words';

/** 概况: the last whole month, what waits, and the dated facts. */
export function Facts({ firm }: TabProps) {
  const moment = useMoment();
  const { data, error, isPending } = useQuery(listEnterprisesOptions({ query: { q: firm.enterprise.id, size: 200, ...moment } }));
  const row = data?.rows.find((one) => one.enterprise.id === firm.enterprise.id);
  return (
    <>
      {error !== null && <ProblemNote error={error} />}
      {isPending && <Waiting />}
      {row && data && (
        <div className="grid">
          {(['direct', 'indirect'] as const).map((scope) => (
            <section key={scope} className={`card scope-${scope}`}>
              <h2>{t(scope)}</h2>
              <p className="muted">{t('last_month', { month: data.period })}</p>
              <p className="big">
                <Known figure={row[scope]} />
              </p>
              <ul className="plain-list">
                {[row[scope].since_before, row[scope].since_year].map(
                  (one, at) =>
                    one && (
                      <li key={at}>
                        <Moved change={one} /> <span className="muted">{t('base', { base: one.base })}</span>
                      </li>
                    ),
                )}
                {row[scope].measured !== null && (
                  <li>
                    {codeWord('kind', 'measured')} {t('measured_of', { percent: row[scope].measured ?? '' })}
                  </li>
                )}
              </ul>
            </section>
          ))}
          <section className="card">
            <h2>{t('state_now')}</h2>
            <p>
              <Online online={firm.online} zone={firm.zone} />
            </p>
            <p>
              {row.readings_percent !== null && `${word('col', 'completeness')} ${row.readings_percent}% · ${t('readings', { present: row.readings_present, expected: row.readings_expected })}`}
            </p>
            <h3>{t('waiting')}</h3>
            <Open open={row.open} />
          </section>
        </div>
      )}
      <section className="card section">
        <h2>{t('facts')}</h2>
        <Attributes rows={firm.attributes} />
      </section>
    </>
  );
}

/** Dated attributes with their sources and the entries that say them. */
export function Attributes({ rows }: { rows: DatedAttribute[] }) {
  const [params] = useSearchParams();
  const sector = (one: DatedAttribute) => (one.name === 'sector' ? word('sector', one.value) : one.value);
  return (
    <Scroll label={t('facts')}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t('attribute')}</th>
            <th scope="col">{t('value')}</th>
            <th scope="col">{t('in_force')}</th>
            <th scope="col">{t('source')}</th>
            <th scope="col">{t('entry')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={`${one.name} ${one.valid_from ?? ''}`}>
              <th scope="row">{word('attr', one.name)}</th>
              <td>{sector(one)}</td>
              <td>{span(one.valid_from, one.valid_to)}</td>
              <td>{one.source === null ? '—' : `${one.source}${one.source_status === null ? '' : either(`(${codeWord('status', one.source_status)})`, ` (${codeWord('status', one.source_status)})`)}`}</td>
              <td className="nowrap">
                <Link to={`/ledger/${one.entry}${keeping(params)}`}>{t('entry_n', { index: one.entry })}</Link>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** A span of days in words; open ends are left out. */
export function span(from: string | null, to: string | null): string {
  const parts = [from === null ? '' : `${t('since')} ${from}`, to === null ? '' : `${t('until')} ${to}`].filter((one) => one !== '');
  return parts.length === 0 ? '—' : parts.join(' ');
}
