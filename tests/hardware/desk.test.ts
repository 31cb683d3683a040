import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Desk } from '../../src/hardware/desk.js';
import { journalFiles } from '../../src/hardware/journal-files.js';
import { Keeper } from '../../src/hardware/keeper.js';
import { memoryDevice } from './memory-device.js';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function deskOver(device = memoryDevice(), name = 'one'): { desk: Desk; folder: string } {
  const folder = folders[0] ?? mkdtempSync(join(tmpdir(), 'evenkeel-desk-'));
  folders[0] = folder;
  const desk = new Desk({
    openCards: async () => ({ devices: [device], close: async () => undefined }),
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
