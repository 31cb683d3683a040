/** What a recording is worth when its agent is killed, its disk is full, or another agent wants its folder. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { AgentState } from '../../src/shapes/port.js';
import { ROOT } from '../helpers/checkout.js';
import { addressOf, lastLine, type Running, startCli, temporaryFolder, until } from '../helpers/cli.js';
import { readAll } from '../recordings/helpers.js';

/** Kills in all, and at once: more than the cores can serve would only wait for each other. */
const KILLS = process.env.EVENKEEL_SOAK === undefined ? 5 : 100;
const AT_ONCE = 3;

const running: Running[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) {
    if (one.child.exitCode === null) one.child.kill('SIGKILL');
    await one.ended;
  }
});

function start(...args: string[]): Running {
  const one = startCli(['run', '--port', '0', '--gpu', 'simulated', '--interval', '50', '--json', ...args]);
  running.push(one);
  return one;
}

/** Watches an agent for a random while, kills it, and looks for every tick that was seen a second before. */
async function killOnce(): Promise<void> {
  const parent = join(temporaryFolder(), 'rec');
  const agent = start('--record', parent, '--duration', '60');
  const url = await addressOf(agent);
  const state = async (): Promise<AgentState> =>
    (await (await fetch(`${url}/v1/state`)).json()) as AgentState;
  const livesMs = 1_100 + Math.random() * 1_000;
  const firstMs = await until('it ticks', async () => {
    const { atMs } = await state();
    return atMs >= 0 ? atMs : undefined;
  });
  const seen = new Set([firstMs]);
  let lastMs = firstMs;
  while (lastMs - firstMs < livesMs) {
    lastMs = (await state()).atMs;
    seen.add(lastMs);
  }
  agent.child.kill('SIGKILL');
  await agent.ended;
  const [name = ''] = readdirSync(parent).filter((one) => one !== 'recording.lock');
  const { lines, report } = await readAll(join(parent, name));
  const kept = new Set(lines.map((line) => (line.kind === 'sample' ? line.atMs : -1)));
  const owed = [...seen].filter((atMs) => atMs < lastMs - 1_000);
  expect(owed.length).toBeGreaterThan(0);
  expect(owed.filter((atMs) => !kept.has(atMs))).toEqual([]);
  expect(report.rejectedRows).toBeLessThanOrEqual(1);
}

test(`an agent that is killed, ${KILLS} times, loses no tick that is older than a second`, {
  timeout: 1_800_000,
}, async () => {
  for (let done = 0; done < KILLS; done += AT_ONCE)
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, KILLS - done) }, killOnce));
});

test('two agents never record into one folder, and the next one may when the first is gone', {
  timeout: 90_000,
}, async () => {
  const parent = join(temporaryFolder(), 'rec');
  const first = start('--record', parent, '--duration', '60');
  await addressOf(first);
  await until('it records', () => readdirSync(parent).length === 2);
  const second = await start('--record', parent, '--duration', '1').ended;
  expect([second.code, second.stdout]).toEqual([2, '']);
  expect(second.stderr).toContain(
    `another agent (process ${first.child.pid}) records into ${parent}; stop it, or name another folder with --record`,
  );
  first.child.kill('SIGKILL');
  await first.ended;
  const third = await start('--record', parent, '--duration', '1').ended;
  expect(third.code).toBe(0);
  expect(lastLine(third.stdout).recording).toContain(parent);
  expect(readdirSync(parent)).toHaveLength(2);
});

/** A limit on the size of files is a full disk that needs no disk of its own. */
test.skipIf(process.platform === 'win32')(
  'a disk that grows full is told once; the agent goes on, and what was written is whole (no such limit on Windows)',
  { timeout: 180_000 },
  async () => {
    const parent = join(temporaryFolder(), 'rec');
    const args = [
      'run',
      '--port',
      '0',
      '--gpu',
      'simulated',
      '--interval',
      '50',
      '--duration',
      '80',
      '--json',
    ];
    const child = spawn(
      'sh',
      [
        '-c',
        'ulimit -f 200; exec "$0" "$@"',
        process.execPath,
        join(ROOT, 'dist', 'main.js'),
        ...args,
        '--record',
        parent,
      ],
      { env: { ...process.env, EVENKEEL_STATE_DIR: temporaryFolder() }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    const ended = once(child, 'close');
    const told = /recording ended: EFBIG.*; the agent goes on without/g;
    await until('it is told', () => told.test(err), 80_000);
    const before = out.split('\n').length;
    await until('it goes on', () => out.split('\n').length > before + 3, 80_000);
    child.kill('SIGTERM');
    const [code] = await ended;
    expect(code, err).toBe(143);
    expect(err.match(told)).toHaveLength(1);
    const totals = lastLine(out);
    expect(totals).toMatchObject({ kind: 'totals', recording: null });
    const [name = ''] = readdirSync(parent);
    const { lines, report } = await readAll(join(parent, name));
    const samples = lines.filter(({ kind }) => kind === 'sample').length;
    expect(samples).toBeGreaterThan(10);
    expect(samples).toBeLessThan(Number(totals.samples));
    expect(report.rejectedRows).toBeLessThanOrEqual(1);
    expect(readFileSync(join(parent, name, '000001.ndjson'), 'utf8').length).toBeLessThanOrEqual(200 * 1_024);
  },
);
