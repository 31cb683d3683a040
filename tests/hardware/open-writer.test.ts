import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { startSetterChild } from '../../src/hardware/connect.js';
import { openWriter } from '../../src/hardware/open-writer.js';
import { waitingWriter } from '../../src/hardware/waiting-writer.js';
import { greetWriter, newSession } from '../../src/hardware/writer-link.js';
import type { CardWriter } from '../../src/shapes/gpu.js';
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
    const stream = await startSetterChild(on.env, { entry: SETTER_ENTRY });
    const link = await greetWriter(stream, { session: newSession(), onExit: 'restore', leaseS: 10 });
    await link.ask({ kind: 'set', uuid: UUID, knob: 'powerLimitW', value: 300 }, 5_000);
    stream.kill();
    await link.over;
    expect([on.standIn.card().limitW, on.journals().length]).toEqual([300, 1]);
    const log: string[] = [];
    await writerOn(on, log);
    expect([on.standIn.card().limitW, on.journals()]).toEqual([450, []]);
    expect(log).toContain('NVIDIA GeForce RTX 4090: powerLimitW back at 450 W');
  },
);

it('a helper that starts after the agent is found and used, and is looked for no more after the end', async () => {
  const sets: number[] = [];
  const looks: number[] = [];
  const helper: CardWriter = {
    refusal: null,
    set: async (_uuid, _knob, value) => ({ ok: true, value: sets.push(value) }),
    forget: async () => {},
    restore: async () => {},
    close: async () => {},
  };
  const writer = waitingWriter('no helper', async () => (looks.push(1) < 3 ? null : helper), 1);
  expect(await writer.set(UUID, 'powerLimitW', 300)).toMatchObject({ ok: false, error: 'no helper' });
  await vi.waitFor(() => expect(writer.refusal).toBeNull());
  expect(await writer.set(UUID, 'powerLimitW', 280)).toMatchObject({ ok: true });
  expect(sets).toEqual([280]);
  const ended = waitingWriter('no helper', async () => expect.unreachable('looked after the end'), 1);
  await ended.close();
  await new Promise((resolve) => setTimeout(resolve, 10));
});
