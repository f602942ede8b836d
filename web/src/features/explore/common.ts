/** What all statements of an answer share: it is said once at the head, and not again in every cell. */
import type { CellBody } from '../../client';
import type { Axis } from './state';

export interface Common {
  /** Axes on which all statements are alike. */
  axes: Axis[];
  /** The one value of each of them; null where there are several, or nobody speaks. */
  world: string | null;
  basis: string | null;
  stage: string | null;
  synthetic: boolean;
  keyEnterprises: boolean;
}

export function commonOf(cells: readonly CellBody[]): Common {
  const spoken = cells.filter((one) => one.voice.form !== 'absent');
  const only = (read: (cell: CellBody) => string | null): string | null => {
    const found = new Set(spoken.map(read));
    return found.size === 1 ? ([...found][0] ?? null) : null;
  };
  const world = only((cell) => cell.voice.world);
  const basis = only((cell) => cell.voice.basis);
  const stage = only((cell) => cell.voice.stage);
  const valued = spoken.filter((one) => one.amount.value !== null);
  return {
    axes: (['world', 'basis', 'stage'] as const).filter((name) => ({ world, basis, stage })[name] !== null),
    world, basis, stage,
    synthetic: valued.length > 0 && valued.every((one) => one.amount.synthetic),
    keyEnterprises: valued.length > 0 && valued.every((one) => one.key_enterprises),
  };
}
