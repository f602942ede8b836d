import type { CellBody, ExploreBody } from '../../client';
import { Scroll } from '../../components/Scroll';
import { commonOf, type Common } from './common';
import { Said, VoiceLine } from './Said';
import { TotalValue } from './TableView';
import { formWord, headOf, t, type Names } from './naming';
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
  const bySubject = look.rows === 'subject';
  const fits = hasTotals(look.rows, look.columns);
  const along = (name: string) => fits && answer.totals.some((one) => one.along === name);
  const summedRows = along(bySubject ? 'periods' : 'subjects');
  const summedColumns = along(bySubject ? 'subjects' : 'periods');
  const common = commonOf(answer.cells);
  return (
    <>
      <div className="explore-axes">
        <AxisPicker label={t('rows')} value={look.rows} choose={(rows) => change({ ...look, rows, columns: rows === look.columns ? look.rows : look.columns })} />
        <AxisPicker label={t('columns')} value={look.columns} choose={(columns) => change({ ...look, columns, rows: columns === look.rows ? look.columns : look.rows })} />
        {!fits && answer.totals.length > 0 && <span className="muted">{t('totals_elsewhere')}</span>}
      </div>
      <Scroll label={t('view.pivot')} className="explore-scroll" role="region">
        <table className="plain explore-pivot">
          <thead>
            <tr>
              <th scope="col">{t(look.rows)}</th>
              {made.columns.map((column) => (
                <th key={column} scope="col" className="number">
                  {headOf(look.columns, column, names)}
                </th>
              ))}
              {summedRows && (
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
                    <Place cells={made.at(row, column)} answer={answer} axes={[look.rows, look.columns]} common={common} names={names} />
                  </td>
                ))}
                {summedRows && (
                  <td className="number explore-sum">
                    <TotalsAt answer={answer} names={names} subject={bySubject ? row : null} period={bySubject ? null : row} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
          {summedColumns && (
            <tfoot>
              <tr>
                <th scope="row">{t(bySubject ? 'total.subjects' : 'total.periods')}</th>
                {made.columns.map((column) => (
                  <td key={column} className="number explore-sum">
                    <TotalsAt answer={answer} names={names} subject={bySubject ? null : column} period={bySubject ? column : null} />
                  </td>
                ))}
                {summedRows && (
                  <td className="number explore-sum">
                    <TotalsAt answer={answer} names={names} subject={null} period={null} />
                  </td>
                )}
              </tr>
            </tfoot>
          )}
        </table>
      </Scroll>
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

interface PlaceProps {
  cells: CellBody[];
  answer: ExploreBody;
  axes: Axis[];
  common: Common;
  names: Names;
}

function Place({ cells, answer, axes, common, names }: PlaceProps) {
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
          {said(cell).length > 0 && <small className="explore-quiet">{said(cell).join(' · ')}</small>}
          <Said cell={cell} quiet={common.synthetic} />
          <VoiceLine cell={cell} names={names} without={[...axes, ...common.axes]} />
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
          {answer.indicators.length > 1 && <small className="explore-quiet">{names.indicator(one.indicator)}</small>}
          <TotalValue total={one} unit />
          {found.length > 1 && (
            <small className="explore-quiet">{[names.stage(one.voice.stage), names.basis(one.voice.basis), formWord(one.voice)].join(' · ')}</small>
          )}
        </div>
      ))}
    </>
  );
}
