import type { MethodCase } from '../../client';
import { Scroll } from '../../components/Scroll';
import { either } from '../../lib/language';
import { Status } from './Status';
import { t } from './naming';

/** Situations with figures from elsewhere, and whether this document gives exactly these. */
export function Cases({ cases }: { cases: MethodCase[] }) {
  if (cases.length === 0) return null;
  const passed = cases.filter((one) => one.passed).length;
  return (
    <section className="card" id="cases">
      <h2>{t('cases')}</h2>
      <p className="muted">{t('cases_lead', { passed, count: cases.length })}</p>
      <Scroll label={t('cases')} className="method-cases">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('case')}</th>
              <th scope="col">{t('answer_from')}</th>
              <th scope="col">{t('expected')}</th>
              <th scope="col">{t('result')}</th>
            </tr>
          </thead>
          <tbody>
            {cases.map((one) => (
              <tr key={`${one.file} ${one.name}`}>
                <td>
                  {one.name} <small className="muted mono">{one.file.split('/').pop()}</small>
                </td>
                <td>
                  {one.source} <Status status={one.status} />
                  <small className="muted method-answer">{one.answer}</small>
                </td>
                <td className="mono">
                  {one.expects.map((figure) => (
                    <div key={figure.figure}>
                      {figure.figure} = {figure.value ?? t('missing_is', { names: figure.missing.join(', ') })}
                    </div>
                  ))}
                </td>
                <td>
                  <span className={one.passed ? 'case-good' : 'case-bad'}>{t(one.passed ? 'passes' : 'fails')}</span>
                  {one.problems.map((problem) => (
                    <p key={problem.zh}>{either(problem.zh, problem.en)}</p>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}
