/** The file that a command writes with `-o`: one policy for all of them, and one wording for what goes wrong. */
import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EvenkeelError, reasonOf } from '../errors.js';
import { makeFolder } from '../state-folder.js';

/** What the system's codes mean to a person. */
const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'there is no room left',
  EDQUOT: "this user's share of the disk is used up",
  EISDIR: 'it is a folder',
  ENOENT: 'the folder it would lie in is not there and cannot be made',
  EEXIST: 'a part of its path is a file',
  ENOTDIR: 'a part of its path is a file',
  ENAMETOOLONG: 'its name is too long',
};

/**
 * Looks whether a file may be written, and makes the folders it lies in. One that holds something is written over only by
 * force; an empty one, a device or a pipe is written to as it is.
 * @throws EvenkeelError `badFlag` for `-`, for what is read from, and for a file that holds something; `badFile` where it
 * cannot be written.
 */
export async function prepareOut(
  out: string,
  { force, source }: { force: boolean; source?: string },
): Promise<void> {
  if (out === '-')
    throw new EvenkeelError(
      'badFlag',
      'expected -o to name a file, got "-"; standard output is for what is said about it',
    );
  if (source !== undefined && (await isSame(source, out)))
    throw new EvenkeelError('badFlag', `expected -o to name another file than the log, got ${out} for both`);
  try {
    await makeFolder(dirname(out));
  } catch (cause) {
    throw unwritable(out, cause);
  }
  const there = await stat(out).catch(() => null);
  if (there?.isDirectory() === true) throw unwritable(out, Object.assign(new Error(), { code: 'EISDIR' }));
  if (there?.isFile() === true && there.size > 0 && !force) {
    const text = `${out} is there already and holds something; name another file with -o, or write over it with --force`;
    throw new EvenkeelError('badFlag', text);
  }
}

/** Says that a file cannot be written, and why. */
export function unwritable(out: string, cause: unknown): EvenkeelError {
  return new EvenkeelError('badFile', `cannot write ${out}: ${meaningOf(cause)}; name another file with -o`, {
    cause,
  });
}

/** What an error of the file system means. */
export function meaningOf(cause: unknown): string {
  const code = String((cause as NodeJS.ErrnoException | null)?.code);
  const meaning = Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined;
  return meaning === undefined ? reasonOf(cause) : `${meaning} (${code})`;
}

/** The file to be written is usually not there yet. */
async function isSame(source: string, out: string): Promise<boolean> {
  const [one, other] = await Promise.all([source, out].map((path) => realpath(path).catch(() => null)));
  return one !== null && one === other;
}
