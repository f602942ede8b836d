import { Link, useSearchParams } from 'react-router';

import type { MethodBody, MethodQuantity, MethodTerm } from '../../client';
import { MathML } from '../../components/MathML';
import { Scroll } from '../../components/Scroll';
import { rungWord } from '../../components/rungWord';
import { either, named } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { Cases } from './Cases';
import { Factors } from './Factors';
import { Boundary, Paper } from './Paper';
import { Status } from './Status';
import { UsedBy } from './UsedBy';
import { codeOf, t } from './naming';

/** Everything a method says, published or not: boundary, formulas, terms, what is used where, rows, cases, sources. */
export function Body({ body }: { body: MethodBody }) {
  return (
    <>
      <nav className="method-contents" aria-label={t('contents')}>
        {body.quantities.length > 0 && <a href="#quantities">{t('quantities')}</a>}
        <a href="#terms">{t('terms')}</a>
        <a href="#graph">{t('graph')}</a>
        <a href="#factors">
          {t('factors')} {body.factors.length}
        </a>
        {body.cases.length > 0 && (
          <a href="#cases">
            {t('cases')} {body.cases.length}
          </a>
        )}
        <a href="#sources">{t('sources')}</a>
      </nav>
      <Boundary paper={body.paper} />
      <section className="card" id="quantities">
        <h2>{t('quantities')}</h2>
        {body.quantities.map((one) => (
          <Quantity key={one.symbol} quantity={one} />
        ))}
        <h3>{t('missing_title')}</h3>
        <p>{t('missing')}</p>
      </section>
      <Terms terms={body.terms} />
      <UsedBy body={body} />
      <Factors factors={body.factors} pack={body.pack} />
      <Cases cases={body.cases} />
      <Paper paper={body.paper} />
      <section className="card" id="sources">
        <h2>{t('sources')}</h2>
        <ul>
          {body.sources.map((one) => (
            <li key={one.key}>
              {either(one.title.zh, one.title.en)} {one.number} {one.issued} <Status status={one.status} />
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

/** Facts that stand in the head of every sheet. */
export function Facts({ body }: { body: MethodBody }) {
  return (
    <>
      <dt>{t('basis')}</dt>
      <dd>{either(body.source.zh, body.source.en)}</dd>
      {body.gwp !== '' && (
        <>
          <dt>{t('gwp')}</dt>
          <dd>{body.gwp}</dd>
        </>
      )}
      {body.grain === 'year' && (
        <>
          <dt>{t('grain')}</dt>
          <dd>{t('over.year')}</dd>
        </>
      )}
      {body.options.map((one) => (
        <Option key={one.name} name={named(one)} choices={one.choices} usual={one.default} />
      ))}
      {body.extends !== null && (
        <>
          <dt>{t('extends')}</dt>
          <dd>
            {body.extends.pack === '' ? `${body.extends.id} ${body.extends.edition}` : <PackLinks packs={[body.extends.pack]} />}{' '}
            <span className="mono muted">{body.extends.fingerprint.slice(0, 12)}</span>
          </dd>
        </>
      )}
      <Related name={t('extended_by')} packs={body.extended_by} />
      <Related name={t('rows_from')} packs={body.rows_from} />
      <Related name={t('rows_used_by')} packs={body.rows_used_by} />
    </>
  );
}

function Related({ name, packs }: { name: string; packs: string[] }) {
  if (packs.length === 0) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <PackLinks packs={packs} />
      </dd>
    </>
  );
}

/** Packs by name, each leading to its page. */
export function PackLinks({ packs }: { packs: string[] }) {
  const [params] = useSearchParams();
  return packs.map((one, at) => (
    <span key={one}>
      {at > 0 && ', '}
      <Link className="mono" to={`/methods/packs/${one}${keeping(params)}`}>
        {one}
      </Link>
    </span>
  ));
}

function Option({ name, choices, usual }: { name: string; choices: string[]; usual: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        {choices.join(' · ')} <span className="muted">({t('default', { value: usual })})</span>
      </dd>
    </>
  );
}

function Quantity({ quantity: one }: { quantity: MethodQuantity }) {
  return (
    <article className="method-quantity" id={`q-${one.symbol}`}>
      <h3>
        {named(one)} <code>{one.symbol}</code> <small className="muted">{unitText(one.unit)}</small>{' '}
        {one.scope !== '' && <span className="badge">{codeOf('scope', one.scope)}</span>}
        {one.clause !== '' && <small className="muted"> {one.clause}</small>}
      </h3>
      <MathML source={one.mathml} label={one.formula} />
      <p className="muted">
        {named(one)} = {either(one.words.zh, one.words.en)}
      </p>
      {one.rules.zh !== '' && <p>{either(one.rules.zh, one.rules.en)}</p>}
      {one.used_in.length > 0 && <p className="muted">{t('feeds', { names: one.used_in.join(', ') })}</p>}
      {one.example === null ? (
        <p className="muted">{t('no_example')}</p>
      ) : (
        <figure className="method-example">
          <p>{unitText(either(one.example.worked.zh, one.example.worked.en))}</p>
          <figcaption>
            {t('example_from', { name: one.example.case, source: one.example.source })} <Status status={one.example.status} />
          </figcaption>
        </figure>
      )}
      <details>
        <summary>{t('latex')}</summary>
        <pre className="method-latex" tabIndex={0}>
          {one.latex}
        </pre>
      </details>
    </article>
  );
}

function Terms({ terms }: { terms: MethodTerm[] }) {
  return (
    <section className="card" id="terms">
      <h2>{t('terms')}</h2>
      <Scroll label={t('terms')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('symbol')}</th>
              <th scope="col">{t('name')}</th>
              <th scope="col">{t('unit')}</th>
              <th scope="col">{t('over')}</th>
              <th scope="col">{t('origin')}</th>
              <th scope="col">{t('used_in')}</th>
              <th scope="col">{t('clause')}</th>
            </tr>
          </thead>
          <tbody>
            {terms.map((one) => (
              <tr key={one.symbol}>
                <td>
                  <code>{one.symbol}</code>
                </td>
                <td>{named(one)}</td>
                <td>{unitText(one.unit)}</td>
                <td>{one.over.map((dim) => codeOf('over', dim)).join(' × ')}</td>
                <td>
                  {codeOf('kind', one.kind)} <Origin term={one} />
                </td>
                <td className="mono">{one.used_in.join(', ')}</td>
                <td>{one.clause}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

/** Where a term's value comes from: the exact ratio, the rungs of the ladder, or the indicator that is measured. */
function Origin({ term }: { term: MethodTerm }) {
  if (term.exactly !== null) return <span className="muted">{term.exactly}</span>;
  if (term.rungs.length === 0) return <span className="muted">{term.indicator}</span>;
  return (
    <ol className="method-rungs">
      {term.rungs.map((one) => (
        <li key={one.name}>
          {rungWord(one.name)}
          <span className="muted">
            {one.take === 'table' && ` ${one.table}·${one.column}`}
            {Object.entries(one.when).map(([name, answer]) => ` ${name}=${answer}`)}
            {one.reach !== '' && ` ${t('reach_before')}`}
            {one.published_before !== '' && ` ${t('rung_published_before', { day: one.published_before })}`}
          </span>
        </li>
      ))}
    </ol>
  );
}
