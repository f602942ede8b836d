/** What several homes are made of. */
import type { ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';

import type { Amount, Named, Pair, PendingCorrection, Place, ReportBody, ResultBody } from '../../client';
import { Figure } from '../../components/Figure';
import { codeWord } from '../../components/figureWords';
import { ReceiptFile } from '../../components/ReceiptFile';
import { Scroll } from '../../components/Scroll';
import { either, named } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { civilTime } from '../../lib/time';
import { unitText } from '../../lib/unit';
import { t } from './words';

export function Card({ title, what, children, wide = false }: { title: string; what?: string; children: ReactNode; wide?: boolean }) {
  return (
    <section className={wide ? 'card home-wide' : 'card'}>
      <h2>{title}</h2>
      {what !== undefined && <p className="muted home-what">{what}</p>}
      {children}
    </section>
  );
}

/** Direct and indirect emission side by side. */
export function PairView({ pair, known }: { pair: Pair; known?: { direct: Amount; indirect: Amount } }) {
  return (
    <dl className="home-pair">
      {(['direct', 'indirect'] as const).map((key) => (
        <div key={key}>
          <dt>{t(key)}</dt>
          <dd>
            <span className="home-big">
              <Shown amount={pair[key]} />
            </span>
            {known !== undefined && pair[key]?.value === null && known[key].value !== null && (
              <span className="muted">
                {t('known_part')} <Figure amount={known[key]} places={0} still quiet />
              </span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** A published amount, or that there is none. */
export function Shown({ amount, bare = false }: { amount: Amount | null; bare?: boolean }) {
  return amount === null ? <span className="muted">{t('not_published')}</span> : <Figure amount={amount} places={0} bare={bare} quiet={bare} />;
}

/** A part of the workspace, with the as-of point kept. */
export function To({ to, children, main = false }: { to: string; children: ReactNode; main?: boolean }) {
  const [params] = useSearchParams();
  return (
    <Link className={main ? 'button button-primary' : 'button'} to={`${to}${keeping(params)}`}>
      {children}
    </Link>
  );
}

export function FirmLink({ firm }: { firm: Named }) {
  const [params] = useSearchParams();
  return <Link to={`/enterprises/${firm.id}${keeping(params)}`}>{named(firm)}</Link>;
}

export function Synthetic() {
  return <span className="mark mark-synthetic">{t('synthetic')}</span>;
}

export function Status({ word, bad = false, good = false }: { word: string; bad?: boolean; good?: boolean }) {
  return <span className={bad ? 'home-status home-bad' : good ? 'home-status home-good' : 'home-status'}>{word}</span>;
}

/** One count with its label; `bad` marks it by a word's colour and weight, never by colour alone. */
export function Count({ label, children, note }: { label: string; children: ReactNode; note?: string }) {
  return (
    <div className="card home-count">
      <span className="muted">{label}</span>
      <strong>{children}</strong>
      {note !== undefined && <span className="home-status home-bad">{note}</span>}
    </div>
  );
}

export function Places({ places }: { places: Place[] }) {
  return (
    <Scroll label={t('places')}>
      <table className="plain">
        <thead>
          <tr>
            <th>{t('unit')}</th>
            <th className="number">{t('direct_short')} (t CO₂)</th>
            <th className="number">{t('indirect_short')} (t CO₂)</th>
          </tr>
        </thead>
        <tbody>
          {places.map((one) => (
            <tr key={one.unit.id}>
              <td>{named(one.unit)}</td>
              <td className="number">
                <Shown amount={one.direct} bare />
              </td>
              <td className="number">
                <Shown amount={one.indirect} bare />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

export function Reports({ reports, clients = false }: { reports: ReportBody[]; clients?: boolean }) {
  const [params] = useSearchParams();
  return (
    <Scroll label={t('documents')}>
      <table className="plain">
        <thead>
          <tr>
            {clients && <th>{t('firm')}</th>}
            <th>{t('month')}</th>
            <th>{t('report')}</th>
            <th>{t('results')}</th>
          </tr>
        </thead>
        <tbody>
          {reports.map((one) => (
            <tr key={`${one.firm.id}${one.laboratory.id}${one.month}`}>
              {clients && <td className="home-month">{named(one.firm)}</td>}
              <td className="home-month">{one.month}</td>
              <td>
                {one.entry !== null && one.delivered_at !== null ? (
                  <>
                    <Status word={t('delivered', { time: civilTime(one.delivered_at) })} good />{' '}
                    <Link to={`/ledger/${one.entry}${keeping(params)}`}>{t('entry', { entry: one.entry })}</Link> <ReceiptFile entry={one.entry} />
                  </>
                ) : (
                  <>
                    <Status word={one.late ? t('late') : t('not_delivered')} bad={one.late} /> {t('due_on', { day: one.due })}
                  </>
                )}
              </td>
              <td className="roomy">
                <Results results={one.results} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** The results of one report, source by source: two boilers burn the same coal and stand apart all the same. */
function Results({ results }: { results: ResultBody[] }) {
  const sources = [...new Set(results.map((one) => one.source?.id))];
  if (results.length === 0) return '—';
  return sources.map((source) => {
    const own = results.filter((one) => one.source?.id === source);
    const sampled = own[0]?.source;
    return (
      <div key={source ?? ''}>
        {sources.length > 1 && sampled && <span className="home-sampled">{named(sampled)}</span>}
        {own.map((result, at) => (
          <span key={`${result.column}${at}`} className="home-result">
            {columnWord(result.column)} <Figure amount={result.amount} quiet />
          </span>
        ))}
      </div>
    );
  });
}

function columnWord(column: string): string {
  const [test, parameter, basis] = column.split('.');
  if (test === 'test' && parameter !== undefined) return `${codeWord('parameter', parameter)} ${basis ?? ''}`;
  return column === 'ncv' ? t('column.ncv') : column === 'cc' ? t('column.cc') : column;
}

/** Requests that wait, in short; the desk has them whole. */
export function Requests({ corrections }: { corrections: PendingCorrection[] }) {
  if (corrections.length === 0) return <p className="muted">{t('no_corrections')}</p>;
  return (
    <ul className="home-list">
      {corrections.map((one) => (
        <li key={one.case}>
          <strong>
            {named(one.firm)} · {either(one.source_zh, one.source_en)}
          </strong>{' '}
          {civilTime(one.start)}: {readingText(one.present, one.present_state, one.unit)} →{' '}
          <strong>{readingText(one.value, one.state, one.unit)}</strong>
          <br />
          <span className="muted">
            {one.reason} — {one.asked_by}, {civilTime(one.asked_at)}
          </span>
        </li>
      ))}
    </ul>
  );
}

export function readingText(value: string | null, state: string | null, unit: string): string {
  if (value !== null) return `${value} ${unitText(unit)}`;
  return state === null ? '—' : codeWord('state', state);
}
