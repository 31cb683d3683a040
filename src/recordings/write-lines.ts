/** Writes lines of a recording to a file, as newline-delimited JSON, in flat memory. */
import { type FileHandle, lstat, open, rm } from 'node:fs/promises';
import type { RecordingLine } from './format.js';
import { unwritable } from './out-file.js';

/** Written at once, in characters, about. */
const BLOCK_CHARS = 256 * 1024;

/**
 * Writes all lines to `path`, over what is there; returns how many samples are among them. Nothing is touched until the
 * first line can be read.
 * @throws EvenkeelError `badFile` where it cannot be written, and whatever reading throws; half a file is removed.
 */
export async function writeLines(lines: AsyncIterable<RecordingLine>, path: string): Promise<number> {
  const iterator = lines[Symbol.asyncIterator]();
  const first = await iterator.next();
  const file = await open(path, 'w').catch((cause) => {
    throw unwritable(path, cause);
  });
  try {
    const samples = await writeAll(first, iterator, file, path);
    await file.close();
    return samples;
  } catch (error) {
    await iterator.return?.();
    await file.close().catch(() => undefined);
    // A device or a pipe is not ours to remove.
    if ((await lstat(path).catch(() => null))?.isFile() === true) await rm(path, { force: true });
    throw error;
  }
}

async function writeAll(
  first: IteratorResult<RecordingLine>,
  rest: AsyncIterator<RecordingLine>,
  file: FileHandle,
  path: string,
): Promise<number> {
  let block = '';
  let samples = 0;
  const flush = async (): Promise<void> => {
    const text = block;
    block = '';
    await file.appendFile(text).catch((cause) => {
      throw unwritable(path, cause);
    });
  };
  for (let next = first; next.done !== true; next = await rest.next()) {
    const line = next.value;
    if (line.kind === 'sample') samples++;
    block += `${JSON.stringify(line)}\n`;
    if (block.length >= BLOCK_CHARS) await flush();
  }
  await flush();
  return samples;
}
