/** The bytes of a log's file in pieces, plain or as gzip, which its first bytes say. */
import { createReadStream, type Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { constants, createGunzip, type ZlibOptions } from 'node:zlib';
import { EvenkeelError, reasonOf } from '../errors.js';

/** Read at once, in bytes. */
const CHUNK_BYTES = 256 * 1024;
/** What was unpacked before a torn end is given; the end itself is no error. */
export const TOLERANT: { finishFlush: number } = { finishFlush: constants.Z_SYNC_FLUSH };

/** Told where compressed data is damaged, in words. */
export type OnDamage = (why: string) => void;
/** Told how many bytes of the file were read. */
export type OnBytes = (bytes: number) => void;

/**
 * What a path leads to, a file or a folder.
 * @throws EvenkeelError `badFile` where there is nothing, and for a pipe or a device: a log is read more than once.
 */
export async function statLog(path: string, what: 'log' | 'recording' = 'log'): Promise<Stats> {
  if (path === '-')
    throw new EvenkeelError(
      'badFile',
      `expected a ${what} in a file, got "-"; write standard input into a file first`,
    );
  const info = await stat(path).catch((cause) => {
    throw unreadableLog(path, cause, what);
  });
  if (info.isFile() || info.isDirectory()) return info;
  const kind = info.isFIFO() ? 'a pipe' : info.isSocket() ? 'a socket' : 'a device';
  const text = `expected a ${what} in a file, but ${path} is ${kind}: it is read more than once; write it into a file first`;
  throw new EvenkeelError('badFile', text);
}

/** Whether a file begins as gzip does. @throws the file system's error. */
export async function isGzip(file: string): Promise<boolean> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

/** The unpacked bytes of a file; where compressed data is damaged they end. @throws the file system's error. */
export async function* readChunks(
  file: string,
  onDamage: OnDamage,
  onBytes: OnBytes = () => {},
): AsyncGenerator<Buffer> {
  yield* (await isGzip(file)) ? unpack(file, onDamage, onBytes) : plain(file, onBytes);
}

/** Says that a log cannot be read, and why. */
export function unreadableLog(path: string, cause: unknown, what: string = 'log'): EvenkeelError {
  const text = `expected a ${what} at ${path}, but it cannot be read: ${reasonOf(cause)}`;
  return new EvenkeelError('badFile', text, { cause });
}

/** Whether an error is one of the data and not of the file. */
export function isOfZlib(error: unknown): boolean {
  return /^(?:Z_|ERR_BUFFER_TOO_LARGE)/.test(String((error as NodeJS.ErrnoException).code));
}

function isTorn(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
}

async function* plain(file: string, onBytes: OnBytes): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
    onBytes(chunk.length);
    yield chunk;
  }
}

/** The unpacked bytes of a compressed file; where its data is damaged they end. @throws the file system's error. */
export async function* unpack(file: string, onDamage: OnDamage, onBytes: OnBytes): AsyncGenerator<Buffer> {
  const packed = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  packed.on('data', (chunk) => onBytes(chunk.length));
  // An error takes with it what waits to be read: nothing is unpacked ahead of that, so that all before a torn end is given.
  const unpacked = createGunzip({ chunkSize: CHUNK_BYTES, readableHighWaterMark: 1 } as ZlibOptions);
  packed.on('error', (error) => unpacked.destroy(error));
  packed.pipe(unpacked);
  try {
    yield* unpacked;
  } catch (error) {
    if (!isOfZlib(error)) throw error;
    onDamage(
      isTorn(error)
        ? 'the gzip ends early, it was cut off: what came behind is missing'
        : `the compressed data is damaged (${reasonOf(error)}), what follows cannot be read`,
    );
  } finally {
    packed.destroy();
    unpacked.destroy();
  }
}
