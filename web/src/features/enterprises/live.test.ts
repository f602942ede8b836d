import { describe, expect, it } from 'vitest';

import { KEPT, pointsOf, remembered, type LiveValue, type Memory } from './live';

const value = (second: number, text: string | null = '1.0', series = 'a'): LiveValue => ({
  series,
  org: 'demo.x',
  start: new Date(Date.UTC(2026, 4, 1, 0, 0, second)).toISOString(),
  value: text,
  unit: 't/h',
  state: text === null ? 'missing' : 'value',
  synthetic: true,
});

describe('the memory of a live stream', () => {
  it('keeps each time once, the newest word for it, and nothing that comes from before', () => {
    const memory = remembered(remembered({}, [value(30)]), [value(30, '2.0'), value(0, '9')]);
    expect(memory['a']?.map((one) => one.value)).toEqual(['2.0']);
  });

  it('forgets the oldest first', () => {
    let memory: Memory = {};
    for (let second = 0; second < KEPT + 5; second += 1) memory = remembered(memory, [value(second)]);
    expect(memory['a']).toHaveLength(KEPT);
    expect(memory['a']?.[0]?.start).toBe(value(5).start);
  });

  it('shows a hole where values stayed away, and none where they came in step', () => {
    const states = (seconds: number[]) => pointsOf(seconds.map((second) => value(second)), 30).map((one) => one.state);
    expect(states([0, 30, 60])).toEqual(['value', 'value', 'value']);
    expect(states([0, 30, 300])).toEqual(['value', 'value', 'missing', 'value']);
  });
});
