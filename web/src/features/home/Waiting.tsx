/** Findings of verifiers that are not closed: what a verifier raised, or what somebody else has to answer. */
import { Link } from 'react-router';

import type { VerificationFinding } from '../../client';
import { useFigureLink } from '../../components/Figure';
import en from '../../i18n/en/verification';
import zh from '../../i18n/zh-CN/verification';
import { either, named, words } from '../../lib/language';
import { Card } from './Parts';

const t = words(zh, en);

export function Waiting({ findings, mine = false }: { findings: VerificationFinding[]; mine?: boolean }) {
  const link = useFigureLink();
  return (
    <Card title={t(mine ? 'waiting_verifier' : 'waiting_owner')} wide={mine}>
      {findings.length === 0 && <p className="muted">{t('nothing_waits')}</p>}
      <ul className="home-list">
        {findings.map((one) => (
          <li key={one.id}>
            <Link to={link(one.receipt)}>
              {one.subject !== null && `${named(one.subject)} · `}
              {either(one.node.zh, one.node.en)}
            </Link>{' '}
            <span className="mark">{t(one.state as 'open')}</span> {one.steps[0]?.said}
            {one.deadline !== null && <span className="muted"> · {`${t('due')} ${one.deadline}`}</span>}
          </li>
        ))}
      </ul>
    </Card>
  );
}
