/** The real program and a card of the stand-in: what is written, and that it is given back, however the run ends. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { addressOf, type Running, startCli, temporaryFolder, until } from '../helpers/cli.js';
import { hasStandIn, openStandIn, type StandIn } from '../helpers/nvml-standin.js';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

interface Run {
  standIn: StandIn;
  agent: Running;
  journals: () => string[];
}

const borrowed = (stateDir: string): string[] => {
  const folder = join(stateDir, 'hardware');
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.journal.json')) : [];
};

/** Starts a run that may write, and sets 300 W. */
async function runAndSet(env: NodeJS.ProcessEnv = {}): Promise<Run> {
  const stateDir = temporaryFolder();
  const standIn = openStandIn({ control: { otherClients: 1 } });
  ending.push(() => standIn.close());
  const agent = startCli(
    ['run', '--port', '0', '--gpu', 'nvml', '--interval', '100', '--allow-hardware', '--duration', '60'],
    { stateDir, env: { ...standIn.env, ...env } },
  );
  ending.push(async () => {
    if (agent.child.exitCode === null) agent.child.kill('SIGKILL');
    await agent.ended;
  });
  const url = await addressOf(agent);
  const token = readFileSync(join(stateDir, 'token'), 'utf8').trim();
  const response = await fetch(`${url}/v1/override/powerLimitW`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ value: 300 }),
  });
  expect(response.status).toBe(200);
  return { standIn, agent, journals: () => borrowed(stateDir) };
}

describe.skipIf(!hasStandIn() || process.platform === 'win32')('a run that may write the card', () => {
  it('writes what is decided, and gives it back at its end', async () => {
    const { standIn, agent, journals } = await runAndSet();
    await until('it is written', () => standIn.card().limitW === 300);
    expect(journals().length).toBe(1);
    agent.child.kill('SIGTERM');
    expect((await agent.ended).code).toBe(143);
    expect([standIn.card().limitW, journals()]).toEqual([450, []]);
  });

  it('gives it back when it is killed', async () => {
    const { standIn, agent, journals } = await runAndSet();
    await until('it is written', () => standIn.card().limitW === 300);
    agent.child.kill('SIGKILL');
    await until('it is back', () => standIn.card().limitW === 450 && journals().length === 0);
  });

  it('without the right to write asks the driver once, says so, and goes on', async () => {
    const { standIn, agent } = await runAndSet({ NVML_STANDIN_ROOT: '0' });
    await until('it is told', () => agent.stderr().includes('NO_PERMISSION'));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const told = (): number => agent.stderr().split('NO_PERMISSION').length;
    const toldBefore = told();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(told()).toBe(toldBefore);
    expect(standIn.setters().map(({ code }) => code)).toEqual([4]);
  });
});
