import { useMemo, useState } from 'react';

import type { MethodBody } from '../../client';
import { Scroll } from '../../components/Scroll';
import { named } from '../../lib/language';
import { graphOf, reachOf } from './graph';
import { t } from './naming';

const WIDE = 168;
const HIGH = 34;
const BOX = 128;

/** What each quantity is made of; a symbol chosen shows all it rests on and all that rests on it. */
export function UsedBy({ body }: { body: MethodBody }) {
  const [chosen, choose] = useState<string | null>(null);
  const graph = useMemo(() => graphOf(body.terms.filter((one) => one.kind !== 'constant').map((one) => one.symbol), body.quantities), [body]);
  const names = useMemo(() => new Map([...body.terms, ...body.quantities].map((one) => [one.symbol, named(one)])), [body]);
  if (graph.nodes.length === 0) return null;
  const reach = chosen === null ? null : reachOf(graph.edges, chosen);
  const place = new Map(graph.nodes.map((one) => [one.symbol, one]));
  const lit = (symbol: string) => reach === null || symbol === chosen || reach.below.has(symbol) || reach.above.has(symbol);
  const line = (from: string, to: string) => {
    const [one, two] = [place.get(from), place.get(to)];
    if (one === undefined || two === undefined) return '';
    const [x, y, z, w] = [one.column * WIDE + BOX, one.row * HIGH + 13, two.column * WIDE, two.row * HIGH + 13];
    return `M${x} ${y}C${x + 24} ${y} ${z - 24} ${w} ${z} ${w}`;
  };
  const size = { width: (graph.columns - 1) * WIDE + BOX, height: graph.rows * HIGH };
  return (
    <section className="card" id="graph">
      <h2>{t('graph')}</h2>
      <p className="muted">{t('graph_lead')}</p>
      <Scroll label={t('graph')} className="method-graph">
        <div style={size}>
          <svg aria-hidden="true" {...size}>
            {graph.edges.map(([from, to]) => (
              <path key={`${from} ${to}`} d={line(from, to)} className={reach !== null && lit(from) && lit(to) ? 'lit' : ''} />
            ))}
          </svg>
          {graph.nodes.map((one) => (
            <button
              key={one.symbol}
              type="button"
              className={`${one.term ? 'graph-term' : 'graph-quantity'}${lit(one.symbol) ? '' : ' graph-dim'}`}
              style={{ left: one.column * WIDE, top: one.row * HIGH, width: BOX }}
              title={names.get(one.symbol)}
              aria-pressed={one.symbol === chosen}
              onClick={() => choose(one.symbol === chosen ? null : one.symbol)}
            >
              {one.symbol}
            </button>
          ))}
        </div>
      </Scroll>
      <p role="status" className="method-reach">
        {chosen !== null && reach !== null && (
          <>
            <strong>
              {chosen} {names.get(chosen)}
            </strong>
            {reach.below.size > 0 && <span> {t('rests_on', { names: [...reach.below].join(', ') })}</span>}
            {reach.above.size > 0 && <span> {t('feeds', { names: [...reach.above].join(', ') })}</span>}
          </>
        )}
      </p>
    </section>
  );
}
