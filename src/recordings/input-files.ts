/** Whether a path leads to a file that is read: by its name, a link of either kind, or from within a recording's folder. */
import { readdirSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isOurs } from './segments.js';

/**
 * The file of `source` that `out` is, or would be read as; null where it is none. `source` is a file, or the folder of a
 * recording, whose files are all read as one.
 */
export function inputAt(source: string, out: string): string | null {
  const files = filesOf(source);
  const there = identityOf(out);
  if (there !== null) return files.find((file) => identityOf(file) === there) ?? null;
  // What is not there yet becomes a segment of the recording by its name.
  const isInside = files[0] !== source && isOurs(basename(out)) && isSameFolder(dirname(out), source);
  return isInside ? out : null;
}

function filesOf(source: string): string[] {
  try {
    return readdirSync(source).map((name) => join(source, name));
  } catch {
    // No folder: a file, with the index beside it where it is a segment; what cannot be read is told by who reads it.
    return [source, source.replace(/\.ndjson\.gz$/, '.idx')];
  }
}

/** Device and number of a file, the same for all its names; null where there is none. */
function identityOf(path: string): string | null {
  try {
    const info = statSync(path, { bigint: true });
    return info.isFile() ? `${info.dev}:${info.ino}` : null;
  } catch {
    // Nothing is there, or nobody may look; who opens it says so.
    return null;
  }
}

function isSameFolder(one: string, other: string): boolean {
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    // It is not there yet, and is made.
    return false;
  }
}
