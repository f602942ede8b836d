/** The steps of a finding or a hold, each with who took it and the entry it became. */
import { Link, useSearchParams } from 'react-router';

import type { FindingStep } from '../client';
import { either } from '../lib/language';
import { keeping } from '../lib/moment';
import { civilTime } from '../lib/time';
import { t, word } from './caseWords';

export function CaseSteps({ steps, kind }: { steps: FindingStep[]; kind: 'finding' | 'hold' }) {
  const [params] = useSearchParams();
  return (
    <ol className="case-steps">
      {steps.map((one) => (
        <li key={one.entry}>
          <strong>{word(`${kind}_step.${one.step}`)}</strong> {civilTime(one.at)} · {either(one.role_zh, one.role_en)} <code>{one.by}</code> ·{' '}
          <Link to={`/ledger/${one.entry}${keeping(params)}`}>{t('ledger_entry', { entry: one.entry })}</Link>
          <br />
          {one.said}
        </li>
      ))}
    </ol>
  );
}
