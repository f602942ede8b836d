import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSearchParams } from 'react-router';

import type { MonthFigure, EnterpriseMonths as MonthsBody, FirstAgainstNow } from '../../client';
import { getEnterpriseMonthsOptions } from '../../client/@tanstack/react-query.gen';
import { EChart } from '../../charts/EChart';
import { Figure } from '../../components/Figure';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { codeWord, kindWords } from '../../components/figureWords';
import { either, named } from '../../lib/language';
import { useMoment } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { monthsOption } from './charts';
import { Known } from './Marks';
import type { TabProps } from './Page';
import { chartWords, useColours } from './useColours';
import { t, word } from './words';

/** 月度: figures by month with states, kinds, and what was published of them. */
export function Months({ firm }: TabProps) {
  const [params, setParams] = useSearchParams();
  const moment = useMoment();
  const every = params.get('every') === 'true';
  const { data, error, isPending } = useQuery({
    ...getEnterpriseMonthsOptions({ path: { name: firm.enterprise.id }, query: { every, ...moment } }),
    placeholderData: keepPreviousData,
  });
  const toggle = (on: boolean) =>
    setParams((old) => {
      const next = new URLSearchParams(old);
      if (on) next.set('every', 'true');
      else next.delete('every');
      return next;
    });
  if (error !== null) return <ProblemNote error={error} />;
  if (isPending) return <Waiting />;
  return (
    <>
      <p className="muted">
        {t('months_lead')} {t('method')}: {either(data.method_title_zh, data.method_title_en)}
      </p>
      <div className="grid grid-wide">
        {data.quantities.map((one, at) => one.main && <Chart key={one.symbol} months={data} at={at} />)}
      </div>
      <label className="check">
        <input type="checkbox" checked={every} onChange={(event) => toggle(event.target.checked)} /> {t('every')}
      </label>
      <MonthTable months={data} />
    </>
  );
}

function Chart({ months, at }: { months: MonthsBody; at: number }) {
  const quantity = months.quantities[at];
  const colours = useColours(quantity?.scope === 'indirect' ? 'indirect' : 'direct');
  const option = useMemo(() => {
    const figures = months.months.map((one) => one.figures[at]).filter((one): one is MonthFigure => one !== undefined);
    return monthsOption(months.months.map((one) => one.month), figures, unitText(quantity?.unit ?? ''), chartWords(months.synthetic), colours);
  }, [months, at, quantity, colours]);
  if (quantity === undefined) return null;
  const label = t('months_chart', { name: named(quantity) });
  return (
    <figure className="card chart">
      <figcaption>
        {label} ({unitText(quantity.unit)}) <span className="badge">{word('scope', quantity.scope)}</span>
      </figcaption>
      <EChart option={option} label={label} height={260} />
    </figure>
  );
}

function MonthTable({ months }: { months: MonthsBody }) {
  return (
    <Scroll label={t('months_lead')} role="region">
      <table className="plain months">
        <thead>
          <tr>
            <th scope="col" rowSpan={2}>
              {t('month')}
            </th>
            {months.quantities.map((one) => (
              <th key={one.symbol} scope="colgroup" colSpan={3}>
                {named(one)} <span className="muted">{unitText(one.unit)} · {word('scope', one.scope)}</span>
                {one.nonstandard.map((mark) => (
                  <small key={mark.en} className="mark mark-warn basis-mark">
                    {t('basis_nonstandard')}: {either(mark.zh, mark.en)}
                  </small>
                ))}
              </th>
            ))}
          </tr>
          <tr>
            {months.quantities.flatMap(({ symbol }) => [
              <th key={`${symbol} now`} scope="col" className="number">
                {t('now')}
              </th>,
              <th key={`${symbol} kinds`} scope="col">
                {t('kinds')}
              </th>,
              <th key={`${symbol} first`} scope="col" className="number">
                {t('first_published')}
              </th>,
            ])}
          </tr>
        </thead>
        <tbody>
          {[...months.months].reverse().map((one) => (
            <tr key={one.month}>
              <th scope="row">
                {one.month} {one.running && <span className="mark">{t('running')}</span>}
              </th>
              {one.figures.map((figure) => [
                <td key={`${figure.quantity} now`} className="number">
                  <Known figure={figure} places={2} bare />
                </td>,
                <td key={`${figure.quantity} kinds`}>
                  {kindWords([...new Set([...Object.keys(figure.by_kind), ...figure.amount.kinds])])}
                  {!one.running && figure.readings_present < figure.readings_expected && (
                    <span className="mark mark-warn">{t('lacking', { count: figure.readings_expected - figure.readings_present })}</span>
                  )}
                  {figure.revised > 0 && <span className="mark">{t('revised', { count: figure.revised })}</span>}
                </td>,
                <td key={`${figure.quantity} first`} className="number">
                  <FirstPublished published={figure.published} />
                </td>,
              ])}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** What was published first, and whether it still holds. */
export function FirstPublished({ published }: { published: FirstAgainstNow | null }) {
  if (published === null) return <span className="muted">—</span>;
  return (
    <>
      <Figure amount={published.first} bare quiet />
      <span className={published.moved ? 'mark mark-warn' : 'mark'}>{published.moved ? t('moved') : codeWord('stage', published.stage)}</span>
    </>
  );
}
