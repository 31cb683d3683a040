/** Where recordings are kept, and which old ones make room. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The time at which a run began, and a number where several began in one second. */
const NAME = /^(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2})(?:-(\d+))?$/;

/** A folder's name from a time: sortable, and possible on every file system. */
function recordingName(date: Date): string {
  return date
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .replaceAll(':', '-');
}

/** The name of a new folder in `parent`: the time, with a number behind it when that second is taken. */
export function freeName(parent: string, date: Date): string {
  const name = recordingName(date);
  const taken = new Set(listNames(parent));
  for (let i = 1; ; i++) {
    const candidate = i === 1 ? name : `${name}-${i}`;
    if (!taken.has(candidate)) return join(parent, candidate);
  }
}

/** The recordings of `parent`, the newest first. */
export function recordingsOf(parent: string): string[] {
  const keyOf = (name: string): string => {
    const [, time = '', number = '1'] = NAME.exec(name) ?? [];
    return `${time} ${number.padStart(6, '0')}`;
  };
  const names = listNames(parent).filter((name) => NAME.test(name));
  return names.sort((a, b) => (keyOf(a) < keyOf(b) ? 1 : -1)).map((name) => join(parent, name));
}

/** Removes the oldest recordings of `parent` until at most `keepMib` MiB remain; returns the removed folders. */
export function pruneRecordings(parent: string, keepMib: number): string[] {
  const removed: string[] = [];
  let bytes = 0;
  for (const folder of recordingsOf(parent)) {
    bytes += bytesOf(folder);
    if (bytes <= keepMib * 1024 * 1024) continue;
    rmSync(folder, { recursive: true, force: true });
    removed.push(folder);
  }
  return removed;
}

function listNames(parent: string): string[] {
  try {
    return readdirSync(parent);
  } catch {
    // No folder yet: nothing is kept.
    return [];
  }
}

function bytesOf(folder: string): number {
  return listNames(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
