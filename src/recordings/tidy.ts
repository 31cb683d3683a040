/** Compresses what earlier runs left plain: their last segments, and those of runs that were killed. */
import { compressSegment } from './compress.js';
import { recordingsOf } from './folder.js';
import { segmentsOf } from './segments.js';

/** Work that goes on beside the agent, a segment at a time, until it is done or stopped. */
export interface Tidying {
  /** Resolves when the segment in hand is done. */
  stop(): Promise<void>;
}

/** Begins to tidy the recordings of `parent` but the `running` one; what cannot be compressed stays as it is. */
export function tidyRecordings(parent: string, running: string): Tidying {
  let isStopped = false;
  const work = async (): Promise<void> => {
    for (const folder of recordingsOf(parent)) {
      if (folder === running) continue;
      for (const { plain } of segmentsOf(folder)) {
        if (isStopped) return;
        if (plain !== null) await compressSegment(plain).catch(() => undefined);
      }
    }
  };
  const done = work().catch(() => undefined);
  return {
    async stop() {
      isStopped = true;
      await done;
    },
  };
}
