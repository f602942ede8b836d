import type { CockpitBody } from '../../client';
import { Figure } from '../../components/Figure';
import { codeWord } from '../../components/figureWords';
import { named } from '../../lib/language';
import { t } from './words';

/** What others have said in public, each with its source: a strip of its own, apart from anything synthetic. */
export function Facts({ found }: { found: CockpitBody }) {
  if (found.facts.length === 0) return null;
  return (
    <section className="card">
      <h2>{t('facts')}</h2>
      <p className="muted">{t('facts_what')}</p>
      <ul className="facts" tabIndex={0} aria-label={t('facts')}>
        {found.facts.map((one) => (
          <li key={one.entry}>
            <span className="muted">
              {named(one)} · {one.period}
            </span>
            <strong>
              <Figure amount={one.amount} quiet />
            </strong>
            <span className="fact-source muted" title={one.source}>
              {codeWord('status', one.status)} · {one.source}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
