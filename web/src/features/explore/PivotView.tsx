import type { CellBody, ExploreBody } from '../../client';
import { Flags, Said, VoiceLine } from './Said';
import { TotalValue } from './TableView';
import { headOf, t, word, type Names } from './naming';
import { hasTotals, pivot, totalsOf } from './pivot';
import { AXES, type Axis, type Look } from './state';

interface Props {
  answer: ExploreBody;
  look: Look;
  names: Names;
  change: (look: Look) => void;
}

/** Statements in a grid of two of their properties; a place with several shows them all. */
export function PivotView({ answer, look, names, change }: Props) {
  const orders: Partial<Record<Axis, readonly string[]>> = {
    subject: answer.subjects.map((one) => one.id),
    period: answer.periods,
    indicator: answer.indicators.map((one) => one.code),
  };
  const made = pivot(answer.cells, look.rows, look.columns, orders);
  const summed = hasTotals(look.rows, look.columns) && answer.totals.length > 0;
  const bySubject = look.rows === 'subject';
  return (
    <>
      <div className="explore-axes">
        <AxisPicker label={t('rows')} value={look.rows} choose={(rows) => change({ ...look, rows, columns: rows === look.columns ? look.rows : look.columns })} />
        <AxisPicker label={t('columns')} value={look.columns} choose={(columns) => change({ ...look, columns, rows: columns === look.rows ? look.columns : look.rows })} />
        {!summed && answer.totals.length > 0 && <span className="muted">{t('totals_elsewhere')}</span>}
      </div>
      <div className="scroll explore-scroll" role="region" aria-label={t('view.pivot')} tabIndex={0}>
        <table className="plain explore-pivot">
          <thead>
            <tr>
              <th scope="col">{t(look.rows)}</th>
              {made.columns.map((column) => (
                <th key={column} scope="col" className="number">
                  {headOf(look.columns, column, names)}
                </th>
              ))}
              {summed && (
                <th scope="col" className="number">
                  {t(bySubject ? 'total.periods' : 'total.subjects')}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {made.rows.map((row) => (
              <tr key={row}>
                <th scope="row">{headOf(look.rows, row, names)}</th>
                {made.columns.map((column) => (
                  <td key={column} className="number">
                    <Place cells={made.at(row, column)} answer={answer} look={look} names={names} />
                  </td>
                ))}
                {summed && (
                  <td className="number explore-sum">
                    <TotalsAt answer={answer} names={names} subject={bySubject ? row : null} period={bySubject ? null : row} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
          {summed && (
            <tfoot>
              <tr>
                <th scope="row">{t(bySubject ? 'total.subjects' : 'total.periods')}</th>
                {made.columns.map((column) => (
                  <td key={column} className="number explore-sum">
                    <TotalsAt answer={answer} names={names} subject={bySubject ? null : column} period={bySubject ? column : null} />
                  </td>
                ))}
                <td className="number explore-sum">
                  <TotalsAt answer={answer} names={names} subject={null} period={null} />
                </td>
              </tr>
            </tfoot>
          )}
        </table>
      </div>
    </>
  );
}

function AxisPicker({ label, value, choose }: { label: string; value: Axis; choose: (axis: Axis) => void }) {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={(event) => choose(event.target.value as Axis)}>
        {AXES.map((one) => (
          <option key={one} value={one}>
            {t(one)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Place({ cells, answer, look, names }: { cells: CellBody[]; answer: ExploreBody; look: Look; names: Names }) {
  const axes: Axis[] = [look.rows, look.columns];
  const said = (cell: CellBody) =>
    [
      axes.includes('subject') || answer.subjects.length < 2 ? '' : names.subject(cell.subject),
      axes.includes('indicator') || answer.indicators.length < 2 ? '' : names.indicator(cell.indicator),
      axes.includes('period') || answer.periods.length < 2 ? '' : cell.period,
    ].filter((one) => one !== '');
  return (
    <>
      {cells.length > 1 && <span className="visually-hidden">{t('several', { count: cells.length })}</span>}
      {cells.map((cell, number) => (
        <div key={number} className="explore-said">
          {said(cell).length > 0 && <small className="explore-voice">{said(cell).join(' · ')}</small>}
          <Said cell={cell} /> <Flags cell={cell} />
          <VoiceLine cell={cell} names={names} without={axes} />
        </div>
      ))}
    </>
  );
}

function TotalsAt({ answer, names, subject, period }: { answer: ExploreBody; names: Names; subject: string | null; period: string | null }) {
  const found = totalsOf(answer.totals, subject, period);
  return (
    <>
      {found.map((one, number) => (
        <div key={number} className="explore-said">
          {answer.indicators.length > 1 && <small className="explore-voice">{names.indicator(one.indicator)}</small>}
          <TotalValue total={one} unit />
          {found.length > 1 && (
            <small className="explore-voice">{[names.stage(one.voice.stage), names.basis(one.voice.basis), word('form', one.voice.form)].join(' · ')}</small>
          )}
        </div>
      ))}
    </>
  );
}
