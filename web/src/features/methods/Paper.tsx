import type { MethodPaper, MethodRemark } from '../../client';
import { either } from '../../lib/language';
import { Status } from './Status';
import { t } from './naming';

/** 核算边界: what the edition covers and leaves out. */
export function Boundary({ paper }: { paper: MethodPaper }) {
  return <Part title={t('boundary')} remarks={paper.boundary} />;
}

/** What the standard asks for beside its formulas: rules in words, fields of the plan, evidence. */
export function Paper({ paper }: { paper: MethodPaper }) {
  return (
    <>
      <Part title={t('rules_in_words')} remarks={paper.rules} />
      <Part title={t('plan_fields')} remarks={paper.plan} />
      <Part title={t('evidence')} remarks={paper.evidence} />
    </>
  );
}

function Part({ title, remarks }: { title: string; remarks: MethodRemark[] }) {
  if (remarks.length === 0) return null;
  return (
    <section className="card">
      <h2>{title}</h2>
      <ul className="method-remarks">
        {remarks.map((one) => (
          <li key={`${one.about} ${one.text.zh}`}>
            {one.about !== '' && <code>{one.about}</code>} {either(one.text.zh, one.text.en)}{' '}
            {one.clause !== '' && <small className="muted">{one.clause} </small>}
            <Status status={one.status} />
          </li>
        ))}
      </ul>
    </section>
  );
}
