import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';

import { listEnterpriseFiguresOptions } from '../../client/@tanstack/react-query.gen';
import { Figure } from '../../components/Figure';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { codeWord } from '../../components/figureWords';
import { named } from '../../lib/language';
import { keeping, useMoment } from '../../lib/moment';
import type { TabProps } from './Page';
import { Pager, usePage } from './Pager';
import { t, word } from './words';

const SIZE = 30;

/** 数值: what was first published against what is known now. */
export function Figures({ firm }: TabProps) {
  const [params, setParams] = useSearchParams();
  const moment = useMoment();
  const [page] = usePage();
  const moved = params.get('moved') === 'true';
  const { data, error, isPending } = useQuery({
    ...listEnterpriseFiguresOptions({ path: { name: firm.enterprise.id }, query: { moved, page, size: SIZE, ...moment } }),
    placeholderData: keepPreviousData,
  });
  if (error !== null) return <ProblemNote error={error} />;
  if (isPending) return <Waiting />;
  return (
    <>
      <p className="muted">{t('figures_lead')}</p>
      <label className="check">
        <input
          type="checkbox"
          checked={moved}
          onChange={(event) => setParams((old) => new URLSearchParams(keeping(old, { tab: 'figures', moved: event.target.checked ? 'true' : '' })))}
        />{' '}
        {t('only_moved', { count: data.moved })}
      </label>
      {data.rows.length === 0 ? (
        <p className="note">{t('no_figures')}</p>
      ) : (
        <Scroll label={t('tab.figures')} className="card" role="region">
          <table className="plain">
            <caption className="visually-hidden">{t('figures_lead')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('period')}</th>
                <th scope="col">{t('quantity')}</th>
                <th scope="col" className="number">
                  {t('first_published')}
                </th>
                <th scope="col" className="number">
                  {t('now')}
                </th>
                <th scope="col">{t('stage')}</th>
                <th scope="col">{t('entry')}</th>
                <th scope="col" className="number">
                  {t('times')}
                </th>
              </tr>
            </thead>
            <tbody>
              {data.rows.map((one) => (
                <tr key={`${one.period} ${one.quantity}`}>
                  <th scope="row">{one.period}</th>
                  <td className="roomy">
                    {named(one)} <span className="badge">{word('scope', one.scope)}</span>
                  </td>
                  <td className="number">
                    <Figure amount={one.published.first} quiet />
                  </td>
                  <td className="number">
                    <Figure amount={one.now} />
                    <span className={one.published.moved ? 'mark mark-warn' : 'mark'}>{one.published.moved ? t('moved') : t('unmoved')}</span>
                  </td>
                  <td>{codeWord('stage', one.published.stage)}</td>
                  <td>
                    <Link to={`/ledger/${one.published.first_entry}${keeping(params)}`}>{one.published.first_entry}</Link>
                  </td>
                  <td className="number">{one.times}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <Pager total={data.total} size={SIZE} />
    </>
  );
}
