import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lockCard } from '../../src/hardware/card-lock.js';
import { lockHolder } from '../../src/hardware/lock-holder.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-holder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.skipIf(process.platform !== 'linux')(
  'who holds a card is found without its lock, and nobody once it is released',
  async () => {
    expect(await lockHolder(folder, 'GPU-1')).toBeNull();
    const lock = await lockCard(folder, 'GPU-1', 'evenkeel gpu-helper (pid 8)');
    expect(await lockHolder(folder, 'GPU-1')).toBe('evenkeel gpu-helper (pid 8)');
    // A lock that another process held before leaves its file behind.
    const before = await lockCard(folder, 'GPU-2', 'evenkeel setter (pid 7)');
    if (before.ok) before.release();
    expect(await lockHolder(folder, 'GPU-2')).toBeNull();
    if (lock.ok) lock.release();
    expect(await lockHolder(folder, 'GPU-1')).toBeNull();
  },
);

it.skipIf(process.platform !== 'linux')(
  'nobody but its owner opens a lock, not one of before either, and everybody reads whose it is',
  async () => {
    const mask = process.umask(0o077);
    writeFileSync(join(folder, 'GPU-1.lock'), 'a holder of before', { mode: 0o644 });
    const lock = await lockCard(folder, 'GPU-1', 'evenkeel gpu-helper (pid 8)');
    process.umask(mask);
    const modes = ['lock', 'holder'].map((end) => statSync(join(folder, `GPU-1.${end}`)).mode & 0o777);
    expect(modes).toEqual([0o600, 0o644]);
    expect(await lockCard(folder, 'GPU-1', 'another')).toEqual({
      ok: false,
      why: 'evenkeel gpu-helper (pid 8) holds the card',
    });
    if (lock.ok) lock.release();
    expect(readdirSync(folder)).toEqual(['GPU-1.lock']);
  },
);

it('without a list of locks nobody is said to hold it', async () => {
  writeFileSync(join(folder, 'GPU-1.lock'), 'evenkeel run (pid 9)\n');
  const machine = { platform: 'linux', readLocks: () => '', isPipeOpen: async () => true };
  expect(await lockHolder(folder, 'GPU-1', machine)).toBeNull();
});

it('on Windows the pipe of the lock is looked for', async () => {
  const asked: string[] = [];
  const machine = {
    platform: 'win32',
    readLocks: () => '',
    isPipeOpen: async (name: string) => asked.push(name) === 1,
  };
  expect(await lockHolder('C:\\ProgramData\\evenkeel', 'GPU-1', machine)).toBe('another process');
  expect(await lockHolder('C:\\ProgramData\\evenkeel', 'GPU-1', machine)).toBeNull();
  expect(asked[0]).toBe('\\\\.\\pipe\\evenkeel-card-GPU-1-C-ProgramData-evenkeel');
});
