/** The real `doctor` on machines of the stand-in. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Check } from '../../src/commands/checks/index.js';
import { runCli, startCli, temporaryFolder, until } from '../helpers/cli.js';
import { type Control, hasStandIn, openStandIn, type StandIn } from '../helpers/nvml-standin.js';

const UUID = 'GPU-57a4d140-0000-4000-8000-000000000000';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

function machineWith(control: Control = {}): StandIn {
  const machine = openStandIn({ control });
  ending.push(() => machine.close());
  return machine;
}

interface Told {
  code: number | null;
  check: (name: string) => Check | undefined;
}

async function doctor(machine: StandIn, env: NodeJS.ProcessEnv = {}, stateDir?: string): Promise<Told> {
  const ran = await runCli(['doctor', '--json'], {
    ...(stateDir === undefined ? {} : { stateDir }),
    env: { ...machine.env, EVENKEEL_PORT: '0', EVENKEEL_GPU: 'auto', ...env },
  });
  const { checks } = JSON.parse(ran.stdout) as { checks: Check[] };
  return { code: ran.code, check: (name) => checks.find((check) => check.name === name) };
}

describe.skipIf(!hasStandIn())('doctor beside a card', () => {
  it('tells driver, card and rights, and changes nothing', async () => {
    const machine = machineWith();
    const { code, check } = await doctor(machine);
    expect(code).toBe(0);
    expect(check('nvidia library')?.found).toBe(`${machine.library}, as NVML_LIBRARY says`);
    expect(check('nvidia driver')?.found).toBe('starts; version 570.86.16, 1 card');
    expect(check(`card ${UUID}`)?.found).toContain('profile rtx-4090; power limit 150 to 600 W');
    expect(machine.setters()).toEqual([]);
  });

  it('fails where NVML is asked for and the driver was replaced, and says what to do', async () => {
    const machine = machineWith({ init: 18 });
    const { code, check } = await doctor(machine, { EVENKEEL_GPU: 'nvml' });
    expect(code).toBe(1);
    expect(check('nvidia driver')).toMatchObject({
      ok: false,
      found: expect.stringContaining('18 LIB_RM_VERSION_MISMATCH'),
      remedy: expect.stringContaining('the driver was replaced'),
    });
  });

  it('tells a setting that was left over, and who holds a card', async () => {
    const machine = machineWith();
    const stateDir = temporaryFolder();
    const folder = join(stateDir, 'hardware');
    mkdirSync(folder, { mode: 0o755 });
    writeFileSync(join(folder, `${UUID}.journal.json`), 'torn');
    const { code, check } = await doctor(machine, { EVENKEEL_ALLOW_HARDWARE: '1' }, stateDir);
    expect(code).toBe(1);
    expect(check('borrowed settings')).toMatchObject({
      ok: false,
      found: expect.stringContaining(`${UUID}.journal.json cannot be used`),
    });
  });

  it('greets the helper, which goes on serving', async () => {
    const machine = machineWith();
    const stateDir = temporaryFolder();
    const helper = startCli(['gpu-helper'], { stateDir, env: machine.env });
    ending.push(async () => {
      helper.child.kill('SIGTERM');
      await helper.ended;
    });
    await until('it listens', () => existsSync(join(stateDir, 'gpu-helper.sock')));
    const { check } = await doctor(machine, {}, stateDir);
    expect(check('rights to write')?.found).toBe(
      `evenkeel gpu-helper (pid ${helper.child.pid}) at ${join(stateDir, 'gpu-helper.sock')} serves this user`,
    );
    expect(helper.child.exitCode).toBeNull();
  });
});
