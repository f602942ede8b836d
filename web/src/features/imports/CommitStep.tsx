import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';

import { language } from '../../app/boot';
import type { Amount, ImportBody, Move, Outcome } from '../../client';
import { commitImportMutation, getImportMovesOptions } from '../../client/@tanstack/react-query.gen';
import { Figure } from '../../components/Figure';
import { ProblemNote } from '../../components/ProblemNote';
import { ReceiptFile } from '../../components/ReceiptFile';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { named } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { AtWork } from './CheckStep';
import { count, t, word } from './text';

/** What is submitted, the reason where values differ, and afterwards the receipt and what moved. */
export function CommitStep({ one, refresh }: { one: ImportBody; refresh: () => Promise<void> }) {
  const [params] = useSearchParams();
  if (one.state === 'committing') return <AtWork one={one} label={t('committing')} />;
  if (one.kept !== null)
    return (
      <section className="note">
        <p>{t('kept_done')}</p>
        <p>
          {t('receipt')} <a href={`/${language}/ledger/${String(one.kept.entry)}`}>{one.kept.receipt}</a>
        </p>
        <p className="imports-actions">
          <ReceiptFile entry={one.kept.entry} button />
        </p>
      </section>
    );
  if (one.outcome !== null)
    return (
      <section className="imports-step">
        <Done outcome={one.outcome} />
        <Moved one={one} />
        <p className="imports-actions">
          <Link className="button button-primary" to={`/imports${keeping(params)}`}>
            {t('new_import')}
          </Link>
        </p>
      </section>
    );
  return <Submit one={one} refresh={refresh} />;
}

const REASON_LEAST = 3;

function Submit({ one, refresh }: { one: ImportBody; refresh: () => Promise<void> }) {
  const [reason, setReason] = useState('');
  const commit = useMutation({ ...commitImportMutation(), onSuccess: refresh });
  const check = one.check;
  if (check === null) return null;
  const given = reason.trim();
  const short = given !== '' && given.length < REASON_LEAST;
  const differs = check.comparison.differs + check.comparison.other_origin;
  const errors = check.severities.error ?? 0;
  return (
    <section className="imports-step card">
      <h2>{t('commit_title')}</h2>
      <ul>
        <li>{t('readings', { count: count(check.readings) })}</li>
        {check.series.map((two) => (
          <li key={two.series}>
            {language === 'zh' ? two.title_zh : two.title_en}: {t('readings', { count: count(two.readings) })}, {two.first} – {two.last}
          </li>
        ))}
        {errors > 0 && <li className="imports-error">{t('commit_errors', { count: count(errors) })}</li>}
        {check.declares.plan_lines > 0 && <li>{t('commit_declares', { lines: check.declares.plan_lines })}</li>}
      </ul>
      {differs > 0 && (
        <label className="imports-reason">
          <strong>{t('reason')}</strong>
          <span>{t('reason_need', { count: count(differs) })}</span>
          <textarea rows={3} maxLength={2000} placeholder={t('reason_place')} value={reason} aria-describedby={short ? 'reason-short' : undefined} onChange={(event) => setReason(event.target.value)} />
          {short && (
            <span id="reason-short" className="imports-error" role="alert">
              {t('reason_short', { least: REASON_LEAST })}
            </span>
          )}
        </label>
      )}
      {commit.isError && <ProblemNote error={commit.error} title={t('not_done')} />}
      <p className="imports-actions">
        <button
          type="button"
          className="button button-primary"
          disabled={commit.isPending || short}
          onClick={() => commit.mutate({ path: { name: one.id }, body: { reason: given === '' ? null : given } })}
        >
          {t('commit')}
        </button>
      </p>
    </section>
  );
}

function Done({ outcome }: { outcome: Outcome }) {
  const [params] = useSearchParams();
  return (
    <div className="note imports-done" role="status">
      <h2>{t(outcome.already ? 'already' : 'done')}</h2>
      <p>
        {t('receipt')} <a href={`/${language}/ledger/${String(outcome.arrival)}`}>{outcome.receipt}</a>
      </p>
      <p>{t('taken', {
          readings: count(outcome.readings), values: count(Math.max(0, outcome.readings - outcome.conflicts - outcome.waiting)),
          conflicts: count(outcome.conflicts), waiting: count(outcome.waiting),
        })}</p>
      <p className="imports-actions">
        {outcome.enterprises
          .filter((name) => name !== 'city')
          .slice(0, 8)
          .map((name) => (
            <Link key={name} className="button" to={`/enterprises/${encodeURIComponent(name)}${keeping(params)}`}>
              {t('see_enterprise')}
            </Link>
          ))}
        <Link className="button" to={`/ledger/${String(outcome.arrival)}${keeping(params)}`}>
          {t('see_entry')}
        </Link>
        <ReceiptFile entry={outcome.arrival} button />
      </p>
    </div>
  );
}

function Moved({ one }: { one: ImportBody }) {
  const moves = useQuery(getImportMovesOptions({ path: { name: one.id } }));
  if (moves.isPending) return <Waiting />;
  if (moves.isError) return <ProblemNote error={moves.error} />;
  if (moves.data.moves.length === 0) return <p className="muted">{t('moves_none', { count: moves.data.looked_at })}</p>;
  return (
    <>
      <h2>{t('moves')}</h2>
      <Scroll label={t('moves')} className="card">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('enterprise')}</th>
              <th scope="col">{t('move_period')}</th>
              <th scope="col">{t('move_quantity')}</th>
              <th scope="col" className="number">{t('move_before')}</th>
              <th scope="col" className="number">{t('move_after')}</th>
            </tr>
          </thead>
          <tbody>
            {moves.data.moves.map((move) => (
              <MoveRow key={`${move.subject.id}/${move.period}/${move.quantity}`} move={move} />
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function MoveRow({ move }: { move: Move }) {
  return (
    <tr>
      <td>{named(move.subject)}</td>
      <td>{move.period}</td>
      <td>{word('q', move.quantity)}</td>
      <td className="number">
        <Shown amount={move.before} still />
      </td>
      <td className="number">
        <Shown amount={move.after} />
      </td>
    </tr>
  );
}

/** A figure, and whether something that belongs to it is missing. */
function Shown({ amount, still = false }: { amount: Amount; still?: boolean }) {
  return (
    <>
      <Figure amount={amount} still={still} quiet /> {!amount.complete && <span className="badge">{t('incomplete')}</span>}
    </>
  );
}
