import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';

import type { CaseShifts, EditionComparison, FactorChange, FormulaChange, MethodDifference, MethodFactor, MethodHead, WrittenFormula } from '../../client';
import { compareMethodsOptions } from '../../client/@tanstack/react-query.gen';
import { MathML } from '../../components/MathML';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { grouped } from '../../lib/decimal';
import { either, named } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { Status } from './Status';
import { codeOf, t, validText } from './naming';

/** Two documents side by side: what differs, what it touches, and how far the reference cases move. */
export function Compare() {
  const { fingerprint = '', other = '' } = useParams();
  const moment = useMoment();
  const [params] = useSearchParams();
  const found = useQuery(compareMethodsOptions({ path: { fingerprint, other }, query: moment }));
  if (found.isPending) return <Waiting label={t('loading')} />;
  if (found.isError) return <ProblemNote error={found.error} />;
  const { one, other: two } = found.data;
  return (
    <div className="method-page">
      <p className="method-back">
        <Link to={`/methods${keeping(params)}`}>{t('back')}</Link> ·{' '}
        <Link to={`/methods/${two.fingerprint}/compare/${one.fingerprint}${keeping(params)}`}>{t('swap')}</Link>
      </p>
      <h1>{t('compared')}</h1>
      <div className="method-sides">
        <Side head={one} mark="−" />
        <Side head={two} mark="+" />
      </div>
      {found.data.kinds.length === 0 ? <p className="note">{t('same')}</p> : <Differing found={found.data} />}
    </div>
  );
}

function Side({ head, mark }: { head: MethodHead; mark: string }) {
  const [params] = useSearchParams();
  const to = head.entry === null ? `/methods/packs/${head.pack}` : `/methods/${head.fingerprint}`;
  return (
    <section className="card">
      <h2>
        <span aria-hidden="true">{mark}</span> <Link to={`${to}${keeping(params)}`}>{either(head.title_zh, head.title_en)}</Link>
      </h2>
      <p>
        {head.edition} · {validText(head.valid)}
      </p>
      <p className="mono muted">
        {head.id} {head.fingerprint.slice(0, 16)}
      </p>
    </section>
  );
}

function Differing({ found }: { found: EditionComparison }) {
  const rest = found.differences.filter((one) => one.section !== 'factors' && !(one.section === 'quantities' && one.path.endsWith('.expression')));
  return (
    <>
      <section className="card">
        <dl className="method-facts">
          <dt>{t('change_kinds')}</dt>
          <dd>{found.kinds.map((one) => codeOf('change', one)).join(' · ')}</dd>
          <dt>{t('impacted_periods')}</dt>
          <dd>{found.periods.length === 0 ? t('nothing') : found.periods.map(validText).join('; ')}</dd>
          <dt>{t('impacted_quantities')}</dt>
          <dd className="mono">{found.quantities.length === 0 ? t('nothing') : found.quantities.join(', ')}</dd>
        </dl>
      </section>
      <Shift shift={found.shift} />
      {found.formulas.length > 0 && (
        <section className="card">
          <h2>
            {t('formulas')} <small className="muted">{found.formulas.length}</small>
          </h2>
          {found.formulas.map((one) => (
            <Formula key={one.symbol} change={one} />
          ))}
        </section>
      )}
      {found.factors.length > 0 && <Rows rows={found.factors} />}
      {rest.length > 0 && <Fields rows={rest} />}
    </>
  );
}

function Shift({ shift }: { shift: CaseShifts }) {
  return (
    <section className="card">
      <h2>{t('shift')}</h2>
      <p className="muted">{t('shift_lead', { cases: shift.cases, moved: shift.moved.length, unmoved: shift.unmoved, refused: shift.refused.length })}</p>
      {shift.moved.length > 0 && (
        <Scroll label={t('shift')} className="method-cases">
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('case')}</th>
                <th scope="col">{t('figure')}</th>
                <th scope="col" className="number">
                  −
                </th>
                <th scope="col" className="number">
                  +
                </th>
                <th scope="col" className="number">
                  {t('difference')}
                </th>
              </tr>
            </thead>
            <tbody>
              {shift.moved.map((one) => (
                <tr key={`${one.case} ${one.quantity} ${one.cell}`}>
                  <td>{one.case}</td>
                  <td className="mono nowrap">
                    {one.quantity} {one.cell}
                  </td>
                  <td className="number">{one.before === null ? t('no_value') : grouped(one.before)}</td>
                  <td className="number">{one.after === null ? t('no_value') : grouped(one.after)}</td>
                  <td className="number">
                    {one.difference === null ? (
                      <span className="muted">{t('missing_is', { names: one.absent.join(', ') })}</span>
                    ) : (
                      <>
                        {grouped(one.difference)} <span className="figure-unit">{unitText(one.unit)}</span>
                        {one.percent !== null && <span className="muted"> ({one.percent}%)</span>}
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {shift.refused.length > 0 && (
        <details>
          <summary>{`${t('refused')} (${shift.refused.length})`}</summary>
          <ul>
            {shift.refused.map((one) => (
              <li key={`${one.case} ${one.side}`}>
                {one.side === 'before' ? '−' : '+'} {one.case}: {either(one.why.zh, one.why.en)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

function Formula({ change }: { change: FormulaChange }) {
  return (
    <article className="method-quantity">
      <h3>
        {named(change)} <code>{change.symbol}</code>
      </h3>
      <div className="method-sides">
        <Written side={change.before} mark="−" />
        <Written side={change.after} mark="+" />
      </div>
    </article>
  );
}

function Written({ side, mark }: { side: WrittenFormula | null; mark: string }) {
  if (side === null) {
    return (
      <p className="muted">
        <span aria-hidden="true">{mark}</span> {t('nothing')}
      </p>
    );
  }
  return (
    <div className="method-written">
      <span aria-hidden="true">{mark}</span>
      <MathML source={side.mathml} label={side.formula} />
      <p className="muted">
        {either(side.words.zh, side.words.en)} <span className="figure-unit">{unitText(side.unit)}</span>
      </p>
      {side.rules.zh !== '' && <p className="muted">{either(side.rules.zh, side.rules.en)}</p>}
    </div>
  );
}

function Rows({ rows }: { rows: FactorChange[] }) {
  return (
    <section className="card">
      <h2>
        {t('factors')} <small className="muted">{rows.length}</small>
      </h2>
      <Scroll label={t('factors')} className="method-factors">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('row')}</th>
              <th scope="col">−</th>
              <th scope="col">+</th>
              <th scope="col" className="number">
                {t('change')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ before, after, percent }) => {
              const row = after ?? before;
              return (
                <tr key={row?.id}>
                  <td>
                    {row?.table} {row?.key} {row?.region} <span className="muted">{row?.column}</span>
                  </td>
                  <td>
                    <Value row={before} />
                  </td>
                  <td>
                    <Value row={after} />
                  </td>
                  <td className="number">{percent === null ? '' : `${percent}%`}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function Value({ row }: { row: MethodFactor | null }) {
  if (row === null) return <em className="muted">{t('nothing')}</em>;
  return (
    <>
      {grouped(row.value)} <span className="figure-unit">{unitText(row.unit)}</span>{' '}
      <small className="muted">{`${row.valid_from} – ${row.valid_to ?? ''}`}</small> <Status status={row.status} />
    </>
  );
}

function Fields({ rows }: { rows: MethodDifference[] }) {
  return (
    <section className="card">
      <details>
        <summary>{`${t('other_fields')} (${rows.length})`}</summary>
        <Scroll label={t('other_fields')} className="method-factors">
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('section')}</th>
                <th scope="col">{t('field')}</th>
                <th scope="col">−</th>
                <th scope="col">+</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={`${row.section}/${row.path}`}>
                  <td>{codeOf('section', row.section)}</td>
                  <td className="mono">{row.path}</td>
                  <td>{row.before === null ? <em className="muted">{t('nothing')}</em> : <del>{row.before}</del>}</td>
                  <td>{row.after === null ? <em className="muted">{t('nothing')}</em> : <ins>{row.after}</ins>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </section>
  );
}
