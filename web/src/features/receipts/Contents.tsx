import { Link, useSearchParams } from 'react-router';

import type { Drawer } from '../../client';
import { amountText, useFigureLink } from '../../components/Figure';
import { codeWord, figureWord } from '../../components/figureWords';
import { language } from '../../app/boot';
import { either } from '../../lib/language';
import { grouped } from '../../lib/decimal';
import { keeping } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { Activities } from './Activities';
import { Corrected, CorrectedCounts } from './Corrected';
import { said, t, clock } from './naming';
import { Parts } from './Parts';
import { Since } from './Since';
import { Under } from './Under';
import { Working } from './Working';

/** The drawer from top to bottom: the number, what became of it, how it was made, where it stands. */
export function Contents({ drawer }: { drawer: Drawer }) {
  return (
    <>
      <Headline drawer={drawer} />
      {drawer.receipt !== null && <Under receipt={drawer.receipt} />}
      {drawer.since !== null && <Since drawer={drawer} since={drawer.since} />}
      <Corrected drawer={drawer} />
      <Working drawer={drawer} />
      <Parts drawer={drawer} />
      <Activities drawer={drawer} />
      <Completeness drawer={drawer} />
      <Position drawer={drawer} />
      <Ways drawer={drawer} />
    </>
  );
}

function Headline({ drawer }: { drawer: Drawer }) {
  const { amount } = drawer;
  const factors = amount.kinds.filter((kind) => !drawer.kinds.some((one) => one.kind === kind));
  const scope = drawer.scope === 'direct' || drawer.scope === 'indirect' ? t(drawer.scope) : '';
  const whole = unitText(amount.unit);
  return (
    <section className="drawer-top">
      <h2>{said(drawer.title)}</h2>
      <p className="drawer-value">
        {amountText(amount)} {amount.value !== null && <small>{whole}</small>}
      </p>
      <p className="drawer-badges">
        <span className="badge">{codeWord('stage', drawer.stage)}</span>
        {scope !== '' && <span className="badge">{scope}</span>}
        {drawer.nonstandard.length > 0 && <span className="badge badge-warn">{t('nonstandard')}</span>}
        {drawer.running && <span className="badge badge-warn">{t('running')}</span>}
        {amount.synthetic && <span className="badge badge-synthetic">{figureWord('synthetic_long')}</span>}
        <CorrectedCounts drawer={drawer} />
      </p>
      {amount.value === null && !drawer.completeness.complete && (
        <p>
          {said(drawer.completeness.words)}
          {drawer.known !== null && <> · {t('known_part', { value: `${grouped(drawer.known)} ${whole}` })}</>}
        </p>
      )}
      {drawer.receipt === null && <Standing drawer={drawer} />}
      {!drawer.position.same && <p className="note note-bad">{t('not_same')}</p>}
      {drawer.newer && <p className="note">{t('newer')}</p>}
      <dl className="drawer-facts">
        <dt>{t('basis')}</dt>
        <dd>{said(drawer.basis)}</dd>
        {drawer.nonstandard.length > 0 && (
          <>
            <dt>{t('nonstandard')}</dt>
            <dd>{drawer.nonstandard.map(said).join(either(';', '; '))}</dd>
          </>
        )}
        {drawer.remarks.length > 0 && (
          <>
            <dt>{t('remarks')}</dt>
            <dd>{drawer.remarks.map(said).join(' ')}</dd>
          </>
        )}
        {drawer.kinds.length > 0 && (
          <>
            <dt>{t('kinds')}</dt>
            <dd>
              {drawer.kinds
                .map((one) => `${codeWord('kind', one.kind)}${one.percent === null ? '' : ` ${one.percent} %`}`)
                .join(either('、', ', '))}{' '}
              <span className="muted">({t('kinds_base')})</span>
              {factors.length > 0 && <div className="muted">{t('factor_kinds', { kinds: factors.map((one) => codeWord('kind', one)).join(either('、', ', ')) })}</div>}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

/** Of a provisional figure: whether this very value stands published, and under which receipt. */
function Standing({ drawer }: { drawer: Drawer }) {
  const link = useFigureLink();
  const same = drawer.since?.history.findLast((one) => one.amount.value !== null && one.amount.value === drawer.amount.value);
  return (
    <p className="muted">
      {same === undefined ? (
        t('provisional')
      ) : (
        <>
          {t('published_as')} <Link to={link(same.receipt)}>{same.receipt}</Link>
        </>
      )}
    </p>
  );
}

function Completeness({ drawer }: { drawer: Drawer }) {
  const made = drawer.completeness;
  return (
    <section>
      <h3>{t('completeness')}</h3>
      <p>
        {said(made.words)}
        {made.expected > 0 && ` · ${t('readings')} ${t('readings_of', { present: made.present, expected: made.expected })}`}
        {made.members !== null && ` · ${t('members', { members: made.members, complete: made.members_complete ?? 0 })}`}
      </p>
      {made.holes.length > 0 && (
        <ul className="drawer-list">
          {made.holes.map((one) => (
            <li key={`${one.source.zh}${one.start}`}>
              {said(one.source)} · {clock(one.start)} – {clock(one.end)} · {t('hole', { count: one.count })}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Position({ drawer }: { drawer: Drawer }) {
  const at = drawer.position;
  const [params] = useSearchParams();
  const facts: [string, string | null, string?][] = [
    [t('entry'), at.entry === null ? null : String(at.entry), `/ledger/${at.entry}`],
    [t('leaf'), at.leaf_hash],
    [t('recorded'), at.recorded === null ? null : clock(at.recorded)],
    [t('decision'), at.decision === null ? null : String(at.decision), `/ledger/${at.decision}`],
    [t('signed_head'), at.signed_head === null ? null : String(at.signed_head)],
    [t('as_of'), at.as_of],
    [t('fingerprint'), at.fingerprint, `/methods/${at.fingerprint}`],
    [t('input_digest'), at.input_digest],
    [t('evaluator'), at.evaluator],
    [t('parsers'), at.parsers.join(' · ')],
    [t('build'), at.build],
  ];
  return (
    <section>
      <h3>{t(at.entry === null ? 'freeze' : 'position')}</h3>
      <dl className="drawer-facts drawer-mono">
        {facts.map(([name, value, to]) =>
          value === null ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{to === undefined ? value : <Link to={`${to}${keeping(params)}`}>{value}</Link>}</dd>
            </div>
          ),
        )}
      </dl>
      {at.entry !== null && <p className="muted">{t('unwitnessed')}</p>}
    </section>
  );
}

function Ways({ drawer }: { drawer: Drawer }) {
  const [params] = useSearchParams();
  // The document of a figure that is not published names its point itself.
  const address = `/${language}/${drawer.document}${drawer.receipt === null ? '' : keeping(params)}`;
  const print = () => {
    const opened = window.open(address);
    opened?.addEventListener('load', () => opened.print());
  };
  return (
    <footer className="drawer-ways">
      <a className="button button-primary" href={address}>
        {t('open_document')}
      </a>
      <button type="button" className="button" onClick={print}>
        {t('print')}
      </button>
      {drawer.receipt !== null && (
        <>
          <a className="button" href={`/api/receipts/${drawer.receipt}/bundle`} download={`${drawer.receipt}.zip`}>
            {t('bundle')}
          </a>
          <a className="button" href={`/api/receipts/${drawer.receipt}/sheet.pdf?language=${language}`} download={`${drawer.receipt}.pdf`}>
            {t('sheet')}
          </a>
          <a className="button" href={`/verify.html?language=${language}`}>
            {t('check_bundle')}
          </a>
        </>
      )}
    </footer>
  );
}
