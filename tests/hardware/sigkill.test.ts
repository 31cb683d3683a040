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
const RANGE_W = [150, 600] as const;

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
  /** Kills it and waits for its end. */
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
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

const startAgent = (on: Machine): Running =>
  start(on, [join(ROOT, 'tests', 'hardware', 'borrower.mjs'), UUID]);

/** Lets it borrow, and returns at a moment that differs from time to time. */
async function borrowForAWhile(agent: Running): Promise<void> {
  await until('something is borrowed', () => agent.stdout().includes('"ok":true'));
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
}

function writerOf(agent: Running): number {
  return Number(/written through evenkeel setter \(pid (\d+)\)/.exec(agent.stdout())?.[1]);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself: that is what it is for.
  }
}

/** The card is as it was found, nothing is journaled, and no write ever left the range of the card. */
function expectAsFound(on: Machine): void {
  expect(on.standIn.card().limitW).toBe(FOUND_W);
  expect(on.journals()).toEqual([]);
  for (const watts of on.limits())
    expect(watts >= RANGE_W[0] && watts <= RANGE_W[1], `${watts} W`).toBe(true);
  expect(on.standIn.setters().filter(({ code }) => code !== 0)).toEqual([]);
}

const isBack = (on: Machine) => (): boolean =>
  on.journals().length === 0 && on.standIn.card().limitW === FOUND_W;

describe.skipIf(!hasStandIn() || process.platform === 'win32')('after a SIGKILL', () => {
  it(`of the agent its child gives back (${TIMES} moments)`, async () => {
    const on = machine();
    for (let time = 0; time < TIMES; time += 1) {
      const agent = startAgent(on);
      await borrowForAWhile(agent);
      await agent.kill();
      await until('the card is back', isBack(on));
      expectAsFound(on);
    }
  });

  it(`of the agent and its child "evenkeel restore" gives back (${TIMES} moments)`, async () => {
    const on = machine();
    for (let time = 0; time < TIMES; time += 1) {
      const agent = startAgent(on);
      await borrowForAWhile(agent);
      killIfThere(writerOf(agent));
      await agent.kill();
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
    for (let time = 0; time < TIMES; time += 1) {
      const agent = startAgent(on);
      await borrowForAWhile(agent);
      expect(agent.stdout()).toContain(`gpu-helper (pid ${helper.child.pid})`);
      await agent.kill();
      await until('the card is back', isBack(on));
      expectAsFound(on);
    }
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
    killIfThere(writerOf(agent));
    await agent.kill();
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
