/** Homes of a firm's people, of its laboratory, and of those who verify it. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { Link, useSearchParams } from 'react-router';

import type { EnterpriseClerkHome, EnterpriseReviewerHome, LaboratoryHome, SampleBody, Strip, VerifierHome } from '../../client';
import { drawSampleMutation, getHomeQueryKey } from '../../client/@tanstack/react-query.gen';
import { Figure } from '../../components/Figure';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { either, named } from '../../lib/language';
import { isPast, keeping, useMoment } from '../../lib/moment';
import { civilTime } from '../../lib/time';
import { LaboratoryForm } from './LaboratoryForm';
import { Card, FirmLink, PairView, Reports, Requests, To } from './Parts';
import { Waiting } from './Waiting';
import { t } from './words';

export function Clerk({ answer }: { answer: EnterpriseClerkHome }) {
  return (
    <div className="home-grid">
      <p className="home-wide home-actions">
        <To to="/imports" main>
          {t('import_now')}
        </To>
        <To to={`/enterprises/${answer.firm.id}`}>{t('own_page')}</To>
      </p>
      <Card title={t('meters', { month: answer.month })} what={t('meters_what')} wide>
        {answer.strips.length === 0 && <p className="muted">{t('no_meters')}</p>}
        {answer.strips.map((one) => (
          <MonthStrip key={one.series} strip={one} />
        ))}
      </Card>
      <Card title={t('documents')} what={t('deposit_rule')}>
        {answer.reports.length === 0 ? <p className="muted">{t('no_documents')}</p> : <Reports reports={answer.reports} />}
      </Card>
      <Card title={t('corrections')}>
        <Requests corrections={answer.corrections} />
      </Card>
      <Waiting findings={answer.findings} />
      <Card title={t('last_month', { period: answer.last_month.period })} what={t('never_added')} wide>
        <PairView pair={answer.last_month} />
      </Card>
    </div>
  );
}

function MonthStrip({ strip }: { strip: Strip }) {
  const source = either(strip.source_zh, strip.source_en);
  return (
    <div className="home-strip">
      <span className="home-strip-name">{source}</span>
      <ol aria-label={t('strip_said', { source, missing: strip.missing })}>
        {strip.days.map((one) => {
          const said =
            one.expected === null ? t('day_any', { day: one.day, present: one.present }) : t('day_said', { day: one.day, present: one.present, expected: one.expected });
          const look = one.running ? 'running' : one.expected === null || one.present >= one.expected ? 'full' : one.present > 0 ? 'part' : 'none';
          return (
            <li key={one.day} className={`home-day home-day-${look}`} title={said}>
              <span className="visually-hidden">{said}</span>
            </li>
          );
        })}
      </ol>
      <span className={strip.missing > 0 ? 'home-status home-bad' : 'home-status home-good'}>
        {strip.missing > 0 ? t('missing_readings', { count: strip.missing }) : t('none_missing')}
      </span>
    </div>
  );
}

export function Reviewer({ answer }: { answer: EnterpriseReviewerHome }) {
  return (
    <div className="home-grid">
      <Waiting findings={answer.findings} />
      <Card title={t('corrections')} wide>
        <Requests corrections={answer.corrections} />
        {answer.corrections.length > 0 && (
          <To to="/corrections" main>
            {t('to_corrections')}
          </To>
        )}
      </Card>
      <Card title={t('last_month', { period: answer.last_month.period })} what={t('never_added')} wide>
        <PairView pair={answer.last_month} />
        <To to={`/enterprises/${answer.firm.id}`}>{t('own_page')}</To>
      </Card>
    </div>
  );
}

/** A form, or on a past point that it is used from the present. */
export function FromNow({ children }: { children: ReactNode }) {
  return isPast(useMoment()) ? <p className="note">{t('form_now')}</p> : children;
}

export function Laboratory({ answer }: { answer: LaboratoryHome }) {
  return (
    <div className="home-grid">
      {answer.laboratory === null ? (
        <p className="note home-wide">{t('no_laboratory')}</p>
      ) : (
        <>
          <Card title={named(answer.laboratory)} what={t('deposit_rule')} wide>
            <Reports reports={answer.reports} clients />
          </Card>
          <Card title={t('lab_title')} what={t('lab_what')} wide>
            <FromNow>
              <LaboratoryForm clients={answer.clients} month={answer.reports[0]?.month ?? ''} />
            </FromNow>
          </Card>
        </>
      )}
    </div>
  );
}

export function Verifier({ answer, today }: { answer: VerifierHome; today: string }) {
  return (
    <div className="home-grid">
      <Waiting findings={answer.findings} mine />
      <Card title={t('samples')} what={t('sample_what')} wide>
        <FromNow>
          <DrawForm today={today} />
        </FromNow>
        {answer.samples.length === 0 && <p className="muted">{t('no_samples')}</p>}
        {answer.samples.map((one) => (
          <Sample key={one.id} sample={one} />
        ))}
      </Card>
      <Card title={t('engagements')} wide>
        <Scroll label={t('engagements')}>
          <table className="plain">
            <thead>
              <tr>
                <th>{t('firm')}</th>
                <th className="number">{t('receipts_published')}</th>
                <th>{t('period')}</th>
              </tr>
            </thead>
            <tbody>
              {answer.engagements.map((one) => (
                <tr key={one.firm.id}>
                  <td>
                    <FirmLink firm={one.firm} />
                  </td>
                  <td className="number">{one.receipts}</td>
                  <td>{one.first === null || one.last === null ? <span className="muted">{t('none_published')}</span> : t('span', { first: one.first, last: one.last })}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </Card>
    </div>
  );
}

function DrawForm({ today }: { today: string }) {
  const client = useQueryClient();
  const [period, setPeriod] = useState(today.slice(0, 4));
  const [count, setCount] = useState('10');
  const [seed, setSeed] = useState('');
  const draw = useMutation({
    ...drawSampleMutation(),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: [{ _id: getHomeQueryKey()[0]._id }] });
    },
  });
  return (
    <form
      className="home-form"
      onSubmit={(event) => {
        event.preventDefault();
        draw.mutate({ body: { period, count: parseInt(count, 10), seed } });
      }}
    >
      <label>
        {t('period')}
        <input value={period} required maxLength={9} onChange={(event) => setPeriod(event.target.value)} />
      </label>
      <label>
        {t('count')}
        <input type="number" min={1} max={200} required value={count} onChange={(event) => setCount(event.target.value)} />
      </label>
      <label>
        {t('seed')}
        <input value={seed} maxLength={64} onChange={(event) => setSeed(event.target.value)} />
      </label>
      <button type="submit" className="button button-primary" disabled={draw.isPending}>
        {t('draw')}
      </button>
      {draw.isError && <ProblemNote error={draw.error} />}
    </form>
  );
}

function Sample({ sample }: { sample: SampleBody }) {
  const [params] = useSearchParams();
  const said = {
    by: sample.drawn_by,
    time: civilTime(sample.drawn_at),
    population: sample.population,
    count: sample.drawn.length,
    seed: sample.seed,
    size: sample.size,
  };
  return (
    <details className="home-sample">
      <summary>
        {sample.period} · {t('drawn', said)}
      </summary>
      <p>
        <Link to={`/ledger/${sample.entry}${keeping(params)}`}>{t('entry', { entry: sample.entry })}</Link> · <code>{sample.method}</code>
      </p>
      <Scroll label={t('samples')}>
        <table className="plain">
          <tbody>
            {sample.drawn.map((one) => (
              <tr key={one.receipt}>
                <td>
                  <code>{one.receipt}</code> {one.certain && <span className="badge">{t('certain')}</span>}
                </td>
                <td>{named(one.firm)}</td>
                <td>{one.period}</td>
                <td className="number">
                  <Figure amount={one.amount} places={0} quiet />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
