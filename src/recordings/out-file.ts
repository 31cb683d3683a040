/** The files that commands write, with `-o` and other flags: one policy for all of them, and one wording for what goes wrong. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { EvenkeelError, reasonOf } from '../errors.js';
import { makeFolder } from '../state-folder.js';
import { inputAt } from './input-files.js';
import { canBeMadeAgain } from './made-again.js';

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

/** How a file is written. */
export interface OutOptions {
  /** Over any file; without it only over what can be made again. Never over one of `sources`. */
  force: boolean;
  /** What the same command reads: files, and folders of recordings with all that lies in them. */
  sources?: readonly string[];
  /** The flag that names the file, in messages. Default `-o`. */
  flag?: string;
  /** It is written as gzip, so that a name which says so is no lie. */
  isGzip?: boolean;
}

/**
 * Looks whether a file may be written, as `checkOut`, and makes the folders it lies in.
 * @throws EvenkeelError as `checkOut`; `badFile` where the folders cannot be made.
 */
export async function prepareOut(out: string, options: OutOptions): Promise<void> {
  refuseNames(out, options);
  try {
    await makeFolder(dirname(out));
  } catch (cause) {
    throw unwritable(out, cause, options.flag);
  }
  await checkOut(out, options);
}

/**
 * Looks whether a file may be written. What a command made from a log is written over, all else that holds something only by
 * force, and what is read never; an empty one, a device or a pipe is written to as it is.
 * @throws EvenkeelError `badFlag` for `-`, for `.gz` of what is not compressed, for what is read, and for a file that holds something; `badFile` for a folder.
 */
export async function checkOut(out: string, options: OutOptions): Promise<void> {
  refuseNames(out, options);
  const { force, flag = '-o' } = options;
  const there = await stat(out).catch(() => null);
  if (there?.isDirectory() === true)
    throw unwritable(out, Object.assign(new Error(), { code: 'EISDIR' }), flag);
  if (there?.isFile() === true && there.size > 0 && !force && !(await isOurs(out, flag))) {
    const text = `${out} is there already and holds something; name another file with ${flag}, or write over it with --force`;
    throw new EvenkeelError('badFlag', text);
  }
}

async function isOurs(out: string, flag: string): Promise<boolean> {
  try {
    return await canBeMadeAgain(out);
  } catch (cause) {
    throw unwritable(out, cause, flag);
  }
}

function refuseNames(out: string, { sources = [], flag = '-o', isGzip = false }: OutOptions): void {
  if (out === '-')
    throw new EvenkeelError(
      'badFlag',
      `expected ${flag} to name a file, got "-"; standard output is for what is said about it`,
    );
  if (!isGzip && /\.gz$/i.test(out))
    throw new EvenkeelError(
      'badFlag',
      `expected ${flag} to name a file that is not compressed, got ${out}; leave out the .gz, and compress what was written`,
    );
  for (const source of sources) {
    const read = inputAt(source, out);
    if (read === null) continue;
    const text =
      read === source
        ? `expected ${flag} to name another file than the log or the mapping that is read, got ${out}`
        : `expected ${flag} to name another file than those of ${source}, which is read, got ${out}`;
    throw new EvenkeelError('badFlag', `${text}; what is read is never written over`);
  }
}

/** Says that a file cannot be written, and why. */
export function unwritable(out: string, cause: unknown, flag: string = '-o'): EvenkeelError {
  return new EvenkeelError(
    'badFile',
    `cannot write ${out}: ${meaningOf(cause)}; name another file with ${flag}`,
    {
      cause,
    },
  );
}

/** What an error of the file system means. */
export function meaningOf(cause: unknown): string {
  const code = String((cause as NodeJS.ErrnoException | null)?.code);
  const meaning = Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined;
  return meaning === undefined ? reasonOf(cause) : `${meaning} (${code})`;
}
