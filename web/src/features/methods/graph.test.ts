import { describe, expect, test } from 'vitest';

import { graphOf, reachOf } from './graph';

const TERMS = ['FC', 'NCV', 'PE', 'unused'];
const QUANTITIES = [
  { symbol: 'E_s', uses: ['FC', 'NCV'] },
  { symbol: 'E_p', uses: ['PE'] },
  { symbol: 'E_fuel', uses: ['E_s'] },
  { symbol: 'E', uses: ['E_fuel', 'E_p', 'NCV'] },
];

describe('the graph of a method', () => {
  const graph = graphOf(TERMS, QUANTITIES);
  const at = (symbol: string) => graph.nodes.find((one) => one.symbol === symbol);

  test('puts a quantity right of everything it is made of', () => {
    expect([at('E_s')?.column, at('E_p')?.column, at('E_fuel')?.column, at('E')?.column]).toEqual([1, 1, 2, 3]);
    for (const [from, to] of graph.edges) expect(at(from)?.column).toBeLessThan(at(to)?.column ?? -1);
  });

  test('puts a term before its first user and leaves out what nobody uses', () => {
    expect([at('FC')?.column, at('NCV')?.column, at('PE')?.column, at('unused')]).toEqual([0, 0, 0, undefined]);
  });

  test('gives every node a place of its own', () => {
    const places = graph.nodes.map((one) => `${one.column}/${one.row}`);
    expect(new Set(places).size).toBe(places.length);
    expect(graph.columns).toBe(4);
    expect(graph.rows).toBe(3);
  });

  test('is nothing for a method without formulas', () => {
    expect(graphOf([], [])).toEqual({ nodes: [], edges: [], columns: 1, rows: 0 });
  });
});

test('what a symbol rests on and what rests on it are followed all the way', () => {
  const { edges } = graphOf(TERMS, QUANTITIES);
  const { below, above } = reachOf(edges, 'E_fuel');
  expect([...below].sort()).toEqual(['E_s', 'FC', 'NCV']);
  expect([...above]).toEqual(['E']);
  expect([...reachOf(edges, 'NCV').above].sort()).toEqual(['E', 'E_fuel', 'E_s']);
});
