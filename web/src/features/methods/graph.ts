/** Which quantity is made of what, as columns from left (what is given) to right (results). */

export interface GraphNode {
  symbol: string;
  /** Terms stand in the column before their first user; quantities one right of the last they use. */
  column: number;
  row: number;
  term: boolean;
}

export interface Graph {
  nodes: GraphNode[];
  edges: [from: string, to: string][];
  columns: number;
  rows: number;
}

interface Made {
  symbol: string;
  uses: readonly string[];
}

/** Lay out terms and quantities; quantities come in the method's order, so whatever one uses stands before it. */
export function graphOf(terms: readonly string[], quantities: readonly Made[]): Graph {
  const made = new Set(quantities.map((one) => one.symbol));
  const column = new Map<string, number>();
  for (const one of quantities) {
    const below = one.uses.filter((name) => made.has(name)).map((name) => column.get(name) ?? 1);
    column.set(one.symbol, 1 + Math.max(0, ...below));
  }
  const edges = quantities.flatMap((one) => one.uses.filter((name) => made.has(name) || terms.includes(name)).map((name): [string, string] => [name, one.symbol]));
  const used = terms.filter((name) => edges.some(([from]) => from === name));
  for (const name of used) {
    const users = edges.filter(([from]) => from === name).map(([, to]) => column.get(to) ?? 1);
    column.set(name, Math.min(...users) - 1);
  }
  const filled = new Map<number, number>();
  const nodes = [...used, ...quantities.map((one) => one.symbol)].map((symbol): GraphNode => {
    const at = column.get(symbol) ?? 0;
    const row = filled.get(at) ?? 0;
    filled.set(at, row + 1);
    return { symbol, column: at, row, term: !made.has(symbol) };
  });
  return { nodes, edges, columns: 1 + Math.max(0, ...nodes.map((one) => one.column)), rows: Math.max(0, ...filled.values()) };
}

/** Everything that `symbol` rests on, and everything that rests on it, itself among neither. */
export function reachOf(edges: readonly [string, string][], symbol: string): { below: Set<string>; above: Set<string> } {
  const walk = (from: 0 | 1): Set<string> => {
    const found = new Set<string>();
    const waiting = [symbol];
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
      for (const edge of edges) {
        const next = edge[from === 0 ? 1 : 0];
        if (edge[from] === at && !found.has(next)) {
          found.add(next);
          waiting.push(next);
        }
      }
    }
    return found;
  };
  return { below: walk(1), above: walk(0) };
}
