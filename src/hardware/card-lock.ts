/**
 * One writer for each card of a machine. The system holds the lock and drops it with the process, however that ends:
 * nothing is left behind that a process id could be mistaken for.
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { reasonOf } from '../errors.js';

/** The lock, or why it cannot be had: then who holds it, as far as that is known. */
export type LockAnswer = { ok: true; release: () => void } | { ok: false; why: string };

/** flock(2): exclusive, and an answer at once. */
const LOCK_EXCLUSIVE_NOW = 2 | 4;

/**
 * Takes the lock of a card for `holder`, a sentence such as `evenkeel gpu-helper (pid 12)`. Its place is the folder of
 * the journals; on Windows a pipe of the same name, which only one process can own.
 */
export async function lockCard(
  folder: string,
  uuid: string,
  holder: string,
  platform: string = process.platform,
): Promise<LockAnswer> {
  return platform === 'win32' ? lockByPipe(folder, uuid) : lockByFile(folder, uuid, holder);
}

/** The file that is locked for a card; its text names the holder, while there is one. */
export function lockFile(folder: string, uuid: string): string {
  return join(folder, `${uuid}.lock`);
}

/** The pipe that stands for a card's lock on Windows. A folder of one's own is a machine of one's own, as in tests. */
export function cardPipe(folder: string, uuid: string): string {
  return `\\\\.\\pipe\\evenkeel-card-${uuid}-${folder.replace(/[^A-Za-z0-9]+/g, '-')}`;
}

async function lockByFile(folder: string, uuid: string, holder: string): Promise<LockAnswer> {
  const path = lockFile(folder, uuid);
  let file: number | undefined;
  try {
    const flock = await loadFlock();
    makeFolder(folder);
    // The file is never removed: a lock on a removed one would hold against nobody.
    file = openSync(path, 'a+', 0o644);
    if (flock(file, LOCK_EXCLUSIVE_NOW) === 0) {
      ftruncateSync(file);
      writeSync(file, `${holder}\n`);
      return { ok: true, release: closeOnce(file) };
    }
    const other = readFileSync(path, 'utf8').trim();
    closeSync(file);
    file = undefined;
    return { ok: false, why: `${other === '' ? 'another process' : other} holds the card` };
  } catch (error) {
    if (file !== undefined) closeSync(file);
    return { ok: false, why: `the card cannot be locked by ${path}: ${reasonOf(error)}` };
  }
}

/** A second close could hit another file that has got the same number since. */
function closeOnce(file: number): () => void {
  let isOpen = true;
  return () => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
}

async function lockByPipe(folder: string, uuid: string): Promise<LockAnswer> {
  const name = cardPipe(folder, uuid);
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      resolve({
        ok: false,
        why:
          error.code === 'EADDRINUSE'
            ? 'another writer of Evenkeel holds the card'
            : `the card cannot be locked by ${name}: ${error.message}`,
      }),
    );
    server.listen(name, () => resolve({ ok: true, release: () => server.close() }));
    server.unref();
  });
}

async function loadFlock(): Promise<(file: number, operation: number) => number> {
  const { default: koffi } = await import('koffi');
  // The program itself is linked to the C library, whichever it is.
  return koffi.load(null).func('int flock(int, int)') as (file: number, operation: number) => number;
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o755 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
