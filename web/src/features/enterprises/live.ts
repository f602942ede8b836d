/** The live stream of one firm: its newest values, and a short memory of each series for drawing. */
import { useEffect, useReducer, useState } from 'react';

import type { SeriesPoint } from '../../client';

export interface LiveValue {
  series: string;
  org: string;
  start: string;
  value: string | null;
  unit: string;
  state: string;
  synthetic: boolean;
}

export type Memory = Readonly<Record<string, readonly LiveValue[]>>;
export type Connection = 'on' | 'paused' | 'ended';

export const KEPT = 240;

/** The memory with newer values added; a value of a time already known replaces it, the oldest go first. */
export function remembered(memory: Memory, values: readonly LiveValue[]): Memory {
  const next: Record<string, readonly LiveValue[]> = { ...memory };
  for (const one of values) {
    const known = next[one.series] ?? [];
    const last = known[known.length - 1];
    if (last !== undefined && last.start > one.start) continue;
    const kept = last?.start === one.start ? known.slice(0, -1) : known;
    next[one.series] = [...kept, one].slice(-KEPT);
  }
  return next;
}

/** Values as points; where more than three steps lie between two of them, a hole stands between. */
export function pointsOf(values: readonly LiveValue[], stepSeconds: number): SeriesPoint[] {
  const found: SeriesPoint[] = [];
  const longest = Math.max(stepSeconds, 1) * 3000;
  let before: number | null = null;
  for (const one of values) {
    const at = Date.parse(one.start);
    if (before !== null && at - before > longest) found.push(point(new Date(before + longest).toISOString(), null, 'missing'));
    found.push(point(one.start, one.value, one.value === null ? one.state : 'value'));
    before = at;
  }
  return found;
}

function point(start: string, value: string | null, state: string): SeriesPoint {
  return { start, end: start, value, partial: value, state, kinds: value === null ? [] : ['measured'] };
}

/** Listen while the page is seen. `again` opens a stream that has ended. */
export function useLive(org: string): { memory: Memory; connection: Connection; again: () => void } {
  const [memory, add] = useReducer(remembered, {});
  const [connection, setConnection] = useState<Connection>('on');
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let source: EventSource | null = null;
    const open = () => {
      source?.close();
      if (document.hidden) {
        setConnection('paused');
        return;
      }
      setConnection('on');
      source = new EventSource(`/api/live?org=${encodeURIComponent(org)}`);
      source.addEventListener('values', (event: MessageEvent<string>) => {
        setConnection('on');
        add((JSON.parse(event.data) as { values: LiveValue[] }).values);
      });
      source.addEventListener('error', () => {
        if (source?.readyState === EventSource.CLOSED) setConnection('ended');
      });
    };
    open();
    document.addEventListener('visibilitychange', open);
    return () => {
      document.removeEventListener('visibilitychange', open);
      source?.close();
    };
  }, [org, tries]);
  return { memory, connection, again: () => setTries(tries + 1) };
}
