import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';

import type { BasisComparison, BasisLine, BasisQuantity, BasisSide, BasisSources, BasisTotal, EnterpriseBases } from '../../client';
import { getEnterpriseBasesOptions } from '../../client/@tanstack/react-query.gen';
import { Figure } from '../../components/Figure';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { codeWord } from '../../components/figureWords';
import { rungWord } from '../../components/rungWord';
import { grouped } from '../../lib/decimal';
import { either, named } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import type { TabProps } from './Page';
import { t, word } from './words';

/** 口径: the same firm by every method that applies to it, one in detail, two explained against each other. */
export function Bases({ firm }: TabProps) {
  const [params, setParams] = useSearchParams();
  const moment = useMoment();
  const [period, basis, against] = ['period', 'basis', 'against'].map((name) => params.get(name) ?? undefined);
  const query = { period, basis, against, ...moment };
  const { data, error, isPending, refetch } = useQuery({
    ...getEnterpriseBasesOptions({ path: { name: firm.enterprise.id }, query }),
    placeholderData: keepPreviousData,
  });
  const set = (name: string, value: string) =>
    setParams((old) => {
      const next = new URLSearchParams(old);
      if (value === '') next.delete(name);
      else next.set(name, value);
      return next;
    });
  if (error !== null) return <ProblemNote error={error} retry={() => void refetch()} />;
  if (isPending) return <Waiting />;
  const chosen = data.bases.find((one) => one.basis === data.basis);
  return (
    <>
      <p className="muted">{t('bases_lead')}</p>
      <p className="firm-line">
        <label>
          {t('basis_month')}{' '}
          <input type="month" value={data.period.length === 7 ? data.period : ''} onChange={(event) => set('period', event.target.value)} />
        </label>
        {data.running && <span className="mark">{t('running')}</span>}
        {data.synthetic && <span className="badge badge-synthetic">{t('synthetic_badge')}</span>}
      </p>
      <div className="grid">
        {data.bases.map((one) => (
          <Total key={one.basis} one={one} chosen={one.basis === data.basis} />
        ))}
      </div>
      {chosen !== undefined && <Detail data={data} chosen={chosen} />}
      {data.bases.length > 1 && (
        <section className="card">
          <h2>{t('reconcile')}</h2>
          <p>
            <label>
              {t('reconcile_with', { name: either(chosen?.name_zh ?? '', chosen?.name_en ?? '') })}{' '}
              <select value={against ?? ''} onChange={(event) => set('against', event.target.value)}>
                <option value="">{t('reconcile_none')}</option>
                {data.bases
                  .filter((one) => one.basis !== data.basis)
                  .map((one) => (
                    <option key={one.basis} value={one.basis}>
                      {named(one)}
                    </option>
                  ))}
              </select>
            </label>
          </p>
          {data.comparison !== null && <Comparison one={data.comparison} bases={data.bases} />}
        </section>
      )}
    </>
  );
}

function Total({ one, chosen }: { one: BasisTotal; chosen: boolean }) {
  const [params] = useSearchParams();
  return (
    <section className={chosen ? 'card basis-card basis-chosen' : 'card basis-card'} aria-current={chosen ? 'true' : undefined}>
      <h2>
        {named(one)} {chosen && <span className="mark">{t('basis_shown')}</span>}
      </h2>
      <p className="muted">
        {either(one.title_zh, one.title_en)} {one.edition !== null && `· ${one.edition}`}
      </p>
      <p className="basis-figure">
        {one.amount === null ? <span className="figure-state">{t('basis_none')}</span> : <Figure amount={one.amount} places={2} />}
      </p>
      <p className="muted">
        {either(one.quantity_zh, one.quantity_en)} {one.scope !== '' && `· ${word('scope', one.scope)}`}
      </p>
      {one.amount !== null && !one.amount.complete && (
        <p>
          {either(one.completeness.zh, one.completeness.en)}
          {one.known !== null && ` · ${t('basis_known', { value: grouped(one.known) })}`}
        </p>
      )}
      <SourcesLine sources={one.sources} />
      {one.nonstandard.map((mark) => (
        <p key={mark.en} className="mark mark-warn basis-mark">
          {either(mark.zh, mark.en)}
        </p>
      ))}
      {one.problems.map((problem) => (
        <p key={`${problem.code} ${problem.en}`} className="note">
          {either(problem.zh, problem.en)}
        </p>
      ))}
      {!chosen && (
        <p>
          <Link to={{ search: keeping(params, { tab: 'bases', basis: one.basis, against: '' }) }} preventScrollReset>
            {t('basis_show')}
          </Link>
        </p>
      )}
      {one.fingerprint !== null && (
        <p>
          <Link to={`/methods/${one.fingerprint}${keeping(params)}`}>{t('basis_method')}</Link>
        </p>
      )}
    </section>
  );
}

/** Own values against defaults: what a verifier asks first. */
function SourcesLine({ sources }: { sources: BasisSources }) {
  if (sources.local + sources.default + sources.override === 0) return null;
  return (
    <p className="basis-sources">
      <span className="mark">{t('basis_own', { count: sources.local })}</span>{' '}
      <span className={sources.default > 0 ? 'mark mark-warn' : 'mark'}>{t('basis_default', { count: sources.default })}</span>{' '}
      {sources.override > 0 && <span className="mark mark-warn">{t('basis_override', { count: sources.override })}</span>}
    </p>
  );
}

function Detail({ data, chosen }: { data: EnterpriseBases; chosen: BasisTotal }) {
  return (
    <section className="card">
      <h2>{t('basis_detail', { name: named(chosen) })}</h2>
      {data.boundary.length > 0 && (
        <>
          <h3>{t('basis_boundary')}</h3>
          <ul>
            {data.boundary.map((one) => (
              <li key={one.en}>{either(one.zh, one.en)}</li>
            ))}
          </ul>
        </>
      )}
      <Scroll label={t('basis_quantities')} role="region">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('basis_quantity')}</th>
              <th scope="col" className="number">
                {t('basis_amount')}
              </th>
              <th scope="col">{t('basis_worked')}</th>
              <th scope="col">{t('basis_from')}</th>
            </tr>
          </thead>
          <tbody>
            {data.quantities.map((one) => (
              <Quantity key={one.symbol} one={one} />
            ))}
          </tbody>
        </table>
      </Scroll>
      {data.remarks.length > 0 && (
        <>
          <h3>{t('basis_remarks')}</h3>
          <ul className="basis-remarks">
            {data.remarks.map((one) => (
              <li key={`${one.code} ${one.en}`}>{either(one.zh, one.en)}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Quantity({ one }: { one: BasisQuantity }) {
  return (
    <tr className={one.head ? 'basis-head' : undefined}>
      <th scope="row">
        {named(one)} <code>{one.symbol}</code>
        {one.scope !== '' && <small className="muted"> {word('scope', one.scope)}</small>}
      </th>
      <td className="number">
        <Figure amount={one.amount} places={2} quiet />
        {one.nonstandard && <span className="mark mark-warn">{t('basis_nonstandard')}</span>}
      </td>
      <td className="basis-line">
        {either(one.worked.zh, one.worked.en)}
        {one.branch !== '' && <small className="muted"> [{one.branch}]</small>}
      </td>
      <td>
        <SourcesLine sources={one.sources} />
        {one.holes > 0 && <span className="mark mark-warn">{t('basis_holes', { count: one.holes })}</span>}
      </td>
    </tr>
  );
}

function Comparison({ one, bases }: { one: BasisComparison; bases: BasisTotal[] }) {
  const [chosen, other] = [one.basis, one.against].map((code) => bases.find((basis) => basis.basis === code));
  const unit = unitText(one.chosen.unit);
  return (
    <>
      <Scroll label={t('reconcile')} role="region">
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('reconcile_source')}</th>
              <th scope="col">{chosen === undefined ? one.basis : named(chosen)}</th>
              <th scope="col">{other === undefined ? one.against : named(other)}</th>
              <th scope="col" className="number">
                {t('reconcile_difference')} ({unit})
              </th>
              <th scope="col">{t('reconcile_why')}</th>
            </tr>
          </thead>
          <tbody>
            {one.lines.map((line) => (
              <Line key={line.source} line={line} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t('reconcile_left')}</th>
              <td />
              <td />
              <td className="number">{grouped(one.left)}</td>
              <td className="muted">{t('reconcile_left_what')}</td>
            </tr>
            <tr className="basis-head">
              <th scope="row">{t('reconcile_total')}</th>
              <td>
                <Figure amount={one.chosen} places={2} quiet />
              </td>
              <td>
                <Figure amount={one.other} places={2} quiet />
              </td>
              <td className="number">{one.difference === null ? '—' : grouped(one.difference)}</td>
              <td />
            </tr>
          </tfoot>
        </table>
      </Scroll>
      {!one.complete && <p className="note">{t('reconcile_incomplete')}</p>}
    </>
  );
}

function Line({ line }: { line: BasisLine }) {
  return (
    <tr>
      <th scope="row">{named(line)}</th>
      <td>
        <Side side={line.chosen} />
      </td>
      <td>
        <Side side={line.other} />
      </td>
      <td className="number">{grouped(line.difference)}</td>
      <td>{line.why.map((one) => word('why', one)).join(t('and'))}</td>
    </tr>
  );
}

function Side({ side }: { side: BasisSide }) {
  if (side.added === null) return <span className="muted">{t('reconcile_not_counted')}</span>;
  return (
    <>
      <strong>{grouped(side.added)}</strong>
      <ul className="basis-parts">
        {side.amounts.map((one) => (
          <li key={one.symbol}>
            {named(one)} {one.value === null ? '—' : `${grouped(one.value)} ${unitText(one.unit)}`}
          </li>
        ))}
        {side.factors.map((one) => (
          <li key={one.symbol}>
            {named(one)} {grouped(one.value)} {unitText(one.unit)}{' '}
            <small className="muted">
              {rungWord(one.rung)} · {codeWord('status', one.status)}
            </small>
          </li>
        ))}
      </ul>
    </>
  );
}
