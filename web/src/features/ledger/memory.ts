/**
 * What this browser remembers of the ledger: the last signed head it saw, kept across visits and sign-ins.
 *
 * On the next visit the present head must continue it. A browser that remembers is a witness nobody can ask to look
 * away; it keeps about two hundred bytes and never gives up an older head for one that does not continue it.
 */
import { getConsistencyProof, getLedger } from '../../client';
import { gapBetween, type Gap, type Head } from './consistency';

const KEY = 'tansuo.ledger';

export interface Seen extends Head {
  origin: string;
  note: string;
  /** When it was seen, by this browser's clock (ISO 8601). */
  seen: string;
}

export type Finding =
  | { state: 'first'; now: Seen }
  | { state: 'continues'; before: Seen; now: Seen }
  | { state: 'unsigned' }
  | { state: 'other'; before: Seen; now: Seen }
  | { state: 'broken'; before: Seen; now: Seen; gap: Gap };

/** The head a checkpoint states; null for what is no checkpoint. */
export function headOf(note: string, seen: string): Seen | null {
  const [origin, size, root] = note.split('\n');
  if (origin === undefined || size === undefined || root === undefined || !/^[1-9][0-9]*$/.test(size)) return null;
  return { origin, size: Number(size), root, note, seen };
}

export function remembered(storage: Pick<Storage, 'getItem'>): Seen | null {
  try {
    const kept: unknown = JSON.parse(storage.getItem(KEY) ?? 'null');
    if (typeof kept !== 'object' || kept === null) return null;
    const { note, seen } = kept as Partial<Seen>;
    return typeof note === 'string' && typeof seen === 'string' ? headOf(note, seen) : null;
  } catch {
    return null;
  }
}

export type Prove = (old: number, now: number) => Promise<readonly string[]>;

/** Hold a head against the one remembered; the memory moves on only to a head that continues it. */
export async function compare(now: Seen, storage: Pick<Storage, 'getItem' | 'setItem'>, prove: Prove): Promise<Finding> {
  const before = remembered(storage);
  const keep = () => storage.setItem(KEY, JSON.stringify({ note: now.note, seen: now.seen }));
  if (before === null) {
    keep();
    return { state: 'first', now };
  }
  if (before.origin !== now.origin) {
    // A demonstration log is made anew now and then; any other log has one name for life.
    if (before.origin.startsWith('tansuo-demo/')) keep();
    return before.origin.startsWith('tansuo-demo/') ? { state: 'first', now } : { state: 'other', before, now };
  }
  const gap = await gapBetween(before, now, before.size < now.size ? await prove(before.size, now.size) : []);
  if (gap !== null) return { state: 'broken', before, now, gap };
  keep();
  return { state: 'continues', before, now };
}

/** Fetch the present head and hold it against the memory. Rejects where the platform does not answer. */
export async function look(storage: Storage = localStorage): Promise<Finding> {
  const { checkpoint } = (await getLedger({ throwOnError: true })).data;
  const now = checkpoint === null ? null : headOf(checkpoint, new Date().toISOString());
  if (now === null) return { state: 'unsigned' };
  return compare(now, storage, async (old, size) => {
    const { data } = await getConsistencyProof({ query: { old, new: size }, throwOnError: true });
    return data.proof;
  });
}
