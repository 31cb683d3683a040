import { describe, expect, test } from 'vitest';
import { hasStandIn } from '../../helpers/nvml-standin.js';
import { loadHere, type valuesOf } from './in-process.js';

const margin = (reading: Parameters<typeof valuesOf>[0] | undefined): unknown =>
  reading === undefined ? undefined : reading.told.thermalMarginC;

describe.skipIf(!hasStandIn())('degrees to where the card begins to limit itself', () => {
  test('are what the card itself tells, below zero too', async () => {
    const { machine, read } = await loadHere({ control: { temperatureC: 80, marginC: 3 } });
    expect(margin(read()[0])).toEqual([3]);
    machine.set({ marginC: -2 });
    expect(margin(read()[0])).toEqual([-2]);
  });

  test('are else to its target or its highest allowed temperature, whichever is lower', async () => {
    const control = { temperatureC: 60, acousticDefaultC: 78, tLimit: 0 };
    const { read, pass, machine } = await loadHere({ build: 'old', control });
    expect(margin(read()[0])).toEqual([78 - 60]);
    machine.set({ acousticMinC: 'NA' });
    pass(5_000);
    expect(margin(read()[0])).toEqual([83 - 60]);
  });

  test('are else to two degrees below its slowdown point', async () => {
    const control = { temperatureC: 60, 'fail.nvmlDeviceGetTemperatureThreshold': 3 };
    const { read, library } = await loadHere({ build: 'old', control });
    const slowdownC = 92;
    const call = library.call.bind(library) as (...args: unknown[]) => number;
    Object.assign(library, {
      call(...args: unknown[]) {
        const [name, , which, out] = args as [string, bigint, number, Uint32Array];
        if (name !== 'nvmlDeviceGetTemperatureThreshold' || which !== 1) return call(...args);
        out[0] = slowdownC;
        return 0;
      },
    });
    expect(margin(read()[0])).toEqual([slowdownC - 2 - 60]);
  });

  test('are unsupported where the card tells neither, so that the profile may, and missing where it may still tell', async () => {
    const { machine, open } = await loadHere({ build: 'old' });
    const told = (): unknown => margin(open().read({ tiers: ['fast', 'slow', 'once'], settings: true })[0]);
    machine.set({ 'fail.nvmlDeviceGetTemperatureThreshold': 3 });
    expect(told()).toEqual([null, 3, '3 NOT_SUPPORTED: the card tells no threshold']);
    machine.set({ 'fail.nvmlDeviceGetTemperatureThreshold': 10 });
    expect(told()).toMatchObject([null, 10, expect.any(String)]);
    machine.clear('fail.nvmlDeviceGetTemperatureThreshold');
    machine.set({ 'fail.nvmlDeviceGetTemperature': 10 });
    expect(told()).toMatchObject([null, 10, expect.any(String)]);
  });
});
