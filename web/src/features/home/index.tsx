import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { presentOnly } from '../../app/features';
import { useSession } from '../../app/session';
import { getHomeOptions } from '../../client/@tanstack/react-query.gen';
import type { Home as HomeBody } from '../../client';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { either } from '../../lib/language';
import { useMoment } from '../../lib/moment';
import { AuditAdmin, SecurityAdmin, SystemAdmin } from './Administrators';
import { CityApprover, CityManager, CountyManager, Department } from './City';
import { Clerk, Laboratory, Reviewer, Verifier } from './Firm';
import { Investor, Public } from './Outside';
import { t } from './words';
import './home.css';

/** Where a role begins: its first question, answered. */
export default function Home() {
  const session = useSession();
  const moment = useMoment();
  const found = useQuery(getHomeOptions({ query: presentOnly('', session.features) ? {} : moment }));
  const over = either(session.subject_zh, session.subject_en);
  return (
    <div className="home">
      <p className="home-who muted">
        {either(session.role_zh, session.role_en)}
        {over !== '' && ` · ${over}`}
        {found.data !== undefined && ` · ${t('today', { day: found.data.today })}`}
      </p>
      {found.isPending && <Waiting />}
      {found.isError && <ProblemNote error={found.error} retry={() => void found.refetch()} />}
      {found.data !== undefined && <Answer home={found.data} />}
    </div>
  );
}

function Answer({ home }: { home: HomeBody }) {
  const kind = home.answer.kind;
  return (
    <>
      <h1>{t(`q.${kind}`)}</h1>
      {drawn(home)}
    </>
  );
}

function drawn({ answer, today }: HomeBody): ReactNode {
  switch (answer.kind) {
    case 'city_manager':
      return <CityManager answer={answer} />;
    case 'city_approver':
      return <CityApprover answer={answer} />;
    case 'department':
      return <Department answer={answer} />;
    case 'county_manager':
      return <CountyManager answer={answer} />;
    case 'enterprise_clerk':
      return <Clerk answer={answer} />;
    case 'enterprise_reviewer':
      return <Reviewer answer={answer} />;
    case 'laboratory':
      return <Laboratory answer={answer} />;
    case 'verifier':
      return <Verifier answer={answer} today={today} />;
    case 'investor':
      return <Investor answer={answer} />;
    case 'public':
      return <Public answer={answer} />;
    case 'system_admin':
      return <SystemAdmin answer={answer} />;
    case 'security_admin':
      return <SecurityAdmin answer={answer} />;
    case 'audit_admin':
      return <AuditAdmin answer={answer} />;
  }
}
