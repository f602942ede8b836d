import type { Drawer, DrawerFactor as Factor, DrawerStep as Step, TestedValue } from '../../client';
import { codeWord } from '../../components/figureWords';
import { rungWord } from '../../components/rungWord';
import { MathML } from '../../components/MathML';
import { Scroll } from '../../components/Scroll';
import { grouped } from '../../lib/decimal';
import { named } from '../../lib/language';
import { unitText } from '../../lib/unit';
import { said, t } from './naming';

/** The formula in words, in mathematics and with numbers; and the factors with where they were read. */
export function Working({ drawer }: { drawer: Drawer }) {
  return (
    <>
      {drawer.steps.length > 0 && (
        <section>
          <h3>{t('formula')}</h3>
          {drawer.steps.map((one) => (
            <Formula key={one.symbol} step={one} />
          ))}
        </section>
      )}
      {drawer.factors.length > 0 && (
        <section>
          <h3>{t('factors')}</h3>
          <Scroll label={t('factors')}>
            <table className="plain">
              <thead>
                <tr>
                  <th scope="col">{t('factor')}</th>
                  <th scope="col" className="number">
                    {t('value')}
                  </th>
                  <th scope="col">{t('rung')}</th>
                  <th scope="col">{t('source')}</th>
                </tr>
              </thead>
              <tbody>
                {drawer.factors.map((one) => (
                  <Row key={`${one.symbol}${one.source.zh}${one.value}${one.valid_from}`} factor={one} />
                ))}
              </tbody>
            </table>
          </Scroll>
        </section>
      )}
    </>
  );
}

function Formula({ step }: { step: Step }) {
  return (
    <div className="formula">
      <h4>
        {named(step)} <code>{step.symbol}</code>
        {step.clause !== '' && <small className="muted"> {step.clause}</small>}
      </h4>
      <MathML source={step.mathml} label={said(step.words)} />
      <p className="muted formula-words">{said(step.words)}</p>
      <ul className="worked">
        {step.worked.map((line, at) => (
          <li key={at}>{unitText(said(line))}</li>
        ))}
      </ul>
      {step.more > 0 && <p className="muted">{t('more', { count: step.more })}</p>}
      {step.branches.length > 0 && <p className="muted">{t('branches', { names: step.branches.join(' · ') })}</p>}
    </div>
  );
}

function Row({ factor }: { factor: Factor }) {
  const printed = factor.original !== factor.value || factor.original_unit !== factor.unit;
  return (
    <tr>
      <td>
        {named(factor)} <code>{factor.symbol}</code>
        <br />
        <small className="muted">{t('cells', { count: factor.cells })}</small>
      </td>
      <td className="number">
        {grouped(factor.value)} <span className="figure-unit">{unitText(factor.unit)}</span>
        {printed && (
          <>
            <br />
            <small className="muted">{t('printed', { value: `${factor.original} ${unitText(factor.original_unit)}` })}</small>
          </>
        )}
      </td>
      <td>
        {rungWord(factor.rung)}
        <br />
        <small className="muted">{codeWord('kind', factor.kind)}</small>
      </td>
      <td>
        {said(factor.source)} <span className={factor.status === 'official' ? 'mark' : 'mark mark-warn'}>{codeWord('status', factor.status)}</span>
        {factor.statement !== null && (
          <>
            <br />
            <small className="muted">{t('own_statement', { entry: factor.statement })}</small>
          </>
        )}
        {factor.instead_of !== null && (
          <p className="factor-note">
            <span className="badge badge-warn">{t('nonstandard')}</span>{' '}
            {t('instead_of', { value: `${grouped(factor.instead_of.value)} ${unitText(factor.instead_of.unit)}`, id: factor.instead_of.id })}
            {factor.reason !== '' && <> · {t('reason', { reason: factor.reason })}</>}
          </p>
        )}
        {factor.tested !== null && <Tested value={factor.tested} />}
      </td>
    </tr>
  );
}

/** The way from a laboratory's results to the factor. */
function Tested({ value }: { value: TestedValue }) {
  return (
    <details className="factor-note">
      <summary>{t('tested', { count: value.samples.length })}</summary>
      <ul className="worked">
        {value.worked.map((line, at) => (
          <li key={at}>{line}</li>
        ))}
      </ul>
      <ul className="drawer-list">
        {value.samples.map((one) => (
          <li key={`${one.report}${one.sample}`}>
            {t('tested_sample', {
              sample: one.sample,
              form: t(one.composite ? 'composite' : 'single'),
              taken: one.taken.join(' – '),
              represents: one.represents.join(' – '),
            })}
            {one.amount !== null && ` · ${grouped(one.amount)} t`}
            <br />
            <small className="muted">
              {t('tested_report', { report: one.report, marks: one.marks.join(' ') || t('no_mark'), tested: one.tested })}
              {one.redacted !== null && ` · ${t('redacted_at', { entry: one.redacted })}`}
              {one.results.map((said) => ` · ${codeWord('parameter', said.parameter)} ${said.basis} ${said.value} ${unitText(said.unit)}`).join('')}
            </small>
          </li>
        ))}
      </ul>
    </details>
  );
}
