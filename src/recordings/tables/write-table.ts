/** Writes samples as a table, in two passes and flat memory: which columns there are is known only at the end of the first. */
import { lstat, rm } from 'node:fs/promises';
import type { Sample } from '../../shapes/sample.js';
import type { HeaderLine } from '../format.js';
import { unwritable } from '../out-file.js';
import type { WallClock } from '../wall-time.js';
import { ColumnFinder, rowOf } from './columns.js';
import { openCsv } from './csv.js';
import { openParquet } from './parquet.js';
import type { TableFormat, TableWriter } from './table.js';

/** Lines of which samples are taken; each call begins at the first one. */
type Lines = () => AsyncIterable<{ kind: string }>;

/**
 * Writes the samples among `lines` to `path`; returns how many there were.
 * @throws EvenkeelError `badFile` where it cannot be written, and whatever reading throws; half a table is removed.
 */
export async function writeTable(lines: Lines, format: TableFormat, path: string): Promise<number> {
  const finder = new ColumnFinder();
  let clock: WallClock = 'universal';
  for await (const line of lines()) {
    if (isSample(line)) finder.add(line);
    else if (line.kind === 'header') {
      const { clock: said, imported } = line as HeaderLine;
      clock = said ?? 'universal';
      if (imported?.isPerFrame === true) finder.expectStreams();
    }
  }
  const columns = finder.columns();
  const open = format === 'csv' ? openCsv : openParquet;
  const table = await guarded(path, () => open(path, columns, clock));
  let samples = 0;
  try {
    for await (const line of lines()) {
      if (!isSample(line)) continue;
      samples++;
      await guarded(path, () => table.write(rowOf(line, columns)));
    }
    await guarded(path, () => table.close());
  } catch (error) {
    await abandon(table, path);
    throw error;
  }
  return samples;
}

function isSample(line: { kind: string }): line is Sample {
  return line.kind === 'sample';
}

async function abandon(table: TableWriter, path: string): Promise<void> {
  await table.close().catch(() => undefined);
  // A device or a pipe is not ours to remove.
  const file = await lstat(path).catch(() => null);
  if (file?.isFile() === true) await rm(path).catch(() => undefined);
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw unwritable(path, cause);
  }
}
