/**
 * One writer for each card of a machine. The system holds the lock and drops it with the process, however that ends:
 * nothing is left behind that a process id could be mistaken for.
 */
import { chmodSync, closeSync, fchmodSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { reasonOf } from '../errors.js';
import { makeFolder } from './make-folder.js';

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

/** The file that is locked for a card. Only its owner opens it: whoever can open a file can lock it. */
export function lockFile(folder: string, uuid: string): string {
  return join(folder, `${uuid}.lock`);
}

/** The name of a lock's holder, for everybody to read; empty where none was left. */
export function readHolder(folder: string, uuid: string): string {
  try {
    return readFileSync(holderFile(folder, uuid), 'utf8').trim();
  } catch {
    return '';
  }
}

function holderFile(folder: string, uuid: string): string {
  return join(folder, `${uuid}.holder`);
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
    file = openSync(path, 'a+', 0o600);
    fchmodSync(file, 0o600);
    if (flock(file, LOCK_EXCLUSIVE_NOW) === 0) {
      writeFileSync(holderFile(folder, uuid), `${holder}\n`);
      chmodSync(holderFile(folder, uuid), 0o644);
      return { ok: true, release: releaseOnce(file, holderFile(folder, uuid)) };
    }
    closeSync(file);
    file = undefined;
    return { ok: false, why: `${readHolder(folder, uuid) || 'another process'} holds the card` };
  } catch (error) {
    if (file !== undefined) closeSync(file);
    return { ok: false, why: `the card cannot be locked by ${path}: ${reasonOf(error)}` };
  }
}

/** A second close could hit another file that has got the same number since. */
function releaseOnce(file: number, name: string): () => void {
  let isOpen = true;
  return () => {
    if (!isOpen) return;
    isOpen = false;
    // While the lock still holds: the name of the next one must not be removed.
    rmSync(name, { force: true });
    closeSync(file);
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
