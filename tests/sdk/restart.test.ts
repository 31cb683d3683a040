/** The SDK beside the real program, which is killed, started again and, in long runs, stopped for longer than its lease. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type Bot, connect } from '../../src/sdk/index.js';
import { addressOf, type Running, startCli, temporaryFolder, until } from '../helpers/cli.js';

const folder = temporaryFolder();
const started: Running[] = [];
let bot: Bot | null = null;

afterEach(async () => {
  await bot?.close();
  for (const { child, ended } of started) {
    child.kill('SIGKILL');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
});

async function start(): Promise<Running> {
  const running = startCli(['run', '--port', '0', '--duration', '120'], { stateDir: folder });
  started.push(running);
  await addressOf(running);
  return running;
}

interface State {
  bot: { name: string; frames: number } | null;
  knobs: Record<string, { value: unknown }>;
}

async function state(): Promise<State> {
  const url = readFileSync(join(folder, 'address'), 'utf8').trim();
  return (await (await fetch(`${url}/v1/state`)).json()) as State;
}

test('joins an agent again that was killed, with the values in force, and goes on telling frames', async () => {
  const first = await start();
  const joined = connect('stayer', { stateDir: folder, knobs: { resolution: [416, 512, 640] } });
  bot = joined;
  const inForce: unknown[] = [];
  joined.on('resolution', (value) => void inForce.push(value));
  await until('the first agent knows the bot', async () => (await state()).bot?.name === 'stayer');
  first.child.kill('SIGKILL');
  await first.ended;
  const totals = Array.from({ length: 20 }, () => joined.frame([640, 480]).finish().totalMs);
  await start();
  await until('the second agent knows the bot', async () => (await state()).bot?.name === 'stayer');
  expect((await state()).knobs.resolution?.value).toBe(joined.decision.resolution);
  for (let frame = 0; frame < 5; frame += 1) joined.frame([640, 480]).finish();
  await until('new frames arrive', async () => ((await state()).bot?.frames ?? 0) >= 5);
  expect(totals.every((ms) => ms >= 0)).toBe(true);
  if (process.env.EVENKEEL_SOAK !== '1' || process.platform === 'win32') return;

  // Longer than the lease of 10 s: nobody steers, and the bot is back as soon as the agent goes on.
  const second = started[1]?.child;
  second?.kill('SIGSTOP');
  await until('the bot has left the agent', () => !joined.connected, 60_000);
  await until('its safe value is back', () => joined.decision.resolution === 416, 60_000);
  second?.kill('SIGCONT');
  await until('it is back', async () => joined.connected && (await state()).bot?.name === 'stayer', 60_000);
}, 240_000);
