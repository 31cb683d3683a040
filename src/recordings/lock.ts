/** One agent at a time records into a folder: a file says which, and a dead agent's word does not count. */
import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EvenkeelError, reasonOf } from '../errors.js';

/** Beside the recordings; not of their form, so that no reader takes it for one. */
const NAME = 'recording.lock';
/** How often its owner says that it is still there, in ms. */
const BEAT_MS = 10_000;
/** Process ids come again: one that has not said so for this long is another process, in ms. */
const SILENT_MS = 60_000;

/** Held until it is released, or its process ends. */
export interface FolderLock {
  release(): void;
}

/**
 * Takes the folder for this process.
 * @throws EvenkeelError `alreadyRunning` while another agent records into it, `badFile` when it cannot be written.
 */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, NAME);
  const own = `${process.pid} ${randomBytes(6).toString('hex')}\n`;
  for (let attempt = 0; !create(path, own); attempt++) {
    const holder = readHolder(path);
    if (holder !== null && (attempt > 2 || isAlive(holder))) throw taken(folder, holder.pid);
    if (holder !== null) removeStale(path, holder.text);
  }
  const timer = setInterval(() => beat(path, own), BEAT_MS);
  timer.unref();
  return {
    release() {
      clearInterval(timer);
      if (readHolder(path)?.text === own) rmSync(path, { force: true });
    },
  };
}

interface Holder {
  text: string;
  pid: number;
  seenMs: number;
}

function create(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new EvenkeelError(
      'badFile',
      `cannot record into the folder of ${path}: ${reasonOf(cause)}; name another one with --record`,
      { cause },
    );
  }
}

function readHolder(path: string): Holder | null {
  try {
    const text = readFileSync(path, 'utf8');
    return { text, pid: Number.parseInt(text, 10), seenMs: statSync(path).mtimeMs };
  } catch {
    // Released since.
    return null;
  }
}

/** One that names this very process was left by an earlier one: in a container the ids come again at once. */
function isAlive({ pid, seenMs }: Holder): boolean {
  if (!(pid > 0) || pid === process.pid || Date.now() - seenMs > SILENT_MS) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Two agents may find the same dead one's word at once; the second must not take away what the first put there. */
function removeStale(path: string, text: string): void {
  const aside = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(path, aside);
    if (readFileSync(aside, 'utf8') !== text) linkSync(aside, path);
  } catch {
    // Gone, or taken, since: the next attempt sees which.
  } finally {
    rmSync(aside, { force: true });
  }
}

function beat(path: string, own: string): void {
  try {
    if (readHolder(path)?.text === own) utimesSync(path, new Date(), new Date());
  } catch {
    // The folder is gone: so is what others could be kept from.
  }
}

function taken(folder: string, pid: number): EvenkeelError {
  return new EvenkeelError(
    'alreadyRunning',
    `another agent (process ${pid}) records into ${folder}; stop it, or name another folder with --record`,
  );
}
