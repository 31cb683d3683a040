/** Where recordings are kept, and which old ones make room. */
import { lstatSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isOurs, segmentsOf } from './segments.js';

/** The time at which a run began, and a number where several began in one second. */
const NAME = /^(\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2})(?:-(\d+))?$/;
const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;

/** How much of the past is kept. */
export interface Keep {
  /** All recordings together, in MiB. */
  keepMib: number;
  /** Days since a recording's last line. */
  keepDays: number;
  nowMs: number;
  /** The recording that is being written: it counts, and is never removed. */
  running?: string;
}

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

/**
 * Removes the oldest recordings of `parent` until what is left is within the bounds; returns the removed folders. Only
 * files that an agent wrote are removed, and a folder that holds anything else stays with it.
 */
export function pruneRecordings(parent: string, { keepMib, keepDays, nowMs, running }: Keep): string[] {
  const removed: string[] = [];
  let bytes = 0;
  for (const folder of recordingsOf(parent)) {
    const { size, lastMs } = measure(folder);
    bytes += size;
    const isRunning = running !== undefined && resolve(folder) === resolve(running);
    const isKept = bytes <= keepMib * MIB && lastMs >= nowMs - keepDays * DAY_MS;
    if (isRunning || isKept || !isRecording(folder)) continue;
    if (remove(folder)) removed.push(folder);
  }
  return removed;
}

/** A folder of the right name, not a link to elsewhere, with a segment in it. */
function isRecording(folder: string): boolean {
  return (
    lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true && segmentsOf(folder).length > 0
  );
}

function remove(folder: string): boolean {
  try {
    for (const name of listNames(folder).filter(isOurs)) rmSync(join(folder, name), { force: true });
    rmdirSync(folder);
    return true;
  } catch {
    // Something of the person's is in it, or another program holds a file open.
    return false;
  }
}

function measure(folder: string): { size: number; lastMs: number } {
  let [size, lastMs] = [0, 0];
  for (const name of listNames(folder).filter(isOurs)) {
    const file = lstatSync(join(folder, name), { throwIfNoEntry: false });
    size += file?.size ?? 0;
    lastMs = Math.max(lastMs, file?.mtimeMs ?? 0);
  }
  return { size, lastMs };
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // No folder yet: nothing is kept.
    return [];
  }
}
