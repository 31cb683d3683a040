/** A recording as one compressed file that replays anywhere: rules, profile, samples, decisions and versions are in its lines. */
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { RecordingLine } from './format.js';

/** Lines of one gzip member. */
const MEMBER_LINES = 6_000;
/** A member of long lines ends sooner, in characters. */
const MEMBER_CHARS = 4 * 1024 * 1024;

const gzipAsync = promisify(gzip);

/**
 * Writes lines to `path`, written over where it is there; returns how many samples there were.
 * @throws the file system's error, and whatever reading throws.
 */
export async function writeBundle(lines: AsyncIterable<RecordingLine>, path: string): Promise<number> {
  const file = await open(path, 'w');
  let [samples, count, text] = [0, 0, ''];
  const flush = async (): Promise<void> => {
    if (count > 0) await file.appendFile(await gzipAsync(text));
    [count, text] = [0, ''];
  };
  try {
    for await (const line of lines) {
      if (line.kind === 'sample') samples++;
      text += `${JSON.stringify(line)}\n`;
      if (++count >= MEMBER_LINES || text.length >= MEMBER_CHARS) await flush();
    }
    await flush();
  } finally {
    await file.close();
  }
  return samples;
}
