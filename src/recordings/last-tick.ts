/** When a recording's last sample was taken, without reading what comes before it. */
import { parseLine } from './check-line.js';
import { linesOf } from './lines.js';
import { fileOf, filesOf } from './reader.js';
import { readIndex } from './segment-index.js';

/**
 * Tick time in ms; 0 where there is no sample.
 * @throws EvenkeelError `badFile` where there is no recording.
 */
export async function lastTickMs(path: string): Promise<number> {
  for (const segment of (await filesOf(path)).reverse()) {
    const file = fileOf(segment);
    const index = file.endsWith('.gz') ? readIndex(segment.index, file) : null;
    const lastMs = index?.findLast(({ toAtMs }) => toAtMs !== null)?.toAtMs ?? (await lastOf(file));
    if (lastMs !== null) return lastMs;
  }
  return 0;
}

async function lastOf(file: string): Promise<number | null> {
  let lastMs: number | null = null;
  for await (const lines of linesOf(file, () => undefined)) {
    // Of many lines only the last sample is parsed.
    for (const text of lines.reverse()) {
      const line = text.startsWith('{"kind":"sample"') ? parseLine(text) : null;
      if (line?.kind !== 'sample') continue;
      lastMs = line.atMs;
      break;
    }
  }
  return lastMs;
}
