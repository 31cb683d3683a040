import { describe, expect, test } from 'vitest';
import { type Control, hasStandIn } from '../../helpers/nvml-standin.js';
import { loadHere } from './in-process.js';

const LISTS: Control = { computeProcesses: '1234:900,1235:NA', graphicsProcesses: '77:12' };
const LISTED = [
  { pid: 1234, kind: 'compute', usedMib: 900 },
  { pid: 1235, kind: 'compute', usedMib: null },
  { pid: 77, kind: 'graphics', usedMib: 12 },
];

describe.skipIf(!hasStandIn())('the programs on a card', () => {
  test.each([
    ['570.86.10', 'modern'],
    // These drivers write entries of 32 bytes under the name of those of 24.
    ['535.43.02', 'modern'],
    ['535.86.05', 'modern'],
    ['535.98', 'modern'],
    ['470.256.02', 'old'],
  ] as const)('of driver %s (%s) are told with their memory', async (driver, build) => {
    const { session, read } = await loadHere({ build, control: { ...LISTS, driver } });
    const uuid = read()[0]?.uuid ?? '';
    expect(session.processes(uuid)).toEqual({ processes: LISTED });
  });

  test('are all told, however many they are', async () => {
    const many = Array.from({ length: 40 }, (_, i) => `${10 + i}:${i % 10}`).join(',');
    const { session, read } = await loadHere({ control: { computeProcesses: many } });
    const told = session.processes(read()[0]?.uuid ?? '');
    expect('processes' in told && told.processes.filter(({ kind }) => kind === 'compute')).toHaveLength(40);
  });

  test('are not told where their entries have another form than is known, nor of a card that is none', async () => {
    const { machine, session, read } = await loadHere({ control: { driver: '535.54.03', ...LISTS } });
    const uuid = read()[0]?.uuid ?? '';
    expect(session.processes('GPU-none')).toEqual({ code: 6 });
    machine.set({ computeProcesses: '0:900' });
    expect(session.processes(uuid)).toMatchObject({ code: 0, why: expect.stringContaining('pid 0') });
    machine.set({ 'fail.nvmlDeviceGetComputeRunningProcesses_v3': 15 });
    expect(session.processes(uuid)).toEqual({ code: 15 });
  });
});
