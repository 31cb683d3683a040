import { describe, expect, test } from 'vitest';
import { Device } from '../../../src/gpu/nvml/device.js';
import { findCards } from '../../../src/gpu/nvml/identity.js';
import { type CardProcesses, processesOf } from '../../../src/gpu/nvml/processes.js';
import { type Control, hasStandIn } from '../../helpers/nvml-standin.js';
import { type InProcess, loadHere } from './in-process.js';

const LISTS: Control = { computeProcesses: '1234:900,1235:NA', graphicsProcesses: '77:12' };
const LISTED = [
  { pid: 1234, kind: 'compute', usedMib: 900 },
  { pid: 1235, kind: 'compute', usedMib: null },
  { pid: 77, kind: 'graphics', usedMib: 12 },
];

/** The programs on the first card, as its driver lists them now. */
function programsOn({ library }: InProcess): CardProcesses {
  const found = findCards(library);
  const [card] = 'code' in found ? [] : found.cards;
  if ('code' in found || card === undefined) throw new Error('no card');
  return processesOf(new Device(library, card.handle, found.driver, () => performance.now()));
}

describe.skipIf(!hasStandIn())('the programs on a card', () => {
  test.each([
    ['570.86.10', 'modern'],
    // These drivers write entries of 32 bytes under the name of those of 24.
    ['535.43.02', 'modern'],
    ['535.86.05', 'modern'],
    ['535.98', 'modern'],
    ['470.256.02', 'old'],
  ] as const)('of driver %s (%s) are told with their memory', async (driver, build) => {
    const here = await loadHere({ build, control: { ...LISTS, driver } });
    expect(programsOn(here)).toEqual({ processes: LISTED });
  });

  test('are all told, however many they are', async () => {
    const many = Array.from({ length: 40 }, (_, i) => `${10 + i}:${i % 10}`).join(',');
    const told = programsOn(await loadHere({ control: { computeProcesses: many } }));
    expect('processes' in told && told.processes.filter(({ kind }) => kind === 'compute')).toHaveLength(40);
  });

  test('are not told where their entries have another form than is known, nor of a card that is lost', async () => {
    const here = await loadHere({ control: { driver: '535.54.03', ...LISTS } });
    const { machine } = here;
    machine.set({ computeProcesses: '0:900' });
    expect(programsOn(here)).toMatchObject({ code: 0, why: expect.stringContaining('pid 0') });
    machine.set({ 'fail.nvmlDeviceGetComputeRunningProcesses_v3': 15 });
    expect(programsOn(here)).toEqual({ code: 15 });
  });
});
