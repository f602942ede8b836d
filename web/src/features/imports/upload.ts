/** Sending a file in parts: what has come already is not sent again, a broken connection is tried again. */
import { beginImport, completeImport, putImportPart, type ImportBody } from '../../client';
import { problemOf } from '../../lib/api';
import { sha256 } from '../../lib/sha256';

export interface Progress {
  phase: 'hashing' | 'sending' | 'offline';
  /** From 0 to 1. */
  share: number;
}

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/** Announce a file, send the parts that are lacking, close it. `stop` ends it between two parts. */
export async function upload(file: File, tell: (now: Progress) => void, stop: AbortSignal): Promise<ImportBody> {
  tell({ phase: 'hashing', share: 0 });
  const digest = await sha256(file, (share) => tell({ phase: 'hashing', share }));
  const begun = (await beginImport({ body: { name: file.name, size: file.size, sha256: digest } })).data;
  return begun.state === 'uploading' ? send(file, begun, tell, stop) : begun;
}

/** Whether a chosen file is the one that an unfinished import is about. */
export async function isSame(file: File, one: ImportBody, tell: (now: Progress) => void): Promise<boolean> {
  if (file.size !== one.size) return false;
  return (await sha256(file, (share) => tell({ phase: 'hashing', share }))) === one.sha256;
}

/** Send the parts of `file` that `one` lacks. */
export async function send(file: File, one: ImportBody, tell: (now: Progress) => void, stop: AbortSignal): Promise<ImportBody> {
  const size = one.upload.part_bytes;
  const have = new Set(one.upload.have);
  for (let number = 1; number <= one.upload.parts; number++) {
    if (have.has(number)) continue;
    tell({ phase: 'sending', share: have.size / one.upload.parts });
    const body = file.slice((number - 1) * size, number * size);
    await persistently(() => putImportPart({ path: { name: one.id, number }, body, signal: stop }), tell, have.size / one.upload.parts, stop);
    have.add(number);
  }
  tell({ phase: 'sending', share: 1 });
  const done = await persistently(() => completeImport({ path: { name: one.id } }), tell, 1, stop);
  return done.data;
}

/** Ask until the server answers; what it refuses is refused at once. */
async function persistently<T>(ask: () => Promise<T>, tell: (now: Progress) => void, share: number, stop: AbortSignal): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    try {
      return await ask();
    } catch (error) {
      const status = problemOf(error)?.status;
      if (stop.aborted || (status !== undefined && status < 500)) throw error;
      tell({ phase: 'offline', share });
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
