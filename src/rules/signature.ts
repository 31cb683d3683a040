/** What can be told of folders without reading a file, so that looking often costs little. */
import { type BigIntStats, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isReadName, sourcesOf } from './folders.js';

/**
 * A text that changes when a file of the folders does: which there are, and the size, times and number of each. A drive
 * that keeps times coarsely may hide a change of the same length within one step of its clock.
 */
export function signatureOf(folders: readonly string[]): string {
  return sourcesOf(folders)
    .map(({ folder }) => signatureOfFolder(folder))
    .join('\n');
}

function signatureOfFolder(folder: string): string {
  try {
    const stats = statSync(folder, { bigint: true });
    if (stats.isFile()) return stamp(stats);
    const names = readdirSync(folder).filter(isReadName).sort();
    return [`${stats.dev}:${stats.ino}`, ...names.map((name) => `${name} ${stampOf(folder, name)}`)].join(
      '\n',
    );
  } catch {
    return 'none';
  }
}

function stampOf(folder: string, name: string): string {
  const stats = statSync(join(folder, name), { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? 'none' : stamp(stats);
}

function stamp({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}
