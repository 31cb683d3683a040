/** Who holds a card now, found out without taking its lock: a look must keep no writer from it. */
import { readFileSync, statSync } from 'node:fs';
import { createConnection } from 'node:net';
import { cardPipe, lockFile, readHolder } from './card-lock.js';

/** What is looked at. */
export interface LockMachine {
  platform: string;
  /** The kernel's list of locks (proc(5)); empty where there is none. */
  readLocks: () => string;
  isPipeOpen: (name: string) => Promise<boolean>;
}

const THIS_MACHINE: LockMachine = {
  platform: process.platform,
  readLocks() {
    try {
      return readFileSync('/proc/locks', 'utf8');
    } catch {
      return '';
    }
  },
  isPipeOpen: (name) =>
    new Promise((resolve) => {
      const socket = createConnection(name);
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
      socket.once('close', () => socket.destroy());
    }),
};

/** The holder's own name, `another process` where it left none; null where nobody holds the card. */
export async function lockHolder(
  folder: string,
  uuid: string,
  { platform, readLocks, isPipeOpen }: LockMachine = THIS_MACHINE,
): Promise<string | null> {
  if (platform === 'win32') return (await isPipeOpen(cardPipe(folder, uuid))) ? 'another process' : null;
  const path = lockFile(folder, uuid);
  try {
    const { ino } = statSync(path);
    // `1: FLOCK  ADVISORY  WRITE 812 fe:01:131073 0 EOF`: process, then device and inode of the file.
    const isHeld = new RegExp(`^\\d+: FLOCK .*:${ino} `, 'm').test(readLocks());
    return isHeld ? readHolder(folder, uuid) || 'another process' : null;
  } catch {
    // Nobody has ever locked it.
    return null;
  }
}
