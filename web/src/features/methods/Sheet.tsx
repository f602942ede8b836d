import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';

import type { MethodSheet, MethodQuantity, MethodTerm } from '../../client';
import { getMethodSheetOptions } from '../../client/@tanstack/react-query.gen';
import { language } from '../../app/boot';
import { codeWord } from '../../components/figureWords';
import { MathML } from '../../components/MathML';
import { ProblemNote } from '../../components/ProblemNote';
import { Waiting } from '../../components/Waiting';
import { either, named } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { Factors } from './Factors';
import { codeOf, t, validText } from './naming';

/** One method for reading: every formula with a worked example, terms, factors, sources and editions. */
export function Sheet() {
  const { fingerprint = '' } = useParams();
  const moment = useMoment();
  const found = useQuery(getMethodSheetOptions({ path: { fingerprint }, query: moment }));
  if (found.isPending) return <Waiting label={t('loading')} />;
  if (found.isError) return <ProblemNote error={found.error} />;
  return <Read sheet={found.data} />;
}

function Read({ sheet }: { sheet: MethodSheet }) {
  const [params] = useSearchParams();
  return (
    <>
      <p>
        <Link to={`/methods${keeping(params)}`}>{t('back')}</Link>
      </p>
      <h1>
        {either(sheet.title_zh, sheet.title_en)} <small className="muted">{sheet.edition}</small>{' '}
        <span className={sheet.in_force ? 'badge' : 'badge badge-old'}>{t(sheet.in_force ? 'in_force' : 'replaced')}</span>
      </h1>
      <section className="card">
        <dl className="method-facts">
          <dt>{t('basis')}</dt>
          <dd>{either(sheet.source.zh, sheet.source.en)}</dd>
          <dt>{t('valid')}</dt>
          <dd>{validText(sheet.valid)}</dd>
          <dt>{t('used')}</dt>
          <dd>{t('used_by', { figures: sheet.figures, subjects: sheet.subjects })}</dd>
          {sheet.gwp !== '' && (
            <>
              <dt>{t('gwp')}</dt>
              <dd>{sheet.gwp}</dd>
            </>
          )}
          {sheet.options.map((one) => (
            <Option key={one.name} name={named(one)} choices={one.choices} usual={one.default} />
          ))}
          <dt>{t('fingerprint')}</dt>
          <dd className="mono">SHA-256 {sheet.fingerprint}</dd>
          <dt>{t('entry')}</dt>
          <dd>
            <Link to={`/ledger/${sheet.entry}${keeping(params)}`}>{sheet.entry}</Link> ·{' '}
            <a href={`/${language}/methods/${sheet.fingerprint}${keeping(params)}`}>{t('document')}</a>
          </dd>
        </dl>
      </section>
      <section className="card">
        <h2>{t('quantities')}</h2>
        {sheet.quantities.map((one) => (
          <Quantity key={one.symbol} quantity={one} />
        ))}
        <h3>{t('missing_title')}</h3>
        <p>{t('missing')}</p>
      </section>
      <Terms terms={sheet.terms} />
      <Factors factors={sheet.factors} />
      <section className="card">
        <h2>{t('sources')}</h2>
        <ul>
          {sheet.sources.map((one) => (
            <li key={one.key}>
              {either(one.title.zh, one.title.en)} {one.number} {one.issued}{' '}
              {one.status !== '' && <span className={one.status === 'official' ? 'mark' : 'mark mark-warn'}>{codeWord('status', one.status)}</span>}
            </li>
          ))}
        </ul>
      </section>
      {sheet.editions.length > 1 && <Editions sheet={sheet} />}
    </>
  );
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
    <article className="method-quantity">
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
      {one.example === null ? (
        <p className="muted">{t('no_example')}</p>
      ) : (
        <figure className="method-example">
          <p>{unitText(either(one.example.worked.zh, one.example.worked.en))}</p>
          <figcaption>
            {t('example_from', { name: one.example.case, source: one.example.source })}{' '}
            <span className={one.example.status === 'official' ? 'mark' : 'mark mark-warn'}>{codeWord('status', one.example.status)}</span>
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
    <section className="card">
      <h2>{t('terms')}</h2>
      <div className="scroll" tabIndex={0} role="group" aria-label={t('terms')}>
        <table className="plain">
          <thead>
            <tr>
              <th scope="col">{t('symbol')}</th>
              <th scope="col">{t('name')}</th>
              <th scope="col">{t('unit')}</th>
              <th scope="col">{t('over')}</th>
              <th scope="col">{t('origin')}</th>
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
                  {codeOf('kind', one.kind)} <span className="muted">{one.exactly ?? (one.ladder.join(' → ') || one.indicator)}</span>
                </td>
                <td>{one.clause}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Editions({ sheet }: { sheet: MethodSheet }) {
  const [params] = useSearchParams();
  return (
    <section className="card">
      <h2>{t('editions')}</h2>
      <ul>
        {sheet.editions.map((one) => (
          <li key={one.fingerprint}>
            <Link to={`/methods/${one.fingerprint}${keeping(params)}`}>
              {one.edition} · {validText(one.valid)}
            </Link>{' '}
            <span className="mono">{one.fingerprint.slice(0, 12)}</span>{' '}
            <span className={one.in_force ? 'badge' : 'badge badge-old'}>{t(one.in_force ? 'in_force' : 'replaced')}</span>{' '}
            {one.fingerprint !== sheet.fingerprint && (
              <Link to={`/methods/${sheet.fingerprint}/compare/${one.fingerprint}${keeping(params)}`}>{t('compare')}</Link>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
