/** Findings of verifiers that are not closed, and holds that stand. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import type { UnitFindings, VerificationFinding } from '../../client';
import { listHoldsOptions } from '../../client/@tanstack/react-query.gen';
import { t, word } from '../../components/caseWords';
import { useFigureLink } from '../../components/Figure';
import { HoldCard, holdScope, PlaceHold } from '../../components/HoldCard';
import { ProblemNote } from '../../components/ProblemNote';
import { either, named } from '../../lib/language';
import { useMoment } from '../../lib/moment';
import { Card, Status, Synthetic } from './Parts';

/** What a verifier raised, or what somebody else has to answer. */
export function Waiting({ findings, mine = false }: { findings: VerificationFinding[]; mine?: boolean }) {
  return (
    <Card title={t(mine ? 'waiting_verifier' : 'waiting_owner')} wide>
      {findings.length === 0 && <p className="muted">{t('nothing_waits')}</p>}
      <Findings findings={findings} />
    </Card>
  );
}

/** What is open in each unit; in a county's home there is but one. */
export function WaitingByUnit({ units, alone = false }: { units: UnitFindings[]; alone?: boolean }) {
  return (
    <Card title={t(alone ? 'waiting_verifier' : 'waiting_units')} what={t('units_what')} wide>
      {units.length === 0 && <p className="muted">{t('nothing_waits')}</p>}
      {units.map((one) => (
        <section key={one.unit?.id ?? ''}>
          <h3 className="home-unit">
            {one.unit === null ? t('of_city') : named(one.unit)} <span className="muted">{t('unit_count', { open: one.findings.length })}</span>{' '}
            {one.late > 0 && <Status word={t('unit_late', { late: one.late })} bad />}
          </h3>
          <Findings findings={one.findings} />
        </section>
      ))}
    </Card>
  );
}

function Findings({ findings }: { findings: VerificationFinding[] }) {
  const link = useFigureLink();
  return (
    <ul className="home-list">
      {findings.map((one) => (
        <li key={one.id}>
          <Status word={word(`finding_state.${one.state}`)} bad={one.late} />{' '}
          <Link to={link(one.receipt)}>
            {one.subject !== null && `${named(one.subject)} · `}
            {either(one.node.zh, one.node.en)}
          </Link>{' '}
          {one.synthetic && <Synthetic />}
          <br />
          {one.steps[0]?.said}
          <br />
          <span className="muted">
            {t('raised_by', { who: named(one.organisation) })}
            {one.deadline !== null && ` · ${t(one.late ? 'due_late' : 'due_by', { day: one.deadline })}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Holds that stand; whoever may places and releases them here too (``acting``). */
export function StandingHolds({ acting = false }: { acting?: boolean }) {
  const moment = useMoment();
  const link = useFigureLink();
  const found = useQuery(listHoldsOptions({ query: acting ? {} : moment }));
  const standing = found.data?.filter((one) => one.stands);
  return (
    <Card title={t('holds')} what={t('hold_what')} wide>
      {found.isError && <ProblemNote error={found.error} retry={() => void found.refetch()} />}
      {standing?.length === 0 && <p className="muted">{t('no_holds')}</p>}
      {acting ? (
        <>
          {standing?.map((one) => (
            <HoldCard key={one.id} one={one} whole />
          ))}
          <PlaceHold />
        </>
      ) : (
        <ul className="home-list">
          {standing?.map((one) => (
            <li key={one.id}>
              <Status word={word(`hold_state.${one.state}`)} /> {one.receipt !== '' && `${named(one.subject)} · `}
              {one.receipt !== '' ? <Link to={link(one.receipt)}>{holdScope(one)}</Link> : holdScope(one)} {one.synthetic && <Synthetic />}
              <br />
              {one.reason}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
