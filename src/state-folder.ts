/** The folder where a running agent leaves its token and its address for the bots and commands of the same person. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  chmod,
  constants,
  copyFile,
  link,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { dirname, join, posix, win32 } from 'node:path';
import { EvenkeelError } from './errors.js';

/** 32 bytes are beyond guessing; base64url keeps them on one line of a header. */
const TOKEN_BYTES = 32;

/**
 * The path of the state folder, from values alone: `EVENKEEL_STATE_DIR`; else `%LOCALAPPDATA%\evenkeel` on Windows,
 * `~/Library/Application Support/evenkeel` on macOS, `$XDG_STATE_HOME/evenkeel` or `~/.local/state/evenkeel`
 * elsewhere. An empty variable counts as unset, and so does a relative XDG_STATE_HOME, as its specification asks.
 */
export function stateFolder(
  platform: string,
  env: Readonly<Record<string, string | undefined>>,
  home: string,
): string {
  if (env.EVENKEEL_STATE_DIR) return env.EVENKEEL_STATE_DIR;
  if (platform === 'win32') {
    return win32.join(env.LOCALAPPDATA || win32.join(home, 'AppData', 'Local'), 'evenkeel');
  }
  if (platform === 'darwin') return posix.join(home, 'Library', 'Application Support', 'evenkeel');
  const xdg = env.XDG_STATE_HOME;
  const base = xdg?.startsWith('/') ? xdg : posix.join(home, '.local', 'state');
  return posix.join(base, 'evenkeel');
}

/**
 * Makes a folder for this user alone (0700), and those above it. Not with `recursive`: Node's own loop never ends where
 * a folder cannot be made although the one above it is there, such as /proc.
 * @throws the file system's error.
 */
export async function makeFolder(path: string): Promise<void> {
  if (await isMade(path)) return;
  const parent = dirname(path);
  if (parent !== path && !existsSync(parent)) await makeFolder(parent);
  // The one above is there now, made here or by another process: if this still fails, it cannot be made.
  if (!(await isMade(path))) await mkdir(path, { mode: 0o700 });
}

/** Whether the folder is there afterwards; false where the one above it is missing. */
async function isMade(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return true;
    if (code === 'ENOENT') return false;
    throw error;
  }
}

/**
 * Makes the folder (0700) and its token (0600) where they are missing, and tells the token. Several processes may
 * do so at once: all are told the same one.
 * @throws EvenkeelError `badFile` when the folder cannot be written or its token is unusable.
 */
export async function openStateFolder(folder: string): Promise<{ token: string }> {
  const path = join(folder, 'token');
  try {
    await makeFolder(folder);
    await createToken(path);
    await closeToOthers(path);
    const token = (await readFile(path, 'utf8')).trim();
    if (token.length >= 16) return { token };
  } catch (cause) {
    const message = `cannot use the state folder ${folder}: ${(cause as Error).message}; set EVENKEEL_STATE_DIR to a folder of your own`;
    throw new EvenkeelError('badFile', message, { cause });
  }
  const message = `expected a token of 16 characters or more in ${path}; delete the file, and the agent makes a new one`;
  throw new EvenkeelError('badFile', message);
}

/** Writes where the agent listens (`http://127.0.0.1:7410`) into the file `address`, whole or not at all. */
export async function writeAddress(folder: string, url: string): Promise<void> {
  const draft = join(folder, `address.${randomBytes(6).toString('hex')}`);
  await writeFile(draft, `${url}\n`, { mode: 0o600 });
  await rename(draft, join(folder, 'address'));
}

/** Removes the file `address` if it still says `url`; one that another agent has written since stays. */
export async function removeAddress(folder: string, url: string): Promise<void> {
  const path = join(folder, 'address');
  const said = await readFile(path, 'utf8').catch(() => '');
  if (said.trim() === url) await rm(path, { force: true });
}

/** The text appears under its name at once: a second process never reads half a token. */
async function createToken(path: string): Promise<void> {
  if (await stat(path).catch(() => null)) return;
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${randomBytes(TOKEN_BYTES).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // A file system without hard links (FAT) says so here; a copy is exclusive too.
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') return copyFile(draft, path, constants.COPYFILE_EXCL);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Windows keeps its own lists of who may read; the folder under LOCALAPPDATA is the person's alone. */
async function closeToOthers(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) await chmod(path, 0o600);
}
