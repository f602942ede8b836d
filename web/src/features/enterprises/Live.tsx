import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';

import type { Enterprise, PlanLineBody } from '../../client';
import { getEnterpriseSeriesOptions } from '../../client/@tanstack/react-query.gen';
import { EChart } from '../../charts/EChart';
import { ProblemNote } from '../../components/ProblemNote';
import { Scroll } from '../../components/Scroll';
import { Waiting } from '../../components/Waiting';
import { codeWord } from '../../components/figureWords';
import { grouped } from '../../lib/decimal';
import { either } from '../../lib/language';
import { isPast, useMoment } from '../../lib/moment';
import { unitText } from '../../lib/unit';
import { seriesOption } from './charts';
import { pointsOf, useLive, type Memory } from './live';
import type { TabProps } from './Page';
import { PointTable } from './PointTable';
import { civil } from './time';
import { chartWords, useColours } from './useColours';
import { t, word } from './words';

/** 实时: what the devices say now, drawn as it comes, and the hours of the last three days. */
export function Live({ firm }: TabProps) {
  const moment = useMoment();
  const past = isPast(moment);
  return (
    <>
      <p className="muted">{t('live_lead')}</p>
      {past ? <p className="note">{t('live_past')}</p> : <Now firm={firm} />}
      <Hours firm={firm} />
    </>
  );
}

function nameOf(line: PlanLineBody): string {
  return `${either(line.source_zh, line.source_en)} · ${word('indicator', line.indicator)}`;
}

function Now({ firm }: { firm: Enterprise }) {
  const rates = useMemo(() => firm.lines.filter((one) => one.form === 'rate' && one.in_force), [firm]);
  const { memory, connection, again } = useLive(firm.enterprise.id);
  const [chosen, setChosen] = useState(rates[0]?.series ?? '');
  const line = rates.find((one) => one.series === chosen) ?? rates[0];
  if (line === undefined) return <p className="note">{t('live_none')}</p>;
  return (
    <section className="card section">
      <p role="status" className={`live-state live-${connection}`}>
        <span aria-hidden="true">●</span> {connection === 'on' ? t('live_on') : connection === 'paused' ? t('live_paused') : t('live_ended')}
        {connection === 'ended' && (
          <button type="button" className="button button-small" onClick={again}>
            {t('reconnect')}
          </button>
        )}
      </p>
      <div className="live-grid">
        <Scroll label={t('now')}>
          <table className="plain">
            <thead>
              <tr>
                <th scope="col">{t('source')}</th>
                <th scope="col" className="number">
                  {t('amount')}
                </th>
                <th scope="col">{t('when')}</th>
              </tr>
            </thead>
            <tbody>
              {rates.map((one) => (
                <NowRow key={one.series} line={one} memory={memory} zone={firm.zone} on={one.series === line.series} pick={() => setChosen(one.series)} />
              ))}
            </tbody>
          </table>
        </Scroll>
        <LiveChart line={line} memory={memory} zone={firm.zone} />
      </div>
    </section>
  );
}

function NowRow({ line, memory, zone, on, pick }: { line: PlanLineBody; memory: Memory; zone: string; on: boolean; pick: () => void }) {
  const heard = memory[line.series];
  const last = heard?.[heard.length - 1];
  const value = last === undefined ? line.newest_value : last.value;
  const state = last === undefined ? (line.newest_state ?? 'missing') : last.state;
  const at = last?.start ?? line.newest;
  return (
    <tr>
      <th scope="row">
        <button type="button" className="button button-small" aria-pressed={on} onClick={pick}>
          {either(line.source_zh, line.source_en)}
        </button>
      </th>
      <td className="number">{value === null ? codeWord('state', state) : `${grouped(value)} ${unitText(line.unit)}`}</td>
      <td>{at === null ? t('no_reading') : civil(at, zone, true)}</td>
    </tr>
  );
}

function LiveChart({ line, memory, zone }: { line: PlanLineBody; memory: Memory; zone: string }) {
  const colours = useColours();
  const heard = memory[line.series];
  const points = useMemo(() => pointsOf(heard ?? [], line.step_s), [heard, line.step_s]);
  const option = useMemo(() => seriesOption(points, unitText(line.unit), chartWords(line.synthetic), colours, (at) => civil(at, zone, true).slice(11)), [points, line, colours, zone]);
  const label = t('live_chart', { name: nameOf(line) });
  return (
    <figure className="chart">
      <figcaption>{label} ({unitText(line.unit)})</figcaption>
      <EChart option={option} label={label} height={260} />
      <PointTable points={points} unit={line.unit} zone={zone} label={label} seconds />
    </figure>
  );
}

function Hours({ firm }: { firm: Enterprise }) {
  const lines = firm.lines.filter((one) => one.in_force && one.form !== 'register' && one.form !== 'ratio' && one.step_s === 3600);
  const moment = useMoment();
  const [chosen, setChosen] = useState(lines[0]?.series ?? '');
  const line = lines.find((one) => one.series === chosen) ?? lines[0];
  const { data, error, isPending } = useQuery({
    ...getEnterpriseSeriesOptions({ path: { name: firm.enterprise.id, series: line?.series ?? '' }, query: { step: 'hour', ...moment } }),
    enabled: line !== undefined,
  });
  const colours = useColours();
  const option = useMemo(
    () => data && seriesOption(data.points, unitText(data.unit), chartWords(data.synthetic), colours, (at) => civil(at, data.zone).slice(5)),
    [data, colours],
  );
  if (line === undefined) return null;
  const label = t('hours_chart', { name: nameOf(line) });
  return (
    <section className="card section">
      <h2>
        {label}
        {data && ` (${unitText(data.unit)})`}
      </h2>
      <label>
        {t('series')}{' '}
        <select value={line.series} onChange={(event) => setChosen(event.target.value)}>
          {lines.map((one) => (
            <option key={one.series} value={one.series}>
              {nameOf(one)}
            </option>
          ))}
        </select>
      </label>
      {error !== null && <ProblemNote error={error} />}
      {isPending && <Waiting />}
      {data && option && (
        <>
          <EChart option={option} label={label} height={280} />
          <PointTable points={data.points} unit={data.unit} zone={data.zone} label={label} />
        </>
      )}
    </section>
  );
}
