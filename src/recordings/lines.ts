/** The lines of one file of a recording, plain or compressed, in flat memory. */
import { open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { EvenkeelError, reasonOf } from '../errors.js';
import { isGzip, isOfZlib, type OnBytes, type OnDamage, TOLERANT, unpack } from './chunks.js';
import type { IndexEntry } from './segment-index.js';
import { splitLines } from './split-lines.js';

/** Read at once, in bytes. */
const CHUNK_BYTES = 256 * 1024;
/** Far more than the writer puts into one member, in bytes. */
const MAX_MEMBER_BYTES = 256 * 1024 * 1024;

const gunzipAsync = promisify(gunzip);

/**
 * Lines of a file, many at a time. Split at line feeds and nothing else: the texts of rule files may hold what Unicode
 * takes for the end of a line, and JSON leaves it as it is. Whether it is compressed its first bytes say.
 * @throws EvenkeelError `badFile` when it cannot be read.
 */
export async function* linesOf(
  file: string,
  onDamage: OnDamage,
  onBytes: OnBytes = () => {},
): AsyncGenerator<string[]> {
  let isCutOff = false;
  const chunks = chunksOf(
    file,
    (why) => {
      isCutOff = true;
      onDamage(why);
    },
    onBytes,
  );
  yield* splitLines(guard(file, chunks), onDamage, undefined, () => isCutOff);
}

/**
 * Lines of the members of a compressed file that `isWanted`; one that is damaged costs no other.
 * @throws EvenkeelError `badFile` when the file cannot be read.
 */
export async function* memberLinesOf(
  file: string,
  index: readonly IndexEntry[],
  isWanted: (entry: IndexEntry) => boolean,
  onDamage: OnDamage,
  onBytes: OnBytes = () => {},
): AsyncGenerator<string[]> {
  yield* splitLines(guard(file, members(file, index, isWanted, onDamage, onBytes)), onDamage);
}

async function* chunksOf(file: string, onDamage: OnDamage, onBytes: OnBytes): AsyncGenerator<Buffer> {
  yield* (await isGzip(file)) ? unpack(file, onDamage, onBytes) : plainChunks(file, onBytes);
}

/** Each chunk lies where the one before it lay: a new place for each costs more than reading it. */
async function* plainChunks(file: string, onBytes: OnBytes): AsyncGenerator<Buffer> {
  const handle = await open(file, 'r');
  const place = Buffer.alloc(CHUNK_BYTES);
  try {
    for (;;) {
      const { bytesRead } = await handle.read(place, 0, CHUNK_BYTES);
      if (bytesRead === 0) return;
      onBytes(bytesRead);
      yield place.subarray(0, bytesRead);
    }
  } finally {
    await handle.close();
  }
}

async function* members(
  file: string,
  index: readonly IndexEntry[],
  isWanted: (entry: IndexEntry) => boolean,
  onDamage: OnDamage,
  onBytes: OnBytes,
): AsyncGenerator<Buffer> {
  const handle = await open(file, 'r');
  try {
    for (const entry of index) {
      if (!isWanted(entry)) continue;
      const packed = Buffer.alloc(entry.bytes);
      await handle.read(packed, 0, entry.bytes, entry.offset);
      onBytes(entry.bytes);
      try {
        yield await gunzipAsync(packed, { ...TOLERANT, maxOutputLength: MAX_MEMBER_BYTES });
      } catch (error) {
        if (!isOfZlib(error)) throw error;
        onDamage(`${entry.lines} lines cannot be unpacked: ${reasonOf(error)}`);
      }
    }
  } finally {
    await handle.close();
  }
}

async function* guard(file: string, chunks: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): EvenkeelError {
  const text = `expected a recording at ${file}, but it cannot be read: ${reasonOf(cause)}`;
  return new EvenkeelError('badFile', text, { cause });
}
