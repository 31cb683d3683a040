/** Keeps two set-ups of one checkout from working at once: the second waits and then finds the work done. */
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inRoot } from './root.mjs';

/** Not in node_modules: `npm ci` deletes that folder first. */
const LOCK = inRoot('.cache/setup.lock');
const BEAT_MS = 1_000;
/** A holder that lives touches the lock each second; one silent for this long is gone or stopped. */
const SILENT_MS = 20_000;
/** The npm of a holder that was killed may still write; it is given this long to end. */
const ORPHAN_MS = 120_000;

/** Runs `work` as the only one; it is handed a function that notes the process that works for us. */
export async function withSetupLock(work, say) {
  await acquire(say);
  const beat = setInterval(touch, BEAT_MS);
  const drop = () => rmSync(LOCK, { force: true });
  process.once('exit', drop);
  try {
    return await work((child) => write('w', child.pid));
  } finally {
    clearInterval(beat);
    process.removeListener('exit', drop);
    drop();
  }
}

async function acquire(say) {
  mkdirSync(dirname(LOCK), { recursive: true });
  let told = false;
  let seen = null;
  let seenAt = 0;
  while (!tryWrite()) {
    const held = look();
    if (held === null) continue;
    if (held.mark !== seen) {
      seen = held.mark;
      seenAt = performance.now();
    }
    if (performance.now() - seenAt >= patienceMs(held)) {
      steal(held);
      continue;
    }
    if (!told) say(`waiting for another set-up of this folder (process ${held.pid} on ${held.host})`);
    told = true;
    await sleep(250);
  }
}

/** How long an unchanged lock is respected, by who can still be working under it. */
function patienceMs(held) {
  if (held.host !== hostname() || isAlive(held.pid)) return SILENT_MS;
  return isAlive(held.childPid) ? ORPHAN_MS : 0;
}

function tryWrite() {
  try {
    write('wx');
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function write(flag, childPid = null) {
  const file = openSync(LOCK, flag);
  writeSync(file, JSON.stringify({ host: hostname(), pid: process.pid, childPid }));
  closeSync(file);
}

function touch() {
  try {
    utimesSync(LOCK, new Date(), new Date());
  } catch {
    // Someone who took us for dead holds it now; the stamps still tell what is done.
  }
}

/** What the lock says and a mark that changes with each beat; null when it has just gone. */
function look() {
  try {
    const { mtimeMs } = statSync(LOCK);
    const text = readFileSync(LOCK, 'utf8');
    return { mark: `${mtimeMs} ${text}`, ...parse(text) };
  } catch {
    return null;
  }
}

/** A lock torn in the middle of its writing is nobody's; it is respected for as long as a silent one. */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return { host: 'unknown', pid: 0, childPid: null };
  }
}

/** A rename succeeds for one of several waiters only, so no two of them remove each other's lock. */
function steal(held) {
  if (look()?.mark !== held.mark) return;
  const aside = `${LOCK}.${process.pid}`;
  try {
    renameSync(LOCK, aside);
    rmSync(aside, { force: true });
  } catch {
    // Another waiter was first.
  }
}

function isAlive(pid) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
