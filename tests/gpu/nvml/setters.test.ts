/** The setters of NVML in this process, over the stand-in. */
import { afterEach, describe, expect, it } from 'vitest';
import { openNvmlSetters } from '../../../src/gpu/nvml/setters.js';
import type { SettableCards } from '../../../src/gpu/settable.js';
import { hasStandIn, openStandIn, type StandIn, type StandInOptions } from '../../helpers/nvml-standin.js';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
  delete process.env.NVML_STANDIN;
});

async function open(options: StandInOptions = {}): Promise<{ standIn: StandIn; cards: SettableCards }> {
  const standIn = openStandIn(options);
  ending.push(() => standIn.close());
  process.env.NVML_STANDIN = standIn.folder;
  const cards = await openNvmlSetters({ places: [standIn.library] });
  ending.push(() => cards.close());
  return { standIn, cards };
}

describe.skipIf(!hasStandIn())('the setters of NVML', () => {
  it('tell each setting with the range, the default and the value of the device, in the unit of its knob', async () => {
    const { cards } = await open({ control: { limitMinW: 150, limitDefaultW: 450, limitMaxW: 520.5 } });
    const [device] = cards.devices;
    expect(device?.read('powerLimitW')).toEqual({
      ok: true,
      value: { range: [150, 520.5], default: 450, value: 450 },
    });
    expect(device?.read('graphicsClockMaxMhz')).toEqual({
      ok: true,
      value: { range: [210, 3105], default: 3105, value: null },
    });
    expect(device?.read('targetTemperatureC')).toEqual({
      ok: true,
      value: { range: [65, 88], default: null, value: 84 },
    });
  });

  it('write in the units of the driver; the top of the clocks takes the lock away', async () => {
    const { standIn, cards } = await open();
    const [device] = cards.devices;
    for (const [knob, value] of [
      ['powerLimitW', 287.5],
      ['graphicsClockMaxMhz', 1500],
      ['graphicsClockMaxMhz', 3105],
      ['targetTemperatureC', 70],
    ] as const)
      expect(device?.write(knob, value)).toEqual({ ok: true, value: null });
    expect(standIn.setters().map(({ function: name, args }) => [name, ...args])).toEqual([
      ['nvmlDeviceSetPowerManagementLimit', 287_500],
      ['nvmlDeviceSetGpuLockedClocks', 210, 1500],
      ['nvmlDeviceResetGpuLockedClocks'],
      ['nvmlDeviceSetTemperatureThreshold', 5, 70],
    ]);
  });

  it('hold the clock in the very range that is read as facts, whatever the highest memory clock is said to be', async () => {
    const { standIn, cards } = await open({ control: { 'fail.nvmlDeviceGetMaxClockInfo': 3 } });
    const [device] = cards.devices;
    expect(device?.read('graphicsClockMaxMhz')).toMatchObject({ value: { range: [210, 3105] } });
    standIn.set({ 'fail.nvmlDeviceGetSupportedMemoryClocks': 3 });
    // The list is long, and asked for once.
    expect(device?.write('graphicsClockMaxMhz', 3_105)).toEqual({ ok: true, value: null });
    const other = await openNvmlSetters({ places: [standIn.library] });
    ending.push(() => other.close());
    expect(other.devices[0]?.read('graphicsClockMaxMhz')).toMatchObject({ ok: false, code: 'NOT_SUPPORTED' });
    expect(standIn.setters().map(({ function: name }) => name)).toEqual(['nvmlDeviceResetGpuLockedClocks']);
  });

  it('are not misled by another limiter, which enforces less than was asked for', async () => {
    const { cards } = await open({ control: { enforcedLimitW: 400 } });
    expect(cards.devices[0]?.read('powerLimitW')).toMatchObject({ value: { value: 450 } });
  });

  it('tell a refusal with the driver’s code', async () => {
    const { cards } = await open({
      control: { 'fail.nvmlDeviceSetPowerManagementLimit': 4, acousticMinC: Number.NaN },
    });
    const [device] = cards.devices;
    expect(device?.write('powerLimitW', 300)).toMatchObject({ ok: false, code: 'NO_PERMISSION' });
    expect(device?.write('powerLimitW', 300)).toMatchObject({
      error: expect.stringMatching(/^4 NO_PERMISSION: /),
    });
    expect(device?.read('targetTemperatureC')).toMatchObject({ ok: false, code: 'NOT_SUPPORTED' });
  });

  it('find every card by its UUID again when the library was started anew because one was lost', async () => {
    const { standIn, cards } = await open({ cards: 2 });
    const [first, second] = cards.devices;
    second?.read('powerLimitW');
    standIn.set({ lost: '0', order: '1,0' });
    expect(first?.read('powerLimitW')).toMatchObject({ ok: false, code: 'GPU_IS_LOST' });
    expect(second?.write('powerLimitW', 300)).toEqual({ ok: true, value: null });
    standIn.set({ lost: '' });
    expect(first?.write('powerLimitW', 250)).toEqual({ ok: true, value: null });
    expect([standIn.card(0).limitW, standIn.card(1).limitW]).toEqual([250, 300]);
  });

  it('of an old driver are the same ones', async () => {
    const { standIn, cards } = await open({ build: 'old' });
    expect(cards.devices[0]?.write('powerLimitW', 300)).toEqual({ ok: true, value: null });
    expect(standIn.card().limitW).toBe(300);
  });

  it('that do not start say why', async () => {
    const standIn = openStandIn({ control: { init: 9 } });
    ending.push(() => standIn.close());
    process.env.NVML_STANDIN = standIn.folder;
    await expect(openNvmlSetters({ places: [standIn.library] })).rejects.toThrow('DRIVER_NOT_LOADED');
    await expect(openNvmlSetters({ places: ['/nowhere/libnvidia-ml.so'] })).rejects.toThrow('/nowhere');
  });
});
