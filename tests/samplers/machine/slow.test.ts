import { describe, expect, it } from 'vitest';
import { DEAR_EVERY_MS, SlowProvider } from '../../../src/samplers/machine/slow.js';
import type { SlowSource } from '../../../src/samplers/machine/slow-readings.js';

/** A systeminformation that counts its calls. */
function createSource(changed: Partial<SlowSource> = {}): {
  source: SlowSource;
  calls: Record<string, number>;
} {
  const calls: Record<string, number> = {};
  const count = (name: string): void => {
    calls[name] = (calls[name] ?? 0) + 1;
  };
  const plain: SlowSource = {
    fsStats: async () => ({ rx_sec: 2e6, wx_sec: 3e6 }),
    networkInterfaceDefault: async () => 'Ethernet',
    networkStats: async (name) => (name === 'Ethernet' ? [{ rx_sec: 4e6, tx_sec: 5e6 }] : []),
    processes: async () => ({ all: 120 }),
    cpuTemperature: async () => ({ max: 55, main: 50 }),
    battery: async () => ({ hasBattery: true, percent: 70, acConnected: false }),
    powerShellStart: () => undefined,
    powerShellRelease: () => undefined,
    ...changed,
  };
  const counted = Object.entries(plain).map(([name, call]: [string, (...given: never[]) => unknown]) => [
    name,
    (...given: never[]) => {
      count(name);
      return call(...given);
    },
  ]);
  return { source: Object.fromEntries(counted) as unknown as SlowSource, calls };
}

/** A provider on a clock that the test moves. */
function open(
  source: SlowSource,
  platform: NodeJS.Platform = 'darwin',
): { provider: SlowProvider; clock: { ms: number }; settle(): Promise<void> } {
  const clock = { ms: 0 };
  const provider = new SlowProvider(async () => source, { platform, everyMs: 5_000, now: () => clock.ms });
  // Every answer of the source is there at once, so one turn of the event loop finishes a round.
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { provider, clock, settle };
}

describe('the slow tier', () => {
  it('hands a result to the tick after it finished, with its age', async () => {
    const { provider, clock, settle } = open(createSource().source);
    expect(Object.keys(provider.sample())).toEqual(['system.threads']);
    await settle();
    clock.ms = 700;
    expect(provider.sample()).toEqual({
      'system.diskReadMegabytesPerS': [2, 'measured', 700],
      'system.diskWriteMegabytesPerS': [3, 'measured', 700],
      'system.networkReceiveMegabytesPerS': [4, 'measured', 700],
      'system.networkTransmitMegabytesPerS': [5, 'measured', 700],
      'system.cpuTemperatureC': [55, 'measured', 700],
      'system.onBattery': [true, 'measured', 700],
      'system.batteryPercent': [70, 'measured', 700],
      'system.processes': [120, 'measured', 700],
    });
    await settle();
    expect(provider.sample()).toEqual({});
  });

  it('reads again when the interval is over, but lists processes far less often', async () => {
    const { source, calls } = createSource();
    const { provider, clock, settle } = open(source);
    for (clock.ms = 0; clock.ms < DEAR_EVERY_MS; clock.ms += 1_000) {
      provider.sample();
      await settle();
    }
    expect(calls).toMatchObject({ fsStats: 6, networkStats: 6, processes: 1 });
    provider.sample();
    await settle();
    expect(calls.processes).toBe(2);
  });

  it('looks the interface up once and asks for it by name from then on', async () => {
    const { source, calls } = createSource();
    const { provider, clock, settle } = open(source);
    for (clock.ms = 0; clock.ms < 20_000; clock.ms += 5_000) {
      provider.sample();
      await settle();
    }
    expect(calls).toMatchObject({ networkInterfaceDefault: 1, networkStats: 4 });
  });

  it('starts nothing while a reading has not come back', async () => {
    let finish: () => void = () => undefined;
    const { source, calls } = createSource({
      fsStats: () =>
        new Promise((resolve) => {
          finish = () => resolve(null);
        }),
    });
    const { provider, clock, settle } = open(source);
    for (clock.ms = 0; clock.ms < 60_000; clock.ms += 1_000) {
      provider.sample();
      await settle();
    }
    expect(calls).toEqual({ fsStats: 1 });
    finish();
    await settle();
    expect(calls.processes).toBe(1);
  });

  it('asks no more for what is not there, and says once why', async () => {
    const { source, calls } = createSource({
      fsStats: async () => null,
      networkInterfaceDefault: async () => '',
      cpuTemperature: async () => ({ max: null, main: -1 }),
      battery: async () => ({ hasBattery: false, percent: 0, acConnected: true }),
    });
    const { provider, clock, settle } = open(source);
    provider.sample();
    await settle();
    const readings = provider.sample();
    expect(readings['system.diskReadMegabytesPerS']?.[1]).toBe('unsupported');
    expect(readings['system.networkReceiveMegabytesPerS']?.[1]).toBe('unsupported');
    expect(readings['system.cpuTemperatureC']?.[1]).toBe('unsupported');
    expect(readings['system.onBattery']).toEqual([false, 'measured', 0]);
    expect(readings['system.batteryPercent']).toEqual([
      null,
      'unsupported',
      0,
      'this machine has no battery',
    ]);
    clock.ms = 6_000;
    provider.sample();
    await settle();
    expect(calls).toMatchObject({ fsStats: 1, cpuTemperature: 1, battery: 2 });
    expect(Object.keys(provider.sample())).toEqual(['system.onBattery']);
  });

  it('calls rates missing until systeminformation has two readings', async () => {
    const { provider, settle } = open(
      createSource({ fsStats: async () => ({ rx_sec: null, wx_sec: -1 }) }).source,
    );
    provider.sample();
    await settle();
    const readings = provider.sample();
    expect(readings['system.diskReadMegabytesPerS']?.[1]).toBe('missing');
    expect(readings['system.diskWriteMegabytesPerS']?.[1]).toBe('missing');
  });

  it('goes on with the others when one fails, and tries it again', async () => {
    const { source, calls } = createSource({ fsStats: () => Promise.reject(new Error('spawn df ENOENT')) });
    const { provider, clock, settle } = open(source);
    provider.sample();
    await settle();
    const readings = provider.sample();
    expect(readings['system.diskReadMegabytesPerS']?.[3]).toContain('spawn df ENOENT');
    expect(readings['system.processes']?.[0]).toBe(120);
    clock.ms = 5_000;
    provider.sample();
    await settle();
    expect(calls.fsStats).toBe(2);
  });

  it('survives a library that cannot be loaded', async () => {
    const provider = new SlowProvider(() => Promise.reject(new Error('not installed')), { now: () => 0 });
    provider.sample();
    await new Promise((resolve) => setImmediate(resolve));
    expect(provider.sample()['system.processes']?.[3]).toContain('not installed');
  });

  it('keeps one PowerShell on Windows, and lets it go', async () => {
    const { source, calls } = createSource();
    const { provider, clock, settle } = open(source, 'win32');
    for (clock.ms = 0; clock.ms < 20_000; clock.ms += 5_000) {
      provider.sample();
      await settle();
    }
    provider.close();
    expect(calls).toMatchObject({ powerShellStart: 1, powerShellRelease: 1 });
    provider.sample();
    await settle();
    expect(calls.fsStats).toBe(4);
  });
});
