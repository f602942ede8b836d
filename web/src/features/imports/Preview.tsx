import { useQuery } from '@tanstack/react-query';

import { previewImport, type ImportBody, type PreviewFinding, type PreviewRow, type Targets, type WantedMap } from '../../client';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { either } from '../../lib/language';
import { labelled } from './MapStep';
import { count, t, word } from './text';

const ROWS = 12;

/** The first rows as they would be read by the map as it stands, and what is wrong with it. */
export function Preview({ one, wanted, targets }: { one: ImportBody; wanted: string; targets: Targets }) {
  const found = useQuery({
    queryKey: ['import-preview', one.id, wanted],
    queryFn: async ({ signal }) =>
      (await previewImport({ path: { name: one.id }, query: { rows: ROWS }, body: JSON.parse(wanted) as WantedMap, signal })).data,
    placeholderData: (old) => old,
    staleTime: 60_000,
  });
  if (found.isError) return <ProblemNote error={found.error} />;
  if (found.isPending) return <Waiting label={t('preview_wait')} />;
  const { series, rows, findings, readings } = found.data;
  return (
    <>
      <h2>{t('preview', { rows: ROWS })}</h2>
      <p className="muted" role="status">
        {found.isFetching ? t('preview_wait') : t('readings', { count: count(readings) })}
      </p>
      {rows.length === 0 ? (
        <p className="muted">{t('preview_none')}</p>
      ) : (
        <Scroll label={t('preview', { rows: ROWS })} className="card" role="region">
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('preview_row')}</th>
                <th scope="col">{t('preview_time')}</th>
                {series.map((two) => (
                  <th scope="col" className="number" key={two.series}>
                    {labelled(targets, two.series)}
                    <br />
                    <span className="muted">
                      {two.header} → {two.unit}
                    </span>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <Row key={`${row.sheet}/${String(row.row)}`} row={row} series={series.map((two) => two.series)} />
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      <Findings findings={findings} />
    </>
  );
}

function Row({ row, series }: { row: PreviewRow; series: string[] }) {
  return (
    <tr>
      <td>{row.row}</td>
      <td className="imports-time">{row.time ?? '—'}</td>
      {series.map((name) => {
        const value = row.values.find((one) => one.series === name);
        return (
          <td key={name} className="number">
            {value === undefined ? '' : (value.value ?? word('state', value.state))}
          </td>
        );
      })}
    </tr>
  );
}

/** Findings in the reader's language, the address of the cell before each. */
export function Findings({ findings }: { findings: PreviewFinding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul className="imports-findings" tabIndex={0} aria-label={t('findings')}>
      {findings.map((one, at) => (
        <li key={at} className={`imports-${one.severity}`}>
          <strong>{one.cell || word('sev', one.severity)}</strong> {either(one.zh, one.en)}
        </li>
      ))}
    </ul>
  );
}
