/** The compiled bot as a process of its own, with no agent there. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const ENTRY = fileURLToPath(new URL('../../dist/examples/demo-bot/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'evenkeel-demo-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Running {
  child: ChildProcess;
  /** What it said on stderr so far. */
  said: () => string;
  exit: Promise<unknown[]>;
}

function start(...args: string[]): Running {
  const child = fork(ENTRY, ['--model-cache', folder, '--work', '0', ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
    env: { ...process.env, EVENKEEL_STATE_DIR: folder },
  });
  let text = '';
  child.stderr?.on('data', (chunk) => {
    text += String(chunk);
  });
  return { child, said: () => text, exit: once(child, 'exit') };
}

test('it says what it is, plays for the time given and ends with exit code 0', async () => {
  const { said, exit } = start('--pace', 'none', '--duration', '3');
  expect(await exit).toEqual([0, null]);
  expect(said()).toContain('what is detected means nothing, what it costs is real');
  expect(said()).toMatch(/bye after [1-9]\d* frames/);
});

test.each([
  ['SIGTERM', (child: ChildProcess) => child.kill('SIGTERM')],
  ['SIGINT', (child: ChildProcess) => child.kill('SIGINT')],
  ['the parent going away', (child: ChildProcess) => child.disconnect()],
])('%s ends it with exit code 0, also while it loads', async (_, stop) => {
  const { child, said, exit } = start();
  await expect.poll(said, { timeout: 10_000 }).toContain('is real');
  child.send({ kind: 'targetFps', value: 20 });
  stop(child);
  expect(await exit).toEqual([0, null]);
});

test('an argument that is wrong is told with the usage', async () => {
  const { said, exit } = start('--pace', 'fast');
  expect(await exit).toEqual([2, null]);
  expect(said()).toMatch(/--pace: expected a number.*\nusage:/);
});
