import type { Drawer, DrawerPart as Part } from '../../client';
import { Figure } from '../../components/Figure';
import { Scroll } from '../../components/Scroll';
import { named } from '../../lib/language';
import { t } from './naming';

/** The children of a sum, or the months of a longer period; each leads to its own drawer. */
export function Parts({ drawer }: { drawer: Drawer }) {
  return (
    <>
      {drawer.parts.length > 0 && (
        <section>
          <h3>{t('parts')}</h3>
          {drawer.receipt !== null && <p className="muted">{t('parts_published')}</p>}
          <Table parts={drawer.parts} name={(one) => (one.period === drawer.period ? named(one) : `${named(one)} ${one.period}`)} label={t('parts')} />
        </section>
      )}
      {drawer.months.length > 0 && (
        <section>
          <h3>{t('months')}</h3>
          <Table parts={drawer.months} name={(one) => one.period} label={t('months')} />
        </section>
      )}
    </>
  );
}

function Table({ parts, name, label }: { parts: Part[]; name: (one: Part) => string; label: string }) {
  return (
    <Scroll label={label}>
      <table className="plain">
        <thead>
          <tr>
            <th scope="col">{t('part')}</th>
            <th scope="col" className="number">
              {t('value')}
            </th>
            <th scope="col" className="number">
              {t('share')}
            </th>
          </tr>
        </thead>
        <tbody>
          {parts.map((one) => (
            <tr key={`${one.subject}${one.period}`}>
              <td>{name(one)}</td>
              <td className="number">{one.amount === null ? <span className="muted">{t('outside')}</span> : <Figure amount={one.amount} />}</td>
              <td className="number">{one.percent === null ? '' : `${one.percent} %`}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
