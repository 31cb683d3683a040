import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Desk } from '../../src/hardware/desk.js';
import { journalFiles } from '../../src/hardware/journal-files.js';
import { Keeper } from '../../src/hardware/keeper.js';
import { type MemoryDevice, memoryDevice } from './memory-device.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function deskOver(
  device = memoryDevice(),
  name = 'one',
  ...others: MemoryDevice[]
): { desk: Desk; folder: string } {
  const folder = folders[0] ?? mkdtempSync(join(tmpdir(), 'evenkeel-desk-'));
  folders[0] = folder;
  const desk = new Desk({
    openCards: async () => ({ devices: [device, ...others], close: async () => undefined }),
    folder,
    name,
    boot: 'boot-1',
    now: Date.now,
    settle: async () => undefined,
  });
  return { desk, folder };
}

it('gives back what an earlier writer left, before it lends the card', async () => {
  const device = memoryDevice();
  const { desk, folder } = deskOver(device);
  const gone = new Keeper(device, {
    journals: journalFiles(folder),
    by: 'a writer that was killed',
    boot: 'boot-1',
    now: Date.now,
    settle: async () => undefined,
  });
  await gone.set('powerLimitW', 300);
  await desk.set({ name: 'an agent' }, device.uuid, 'targetTemperatureC', 70);
  expect(device.writes).toEqual([
    ['powerLimitW', 300],
    ['powerLimitW', 450],
    ['targetTemperatureC', 70],
  ]);
  await desk.close('restore');
});

it('keeps a card that could not be given back from every other writer, until it is', async () => {
  const device = memoryDevice();
  const { desk } = deskOver(device);
  const { desk: other } = deskOver(device, 'another');
  const agent = { name: 'an agent' };
  await desk.set(agent, device.uuid, 'powerLimitW', 300);
  device.isLost = true;
  expect((await desk.end(agent, 'restore')).problems).toEqual([
    expect.stringContaining('stays in the journal'),
  ]);
  device.isLost = false;
  expect(await other.set(agent, device.uuid, 'powerLimitW', 280)).toMatchObject({
    kind: 'refused',
    code: 'NOT_LENT',
    error: 'one holds the card',
  });
  expect((await desk.retry()).given).toMatchObject([{ outcome: 'restored', value: 450 }]);
  expect(desk.isBusy).toBe(false);
  expect(await other.set(agent, device.uuid, 'powerLimitW', 280)).toEqual({ kind: 'ok', value: 280 });
  await other.close('restore');
});

it('gives back an old journal once its lock is free, while somebody borrows another card, and leaves that one', async () => {
  const [device, other] = [memoryDevice(), memoryDevice('GPU-other')];
  const { desk } = deskOver(device, 'one', other);
  const { desk: holder, folder } = deskOver(other, 'another');
  await holder.set({ name: 'its agent' }, other.uuid, 'powerLimitW', 300);
  expect((await desk.retry()).problems).toEqual(['GPU-other: another holds the card']);
  await desk.set({ name: 'an agent' }, device.uuid, 'powerLimitW', 300);
  // Its process is killed: the lock ends, the journal stays.
  const path = join(folder, 'GPU-other.journal.json');
  const journal = readFileSync(path);
  await holder.close('restore');
  other.values.powerLimitW = 300;
  writeFileSync(path, journal);
  expect((await desk.retry()).given).toMatchObject([{ uuid: 'GPU-other', outcome: 'restored', value: 450 }]);
  expect([device.values.powerLimitW, other.values.powerLimitW]).toEqual([300, 450]);
  await desk.close('restore');
});

it('keeps a card that is borrowed when its journal is removed', async () => {
  const device = memoryDevice();
  const { desk, folder } = deskOver(device);
  const agent = { name: 'an agent' };
  await desk.set(agent, device.uuid, 'powerLimitW', 300);
  rmSync(join(folder, `${device.uuid}.journal.json`));
  await desk.set(agent, device.uuid, 'powerLimitW', 300);
  await desk.set({ name: 'another' }, device.uuid, 'powerLimitW', 280);
  expect(device.values.powerLimitW).toBe(300);
  await desk.close('restore');
  expect(device.values.powerLimitW).toBe(450);
});

it('refuses a borrower once, by knob, what a person took back from under it', async () => {
  const device = memoryDevice();
  const { desk } = deskOver(device);
  const agent = { name: 'an agent' };
  await desk.set(agent, device.uuid, 'powerLimitW', 300);
  expect((await desk.restore('too')).given).toMatchObject([{ outcome: 'restored', value: 450 }]);
  for (const knob of ['powerLimitW', 'targetTemperatureC'] as const) {
    expect(await desk.set(agent, device.uuid, knob, 70)).toEqual({
      kind: 'refused',
      value: null,
      code: 'TAKEN_BACK',
      error: 'a person gave the card back with "evenkeel restore"',
    });
  }
  expect(device.values.powerLimitW).toBe(450);
  expect(await desk.set({ name: 'another' }, device.uuid, 'powerLimitW', 310)).toEqual({
    kind: 'ok',
    value: 310,
  });
  await desk.restore('too');
  expect(await desk.set(agent, device.uuid, 'powerLimitW', 320)).toEqual({ kind: 'ok', value: 320 });
  await desk.close('restore');
});
