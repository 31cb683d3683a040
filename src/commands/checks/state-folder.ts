/** The folder of token, address and recordings: looked at, never made. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { reasonOf } from '../../errors.js';
import { type Check, fine } from './check.js';

const ELSEWHERE = 'set EVENKEEL_STATE_DIR to a folder of your own';

/** Whether the folder can be written, and whether others can. */
export async function checkStateFolder(folder: string, platform: string): Promise<Check> {
  const name = 'state folder';
  const status = await stat(folder).catch(() => null);
  try {
    if (status === null) {
      await access(await nearestFolder(dirname(folder)), constants.W_OK);
      return fine(name, `${folder}, made at the first start`);
    }
    if (!status.isDirectory()) {
      return { name, ok: false, found: `${folder} is no folder`, remedy: `remove it, or ${ELSEWHERE}` };
    }
    await access(folder, constants.W_OK);
  } catch (error) {
    return { name, ok: false, found: `${folder} cannot be written: ${reasonOf(error)}`, remedy: ELSEWHERE };
  }
  if (platform === 'win32') return fine(name, `${folder}, writable`);
  const found = `${folder}, writable, permissions ${octal(status.mode)}`;
  // Who can write here can put a token of his own in its place.
  const isOpen = (status.mode & 0o022) !== 0;
  return { name, ok: !isOpen, found, remedy: isOpen ? `chmod 700 ${folder}` : null };
}

/** Whether others can read the token. */
export async function checkToken(folder: string, platform: string): Promise<Check> {
  const path = join(folder, 'token');
  const status = await stat(path).catch(() => null);
  if (status === null) return fine('token', 'none yet, made at the first start');
  if (platform === 'win32') return fine('token', `${path}, as private as its folder`);
  const isOpen = (status.mode & 0o077) !== 0;
  const found = `${path}, permissions ${octal(status.mode)}`;
  return { name: 'token', ok: !isOpen, found, remedy: isOpen ? `chmod 600 ${path}` : null };
}

async function nearestFolder(path: string): Promise<string> {
  const isThere = await stat(path).catch(() => null);
  return isThere !== null || dirname(path) === path ? path : nearestFolder(dirname(path));
}

function octal(mode: number): string {
  return `0${(mode & 0o777).toString(8)}`;
}
