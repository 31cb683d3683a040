import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { openWriter } from '../../src/hardware/open-writer.js';
import { until } from '../helpers/cli.js';
import { hasStandIn } from '../helpers/nvml-standin.js';
import { type Machine, openMachine, SETTER_ENTRY, UUID } from './stand-in-machine.js';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'evenkeel-writer-'));
  ending.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

it('with neither rights nor helper says so once, with the remedy, and writes nothing', async () => {
  const place = folder();
  const log: string[] = [];
  const writer = await openWriter({
    env: { EVENKEEL_HARDWARE_DIR: place, EVENKEEL_GPU_HELPER: join(place, 'none.sock') },
    secret: '',
    onExit: 'restore',
    leaseS: 10,
    log: (_level, message) => log.push(message),
    platform: 'linux',
    hasRights: async () => false,
  });
  expect(writer.refusal).toMatch(/no right to write to cards; .*sudo evenkeel gpu-helper --install --print/);
  expect(await writer.set('GPU-x', 'powerLimitW', 300)).toEqual({
    ok: false,
    value: 'unknown',
    error: writer.refusal,
    isLasting: true,
  });
  await writer.close();
  expect(log).toEqual([]);
});

async function writerOn(on: Machine, log: string[] = []): ReturnType<typeof openWriter> {
  const writer = await openWriter({
    env: { ...on.env, EVENKEEL_GPU_HELPER: join(on.folder, 'none.sock') },
    secret: '',
    onExit: 'restore',
    leaseS: 10,
    log: (_level, message) => log.push(message),
    hasRights: async () => true,
    childEntry: SETTER_ENTRY,
  });
  ending.push(() => writer.close());
  return writer;
}

it.skipIf(!hasStandIn())('starts nothing before the first setting', async () => {
  const on = openMachine();
  ending.push(() => on.close());
  const writer = await writerOn(on);
  expect(on.standIn.clients()).toEqual([]);
  await writer.set(UUID, 'powerLimitW', 300);
  expect(on.standIn.clients().length).toBe(1);
});

it.skipIf(!hasStandIn())(
  'gives back what an earlier writer left behind, before anything is asked of it',
  async () => {
    const on = openMachine();
    ending.push(() => on.close());
    await on.client().set(UUID, 'powerLimitW', 300);
    process.kill(Number(/\(pid (\d+)\)/.exec(on.log.join())?.[1]), 'SIGKILL');
    await until('it is gone', () => on.log.some((line) => line.includes('connects anew')));
    const log: string[] = [];
    await writerOn(on, log);
    expect([on.standIn.card().limitW, on.journals()]).toEqual([450, []]);
    expect(log).toContain('NVIDIA GeForce RTX 4090: powerLimitW back at 450 W');
  },
);
