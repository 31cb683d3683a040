/** Files that are made where there are none: what a person has is never written over. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EvenkeelError, reasonOf } from '../errors.js';
import type { PlannedFile } from './init-plan.js';

/** Paths as planned: those that were made, and those that were there already and stay as they are. */
export interface Written {
  made: string[];
  kept: string[];
}

/** Makes the files below `folder`. @throws EvenkeelError `badFile` with the file that cannot be made. */
export async function writeNew(folder: string, files: readonly PlannedFile[]): Promise<Written> {
  const written: Written = { made: [], kept: [] };
  for (const { path, text } of files) {
    const file = join(folder, path);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text, { flag: 'wx' });
      written.made.push(path);
    } catch (cause) {
      const { code, syscall } = cause as NodeJS.ErrnoException;
      // Where it is the folder that cannot be made, a file has its name.
      if (code !== 'EEXIST' || syscall === 'mkdir') throw cannotMake(file, cause);
      written.kept.push(path);
    }
  }
  return written;
}

function cannotMake(file: string, cause: unknown): EvenkeelError {
  const message = `cannot make ${file}: ${reasonOf(cause)}; name a folder that may be written`;
  return new EvenkeelError('badFile', message, { cause });
}
