/** The file that the lines of a digest are written to. */
import { once } from 'node:events';
import { createWriteStream, lstatSync, openSync, rmSync, type WriteStream } from 'node:fs';
import { EvenkeelError, reasonOf } from '../errors.js';

/** Opens it, over what is there. @throws EvenkeelError `badFile` where it cannot be written. */
export function openDecisionsFile(path: string): WriteStream {
  try {
    return createWriteStream(path, { fd: openSync(path, 'w') });
  } catch (cause) {
    const message = `cannot write the decisions to ${path}: ${reasonOf(cause)}; name another file`;
    throw new EvenkeelError('badFile', message, { cause });
  }
}

/** Half a file would look like a whole one; a device or a pipe is not ours to remove. */
export async function abandonFile(file: WriteStream, path: string): Promise<void> {
  const closed = once(file, 'close');
  file.destroy();
  await closed;
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() === true) rmSync(path, { force: true });
}
