/** Whatever is killed, and whenever: the card is back at what was found. Real processes over the stand-in. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { restoreAll } from '../../src/hardware/restore-all.js';
import { ROOT } from '../helpers/checkout.js';
import { until } from '../helpers/cli.js';
import { hasStandIn } from '../helpers/nvml-standin.js';
import { type Machine, openMachine, SETTER_ENTRY, UUID } from './stand-in-machine.js';

const TIMES = process.env.EVENKEEL_SOAK === undefined ? 5 : 100;
const FOUND_W = 450;
const FOUND_C = 84;
/** What each setter may be told, by its arguments. */
const RANGES: Readonly<Record<string, readonly (readonly [min: number, max: number])[]>> = {
  nvmlDeviceSetPowerManagementLimit: [[150_000, 600_000]],
  nvmlDeviceSetGpuLockedClocks: [
    [210, 3105],
    [210, 3105],
  ],
  nvmlDeviceResetGpuLockedClocks: [],
  // Of the thresholds only that of the target temperature is written.
  nvmlDeviceSetTemperatureThreshold: [
    [5, 5],
    [65, 91],
  ],
};
/** About how long an agent takes from its first line to its third setting, in ms. */
const FIRST_BORROW_MS = 350;

const children: ChildProcess[] = [];
const machines: Machine[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const machine of machines.splice(0)) await machine.close();
});

function machine(): Machine {
  const opened = openMachine();
  machines.push(opened);
  return opened;
}

interface Running {
  child: ChildProcess;
  stdout: () => string;
  /** Kills it and waits for its end, and for that of its child: both hold the pipe of their complaints. */
  kill: () => Promise<void>;
}

function start(on: Machine, args: readonly string[]): Running {
  const env = { ...on.env, EVENKEEL_GPU_HELPER: join(on.folder, 'helper.sock') };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (more: string) => {
      text += more;
    });
  return {
    child,
    stdout: () => text,
    async kill() {
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const startAgent = (on: Machine): Running =>
  start(on, [join(ROOT, 'tests', 'hardware', 'borrower.mjs'), UUID]);

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Lets it borrow, and returns at a moment that differs from time to time. */
async function borrowForAWhile(agent: Running): Promise<void> {
  await until('something is borrowed', () => agent.stdout().includes('"ok":true'));
  await sleep(Math.random() * 60);
}

/** Every second time returns before the first borrowing, or within it. */
async function borrowUntilSomeMoment(agent: Running, time: number): Promise<void> {
  if (time % 2 === 1) return borrowForAWhile(agent);
  await until('it begins', () => agent.stdout().includes('it begins'));
  await sleep(Math.random() * FIRST_BORROW_MS);
}

function writerOf(agent: Running): number {
  return Number(/written through evenkeel setter \(pid (\d+)\)/.exec(agent.stdout())?.[1]);
}

function killIfThere(pid: number): void {
  if (Number.isNaN(pid)) return;
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself: that is what it is for.
  }
}

const isBack = (on: Machine) => (): boolean => {
  const { limitW, lockedMaxMhz, targetC } = on.standIn.card();
  return on.journals().length === 0 && limitW === FOUND_W && lockedMaxMhz === null && targetC === FOUND_C;
};

/** The card is as it was found, nothing is journaled, and no write ever left the range of the card. */
function expectAsFound(on: Machine): void {
  expect(isBack(on)(), JSON.stringify(on.standIn.card())).toBe(true);
  for (const { function: setter, args, code } of on.standIn.setters()) {
    const ranges = RANGES[setter] ?? [];
    const isWithin = ranges.every(([min, max], at) => min <= Number(args[at]) && Number(args[at]) <= max);
    expect(setter in RANGES && isWithin && code === 0, `${setter} ${args} answered ${code}`).toBe(true);
  }
}

/** Every setting was written in the end, or the test has shown nothing of it. */
function expectAllWritten(on: Machine): void {
  const called = new Set(on.standIn.setters().map((call) => call.function));
  expect([...called].sort()).toEqual(Object.keys(RANGES).sort());
}

describe.skipIf(!hasStandIn() || process.platform === 'win32')('after a SIGKILL', () => {
  it(`of the agent its child gives back (${TIMES} moments)`, async () => {
    const on = machine();
    for (let time = 0; time < TIMES; time += 1) {
      const agent = startAgent(on);
      await borrowUntilSomeMoment(agent, time);
      await agent.kill();
      await until('the card is back', isBack(on));
      expectAsFound(on);
    }
    expectAllWritten(on);
  });

  it(`of the agent and its child "evenkeel restore" gives back (${TIMES} moments)`, async () => {
    const on = machine();
    for (let time = 0; time < TIMES; time += 1) {
      const agent = startAgent(on);
      await borrowUntilSomeMoment(agent, time);
      const ended = agent.kill();
      killIfThere(writerOf(agent));
      await ended;
      const { problems } = await restoreAll({
        env: { ...on.env, EVENKEEL_GPU_HELPER: join(on.folder, 'none.sock') },
        hasRights: async () => true,
        childEntry: SETTER_ENTRY,
      });
      expect(problems).toEqual([]);
      expectAsFound(on);
    }
  });

  it(`of the agent the helper gives back (${TIMES} moments)`, async () => {
    const on = machine();
    const helper = start(on, [join(ROOT, 'dist', 'main.js'), 'gpu-helper']);
    await until('it listens', () => helper.stdout().includes('listens on'));
    const ended = (): number => helper.stdout().split('a client ended').length;
    for (let time = 0; time < TIMES; time += 1) {
      const agent = startAgent(on);
      const before = ended();
      await borrowUntilSomeMoment(agent, time);
      await agent.kill();
      const isGreeted = agent.stdout().includes(`gpu-helper (pid ${helper.child.pid})`);
      // The helper tells the end of both of its connections: the first one only looked whether it is there.
      if (isGreeted) await until('its end is seen', () => ended() >= before + 2);
      await until('the card is back', isBack(on));
      expectAsFound(on);
    }
    expectAllWritten(on);
    helper.child.kill('SIGTERM');
    expect(await once(helper.child, 'exit')).toEqual([143, null]);
  });

  it('of the helper the next one gives back before it listens', async () => {
    const on = machine();
    const helper = start(on, [join(ROOT, 'dist', 'main.js'), 'gpu-helper']);
    await until('it listens', () => helper.stdout().includes('listens on'));
    const agent = startAgent(on);
    await borrowForAWhile(agent);
    await Promise.all([helper.kill(), agent.kill()]);
    const next = start(on, [join(ROOT, 'dist', 'main.js'), 'gpu-helper']);
    await until('the next one listens', () => next.stdout().includes('listens on'));
    expect(isBack(on)()).toBe(true);
    expectAsFound(on);
  });

  it('the next agent’s child gives back before it borrows anew, and finds what was found first', async () => {
    const on = machine();
    const agent = startAgent(on);
    await borrowForAWhile(agent);
    const ended = agent.kill();
    killIfThere(writerOf(agent));
    await ended;
    const next = startAgent(on);
    await borrowForAWhile(next);
    const [journal = ''] = on.journals();
    expect(JSON.parse(readFileSync(join(on.folder, journal), 'utf8')).settings.powerLimitW.found).toBe(
      FOUND_W,
    );
    await next.kill();
    await until('the card is back', isBack(on));
  });
});

describe.skipIf(!hasStandIn() || !existsSync('/dev/full'))('a disk that is full', () => {
  it('keeps the card from being written', async () => {
    const on = machine();
    symlinkSync('/dev/full', join(on.folder, `${UUID}.journal.json.new`));
    const outcome = await on.client().set(UUID, 'powerLimitW', 300);
    expect(outcome).toMatchObject({ ok: false, value: FOUND_W, error: expect.stringContaining('ENOSPC') });
    expect(on.standIn.setters()).toEqual([]);
  });
});
