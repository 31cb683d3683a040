/** Writes lines of a recording to a file, as newline-delimited JSON, in flat memory. */
import { type FileHandle, lstat, open, rm } from 'node:fs/promises';
import { EvenkeelError, reasonOf } from '../errors.js';
import type { RecordingLine } from './format.js';

/** Written at once, in characters, about. */
const BLOCK_CHARS = 256 * 1024;

/**
 * Writes all lines to `path`, over what is there; returns how many samples are among them.
 * @throws EvenkeelError `badFile` where it cannot be written, and whatever reading throws; half a file is removed.
 */
export async function writeLines(lines: AsyncIterable<RecordingLine>, path: string): Promise<number> {
  const file = await open(path, 'w').catch((cause) => {
    throw unwritable(path, cause);
  });
  try {
    const samples = await writeAll(lines, file, path);
    await file.close();
    return samples;
  } catch (error) {
    await file.close().catch(() => undefined);
    // A device or a pipe is not ours to remove.
    if ((await lstat(path).catch(() => null))?.isFile() === true) await rm(path, { force: true });
    throw error;
  }
}

async function writeAll(
  lines: AsyncIterable<RecordingLine>,
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
  for await (const line of lines) {
    if (line.kind === 'sample') samples++;
    block += `${JSON.stringify(line)}\n`;
    if (block.length >= BLOCK_CHARS) await flush();
  }
  await flush();
  return samples;
}

function unwritable(path: string, cause: unknown): EvenkeelError {
  return new EvenkeelError('badFile', `cannot write ${path}: ${reasonOf(cause)}; name another file with -o`, {
    cause,
  });
}
