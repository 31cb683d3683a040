import { chmodSync, mkdirSync } from 'node:fs';

/**
 * Makes a folder that its owner writes and everybody reads, whatever the mask of this process; one that is there stays
 * as it is. One level only: the place above is the system's.
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return;
  }
  chmodSync(path, 0o755);
}
