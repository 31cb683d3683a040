import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '../../src/recordings/lock.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-lock-'));
  path = join(folder, 'recording.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that lives until it is told to end. */
async function withProcess(use: (pid: number) => void): Promise<number> {
  const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  await once(child, 'spawn');
  use(child.pid ?? 0);
  child.kill();
  await once(child, 'close');
  return child.pid ?? 0;
}

test('a folder that a living agent holds is refused, naming it', async () => {
  const pid = await withProcess((alive) => {
    writeFileSync(path, `${alive} abc\n`);
    expect(() => lockFolder(folder)).toThrow(
      `another agent (process ${alive}) records into ${folder}; stop it, or name another folder with --record`,
    );
    expect(readFileSync(path, 'utf8')).toBe(`${alive} abc\n`);
  });
  // That agent is dead now: its word no longer counts.
  const lock = lockFolder(folder);
  expect(readFileSync(path, 'utf8')).not.toContain(`${pid} abc`);
  lock.release();
  expect(readdirSync(folder)).toEqual([]);
});

test('one that has been silent for a minute is another process by now', async () => {
  await withProcess((alive) => {
    writeFileSync(path, `${alive} abc\n`);
    const before = Date.now() / 1000 - 61;
    utimesSync(path, before, before);
    lockFolder(folder).release();
  });
});

test('a word that cannot be read, or is of this very process id, was left by a dead one', () => {
  for (const text of ['', 'rubbish', `${process.pid} before\n`]) {
    writeFileSync(path, text);
    lockFolder(folder).release();
    expect(existsSync(path)).toBe(false);
  }
});

test('what is released is not taken from the next one', () => {
  const first = lockFolder(folder);
  writeFileSync(path, '1 other\n');
  first.release();
  expect(readFileSync(path, 'utf8')).toBe('1 other\n');
});

test('a folder that cannot be written says so', () => {
  expect(() => lockFolder(join(folder, 'none'))).toThrow(/cannot record into the folder of .*ENOENT/);
});
