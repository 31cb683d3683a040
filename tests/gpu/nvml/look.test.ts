import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { type LookStep, look, type NvmlLook } from '../../../src/gpu/nvml/look.js';
import { lookFromOutside } from '../../../src/gpu/nvml/look-from-outside.js';
import { ROOT } from '../../helpers/checkout.js';
import { until } from '../../helpers/cli.js';
import { type Control, hasStandIn, openStandIn, type StandIn } from '../../helpers/nvml-standin.js';

const ENTRY = pathToFileURL(join(ROOT, 'dist', 'gpu', 'nvml', 'look-child.js'));

const open: StandIn[] = [];
afterEach(() => {
  for (const machine of open.splice(0)) machine.close();
});

const machineWith = (control: Control, cards = 1, build: 'modern' | 'old' = 'modern'): StandIn => {
  const machine = openStandIn({ cards, build, control });
  open.push(machine);
  return machine;
};
const lookAt = (machine: StandIn, withinMs?: number): Promise<NvmlLook> =>
  lookFromOutside({ env: { ...process.env, ...machine.env }, entry: ENTRY, withinMs });

describe.skipIf(!hasStandIn())('a look at NVML', () => {
  it('tells each card with what could be written, and writes nothing', async () => {
    const machine = machineWith({ 'persistence.1': 0, 'computeProcesses.1': '1234:900' }, 2);
    const seen = await lookAt(machine);
    expect(seen).toMatchObject({ ok: true, library: machine.library, driver: '570.86.16', refused: [] });
    const cards = seen.ok ? seen.cards : [];
    expect(cards.map(({ isPersistent }) => isPersistent)).toEqual([true, false]);
    expect(cards[1]).toMatchObject({
      inventory: { uuid: 'GPU-57a4d140-0000-4000-8000-000000000001', pciId: '10DE:2684' },
      settings: {
        powerLimitW: { ok: true, value: { range: [150, 600], default: 450, value: 450 } },
        graphicsClockMaxMhz: { ok: true, value: { range: [210, 3105], value: null } },
        targetTemperatureC: { ok: true, value: { range: [65, 88], value: 84 } },
      },
      processes: { processes: [{ pid: 1234, kind: 'compute', usedMib: 900 }] },
    });
    expect(machine.setters()).toEqual([]);
  });

  it('tells what a card refuses to tell, each with its code', async () => {
    const machine = machineWith({
      'fail.nvmlDeviceGetPowerManagementLimit': 3,
      acousticMaxC: 'NA',
      'fail.nvmlDeviceGetPersistenceMode': 3,
    });
    const seen = await lookAt(machine);
    expect(seen).toMatchObject({
      cards: [
        {
          isPersistent: null,
          settings: {
            powerLimitW: { ok: false, code: 'NOT_SUPPORTED' },
            graphicsClockMaxMhz: { ok: true },
            targetTemperatureC: { ok: false, code: 'NOT_SUPPORTED' },
          },
        },
      ],
    });
  });

  it.each([9, 18])('ends at a start that answers %i', async (code) => {
    const machine = machineWith({ init: code });
    expect(await lookAt(machine)).toMatchObject({ ok: false, step: 'init', library: machine.library, code });
  });

  it('names a card that may not be opened', async () => {
    const machine = machineWith({ 'fail.nvmlDeviceGetHandleByIndex_v2': 15 });
    const seen = await lookAt(machine);
    expect(seen).toMatchObject({ ok: true, cards: [], refused: [expect.stringContaining('15 GPU_IS_LOST')] });
  });

  it('of a driver that never answers ends in time, and says where it was', async () => {
    const machine = machineWith({ 'hang.nvmlInit_v2': 1 });
    expect(await lookAt(machine, 4_000)).toEqual({
      ok: false,
      step: 'init',
      library: machine.library,
      code: null,
      why: 'no answer within 4 s',
    });
    await until('the process is gone', () => machine.clients().length === 0);
  });

  it('takes a driver without newer functions', async () => {
    expect(await lookAt(machineWith({}, 1, 'old'))).toMatchObject({ ok: true, driver: '470.256.02' });
  });
});

describe('where there is nothing to look at', () => {
  it('the step that failed is told: koffi, then the library', async () => {
    const steps: LookStep[] = [];
    const begin = async (step: LookStep): Promise<void> => {
      steps.push(step);
    };
    const loadFfi = async (): Promise<never> => {
      throw new Error('no build for this platform');
    };
    expect(await look(begin, { loadFfi })).toMatchObject({
      ok: false,
      step: 'koffi',
      code: null,
      why: 'no build for this platform',
    });
    expect(await look(begin, { places: ['/no/where.so'] })).toMatchObject({
      ok: false,
      step: 'library',
      code: 12,
      why: expect.stringContaining('/no/where.so'),
    });
    expect(steps).toEqual(['koffi', 'koffi', 'library']);
  });

  it('a process that ends is told', async () => {
    const entry = pathToFileURL('/no/such/entry.js');
    expect(await lookFromOutside({ env: {}, entry })).toMatchObject({
      ok: false,
      step: 'koffi',
      why: 'the process that looked ended (code 1)',
    });
  });
});
