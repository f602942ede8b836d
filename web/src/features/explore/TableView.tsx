import { Table, type TableColumnsType } from 'antd';
import { Link, useSearchParams } from 'react-router';

import type { CellBody, ExploreBody } from '../../client';
import { compareDecimals, grouped } from '../../lib/decimal';
import { either } from '../../lib/language';
import { keeping } from '../../lib/moment';
import { Flags, Said, figureOf } from './Said';
import { t, word, type Names } from './naming';

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

const WIDTHS = { subject: 130, indicator: 190, period: 90, value: 190, unit: 110, state: 160, voice: 260, issuer: 110, source: 220, evidence: 130 };
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
          {cell.key_enterprises && <small className="explore-voice">{t('key_enterprises')}</small>}
        </>
      ),
    },
    { title: t('indicator'), width: WIDTHS.indicator, sorter: byText((cell) => names.indicator(cell.indicator)), render: (_, { cell }) => names.indicator(cell.indicator) },
    { title: t('period'), width: WIDTHS.period, sorter: byText((cell) => cell.period), render: (_, { cell }) => cell.period },
    {
      title: t('value'), width: WIDTHS.value, align: 'right',
      sorter: (one, other) => compareDecimals(one.cell.amount.value, other.cell.amount.value),
      render: (_, { cell }) => <Said cell={cell} unit={false} />,
    },
    { title: t('unit'), width: WIDTHS.unit, render: (_, { cell }) => cell.amount.unit },
    {
      title: t('kinds'), width: WIDTHS.state,
      render: (_, { cell }) => (
        <>
          {cell.amount.kinds.map((kind) => word('kind', kind)).join(' · ')} <Flags cell={cell} />
        </>
      ),
    },
    {
      title: `${t('stage')} · ${t('basis')} · ${t('world')}`, width: WIDTHS.voice, sorter: byText((cell) => voice(cell).join()),
      render: (_, { cell }) =>
        cell.voice.form === 'absent' ? (
          <small className="explore-why">{cell.why !== null && either(cell.why.zh, cell.why.en)}</small>
        ) : (
          <>
            {voice(cell).join(' · ')}
            <small className="explore-voice">{word('form', cell.voice.form)}</small>
            {cell.why !== null && <small className="explore-why">{either(cell.why.zh, cell.why.en)}</small>}
          </>
        ),
    },
    { title: t('issuer'), width: WIDTHS.issuer, sorter: byText((cell) => cell.voice.issuer), render: (_, { cell }) => cell.voice.issuer },
    {
      title: t('source'), width: WIDTHS.source,
      render: (_, { cell }) =>
        cell.source !== null && (
          <span className="explore-source">
            {cell.source.text} <span className="badge">{word('status', cell.source.status)}</span>
          </span>
        ),
    },
    { title: t('evidence'), width: WIDTHS.evidence, render: (_, { cell }) => <Evidence cell={cell} /> },
  ];
}

function Evidence({ cell }: { cell: CellBody }) {
  const [params] = useSearchParams();
  const figure = figureOf(cell.amount);
  if (figure !== null) {
    const next = new URLSearchParams(params);
    next.set('figure', figure);
    return <Link to={{ search: next.toString() }}>{cell.amount.receipt ?? t('figure')}</Link>;
  }
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
      <div className="scroll explore-scroll" role="region" aria-label={t('totals')} tabIndex={0}>
        <TotalsTable answer={answer} names={names} />
      </div>
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
              <small className="explore-voice">{[one.subject === null ? '' : names.subject(one.subject), one.period ?? ''].join(' ')}</small>
            </th>
            <td>{names.indicator(one.indicator)}</td>
            <td className="number">
              <TotalValue total={one} />
            </td>
            <td>{one.amount.unit}</td>
            <td>
              {[names.stage(one.voice.stage), names.basis(one.voice.basis), word('form', one.voice.form)].join(' · ')}
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
  if (total.amount.value !== null) return <TotalNumber total={total} unit={unit} />;
  const added = total.amount.state === 'not_estimated' ? t('not_additive') : word('state', total.amount.state);
  return (
    <span className="explore-none" title={reason}>
      {added} <small>{t('parts', { present: total.present, parts: total.parts })}</small>
    </span>
  );
}

function TotalNumber({ total, unit }: { total: ExploreBody['totals'][number]; unit: boolean }) {
  return (
    <strong className="explore-number">
      {grouped(total.amount.value ?? '')}
      {unit && <small> {total.amount.unit}</small>}
    </strong>
  );
}
