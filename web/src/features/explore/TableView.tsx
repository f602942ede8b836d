import { Table, type TableColumnsType } from 'antd';
import { Link, useSearchParams } from 'react-router';

import type { CellBody, ExploreBody } from '../../client';
import { Figure, figureOf, useFigureLink } from '../../components/Figure';
import { Scroll } from '../../components/Scroll';
import { codeWord } from '../../components/figureWords';
import { compareDecimals } from '../../lib/decimal';
import { either } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { Said } from './Said';
import { formWord, kindsWord, t, type Names } from './naming';

const SHOWN = 60;
const HEIGHT = 560;

/** Every statement in a row of its own, sortable; long answers draw only the rows in sight. */
export function TableView({ cells, names }: { cells: readonly CellBody[]; names: Names }) {
  const long = cells.length > SHOWN;
  return (
    <>
      <p className="muted">{t('rows_count', { count: cells.length })}</p>
      <Table<Row>
        className="explore-table"
        size="small"
        columns={columnsOf(names)}
        dataSource={cells.map((cell, key) => ({ key, cell }))}
        pagination={false}
        virtual={long}
        scroll={long ? { x: WIDTH, y: HEIGHT } : { x: WIDTH }}
        showSorterTooltip={false}
        {...(long ? {} : { sticky: { offsetHeader: 0 } })}
      />
    </>
  );
}

interface Row {
  key: number;
  cell: CellBody;
}

const WIDTHS = { subject: 112, period: 84, value: 160, unit: 100, indicator: 190, state: 160, voice: 260, issuer: 110, source: 220, evidence: 130 };
const WIDTH = Object.values(WIDTHS).reduce((sum, one) => sum + one, 0);

function columnsOf(names: Names): TableColumnsType<Row> {
  const byText = (read: (cell: CellBody) => string) => (one: Row, other: Row) => read(one.cell).localeCompare(read(other.cell), 'zh-CN');
  const voice = (cell: CellBody) => [names.stage(cell.voice.stage), names.basis(cell.voice.basis), names.world(cell.voice.world)];
  return [
    {
      title: t('subject'), width: WIDTHS.subject, fixed: 'left', sorter: byText((cell) => names.subject(cell.subject)),
      render: (_, { cell }) => (
        <>
          {names.subject(cell.subject)}
          {cell.key_enterprises && <small className="explore-quiet">{t('key_enterprises')}</small>}
        </>
      ),
    },
    { title: t('period'), width: WIDTHS.period, sorter: byText((cell) => cell.period), render: (_, { cell }) => cell.period },
    {
      title: t('value'), width: WIDTHS.value, align: 'right',
      sorter: (one, other) => compareDecimals(one.cell.amount.value, other.cell.amount.value),
      render: (_, { cell }) => <Said cell={cell} bare quiet />,
    },
    { title: t('unit'), width: WIDTHS.unit, render: (_, { cell }) => unitText(cell.amount.unit) },
    { title: t('indicator'), width: WIDTHS.indicator, sorter: byText((cell) => names.indicator(cell.indicator)), render: (_, { cell }) => names.indicator(cell.indicator) },
    {
      title: t('kinds'), width: WIDTHS.state,
      render: (_, { cell }) => (
        <>
          {kindsWord(cell)} {cell.amount.synthetic && <span className="badge badge-synthetic">{t('synthetic')}</span>}
          {cell.amount.value !== null && !cell.amount.complete && <span className="badge">{t('incomplete')}</span>}
        </>
      ),
    },
    {
      title: `${t('stage')} · ${t('basis')} · ${t('world')}`, width: WIDTHS.voice, sorter: byText((cell) => voice(cell).join()),
      render: (_, { cell }) =>
        cell.voice.form === 'absent' ? (
          <Why cell={cell} />
        ) : (
          <>
            {voice(cell).join(' · ')}
            <small className="explore-quiet">{formWord(cell.voice)}</small>
            <Why cell={cell} />
          </>
        ),
    },
    { title: t('issuer'), width: WIDTHS.issuer, sorter: byText((cell) => cell.voice.issuer), render: (_, { cell }) => cell.voice.issuer },
    {
      title: t('source'), width: WIDTHS.source,
      render: (_, { cell }) =>
        cell.source !== null && (
          <span className="explore-source explore-short" title={cell.source.text}>
            {cell.source.text} <span className="badge">{codeWord('status', cell.source.status)}</span>
          </span>
        ),
    },
    { title: t('evidence'), width: WIDTHS.evidence, render: (_, { cell }) => <Evidence cell={cell} /> },
  ];
}

function Why({ cell }: { cell: CellBody }) {
  if (cell.why === null) return null;
  const text = either(cell.why.zh, cell.why.en);
  return (
    <small className="explore-why explore-short" title={text}>
      {text}
    </small>
  );
}

function Evidence({ cell }: { cell: CellBody }) {
  const [params] = useSearchParams();
  const link = useFigureLink();
  const figure = figureOf(cell.amount);
  if (figure !== null)
    return (
      <Link to={link(figure)} preventScrollReset>
        {cell.amount.receipt ?? t('figure')}
      </Link>
    );
  return cell.entry === null ? null : (
    <Link to={`/ledger/${String(cell.entry)}${keeping(params)}`}>{t('entry', { entry: cell.entry })}</Link>
  );
}

/** Sub-totals as the platform gives them, and the reason where it gives none. */
export function Totals({ answer, names }: { answer: ExploreBody; names: Names }) {
  if (answer.totals.length === 0) return null;
  return (
    <details className="card explore-totals" open={answer.totals.length <= 12}>
      <summary>
        <h2>
          {t('totals')} <span className="muted">{t('rows_count', { count: answer.totals.length })}</span>
        </h2>
      </summary>
      <p className="muted">{t('totals_note')}</p>
      <Scroll label={t('totals')} className="explore-scroll" role="region">
        <TotalsTable answer={answer} names={names} />
      </Scroll>
    </details>
  );
}

function TotalsTable({ answer, names }: { answer: ExploreBody; names: Names }) {
  return (
    <table className="plain">
      <thead>
        <tr>
          <th scope="col">{t('total')}</th>
          <th scope="col">{t('indicator')}</th>
          <th scope="col" className="number">
            {t('value')}
          </th>
          <th scope="col">{t('unit')}</th>
          <th scope="col">{`${t('stage')} · ${t('basis')}`}</th>
        </tr>
      </thead>
      <tbody>
        {answer.totals.map((one, number) => (
          <tr key={number}>
            <th scope="row">
              {t(`total.${one.along as 'subjects' | 'periods' | 'both'}`)}{' '}
              <small className="explore-quiet">{[one.subject === null ? '' : names.subject(one.subject), one.period ?? ''].join(' ')}</small>
            </th>
            <td>{names.indicator(one.indicator)}</td>
            <td className="number">
              <TotalValue total={one} />
            </td>
            <td className="explore-unit">{unitText(one.amount.unit)}</td>
            <td>
              {[names.stage(one.voice.stage), names.basis(one.voice.basis), formWord(one.voice)].join(' · ')}
              {one.amount.synthetic && <span className="badge badge-synthetic">{t('synthetic')}</span>}
              {one.why !== null && <small className="explore-why">{either(one.why.zh, one.why.en)}</small>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A total, or that there is none and how many of its parts are there. */
export function TotalValue({ total, unit = false }: { total: ExploreBody['totals'][number]; unit?: boolean }) {
  const reason = total.why === null ? undefined : either(total.why.zh, total.why.en);
  if (total.amount.value !== null)
    return (
      <strong>
        <Figure amount={total.amount} bare={!unit} quiet still />
      </strong>
    );
  const added = total.amount.state === 'not_estimated' ? t('not_additive') : codeWord('state', total.amount.state);
  return (
    <span className="figure-state" title={reason}>
      {added} <small>{t('parts', { present: total.present, parts: total.parts })}</small>
    </span>
  );
}
