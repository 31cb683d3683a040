import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { CATALOGUE, refuseValue } from '../../../src/facts/catalogue.js';
import { ProcProvider } from '../../../src/samplers/machine/proc.js';
import type { Readings } from '../../../src/shapes/reading.js';
import { createMachine, diskstats, type Machine, MEMINFO, netDev, stat, wholeMachine } from './fixture.js';

const opened: { dispose(): void }[] = [];
function open(files: Record<string, string>): { machine: Machine; provider: ProcProvider } {
  const machine = createMachine(files);
  const provider = new ProcProvider({ proc: machine.proc, sys: machine.sys, slowEveryMs: 5_000 });
  opened.push(machine, { dispose: () => provider.close() });
  return { machine, provider };
}
afterEach(() => {
  for (const one of opened.splice(0).reverse()) one.dispose();
});
const valueAt = (readings: Readings, fact: string): unknown => readings[`system.${fact}`]?.[0];
const whyAt = (readings: Readings, fact: string): unknown => readings[`system.${fact}`]?.[3];

describe('a Linux machine', () => {
  it('is read whole', () => {
    const { machine, provider } = open(wholeMachine());
    provider.sample(0);
    machine.write({
      'proc/stat': stat(1_250, 9_750),
      'proc/diskstats': diskstats(1_000 + 20_000, 2_000 + 40_000),
      'proc/net/dev': netDev(6_000_000, 12_000_000),
    });
    expect(provider.sample(5_000)).toEqual({
      'system.cpuPercent': [25, 'measured', 0],
      'system.memoryUsedMib': [2, 'measured', 0],
      'system.memoryPercent': [25, 'measured', 0],
      'system.load1': [0.42, 'measured', 0],
      'system.diskReadMegabytesPerS': [2.048, 'measured', 0],
      'system.diskWriteMegabytesPerS': [4.096, 'measured', 0],
      'system.networkReceiveMegabytesPerS': [1, 'measured', 0],
      'system.networkTransmitMegabytesPerS': [2, 'measured', 0],
      'system.threads': [345, 'measured', 0],
      'system.processes': [2, 'measured', 0],
      'system.cpuTemperatureC': [61, 'measured', 0],
      'system.onBattery': [true, 'measured', 0],
      'system.batteryPercent': [83, 'measured', 0],
    });
  });

  it('needs two readings for a rate, and says so', () => {
    const { provider } = open(wholeMachine());
    const readings = provider.sample(0);
    for (const fact of ['cpuPercent', 'diskReadMegabytesPerS', 'networkTransmitMegabytesPerS']) {
      expect(readings[`system.${fact}`]).toEqual([null, 'missing', 0, 'needs two readings']);
    }
  });

  it('gives slow facts only when they were read anew', () => {
    const { machine, provider } = open(wholeMachine());
    provider.sample(0);
    machine.write({ 'proc/stat': stat(1_100, 9_100) });
    const readings = provider.sample(1_000);
    expect(Object.keys(readings).sort()).toEqual([
      'system.cpuPercent',
      'system.load1',
      'system.memoryPercent',
      'system.memoryUsedMib',
    ]);
  });

  it('gives no processor share where the kernel has counted nothing since', () => {
    const { provider } = open(wholeMachine());
    provider.sample(0);
    expect(provider.sample(3)).not.toHaveProperty(['system.cpuPercent']);
  });

  it('is plugged in when any mains says so, whatever the battery does', () => {
    const { provider } = open({ ...wholeMachine(), 'sys/class/power_supply/AC/online': '1\n' });
    expect(valueAt(provider.sample(0), 'onBattery')).toBe(false);
  });

  it('takes a thermal zone where hwmon has no processor', () => {
    const { machine, provider: _ } = open({
      'sys/class/thermal/thermal_zone0/type': 'acpitz\n',
      'sys/class/thermal/thermal_zone0/temp': '20000\n',
      'sys/class/thermal/thermal_zone1/type': 'x86_pkg_temp\n',
      'sys/class/thermal/thermal_zone1/temp': '44500\n',
    });
    const provider = new ProcProvider({ proc: machine.proc, sys: machine.sys });
    expect(valueAt(provider.sample(0), 'cpuTemperatureC')).toBe(44.5);
    provider.close();
  });
});

describe('a machine that tells little', () => {
  it('has a reason for every fact, and tells what it lacks for good only once', () => {
    const { provider } = open({});
    const first = provider.sample(0);
    expect(first['system.cpuPercent']).toEqual([null, 'missing', 0, 'no processor times in /proc/stat']);
    expect(whyAt(first, 'memoryPercent')).toContain('/proc/meminfo');
    for (const fact of ['cpuTemperatureC', 'onBattery', 'batteryPercent', 'diskReadMegabytesPerS']) {
      expect(first[`system.${fact}`]?.[1], fact).toBe('unsupported');
    }
    expect(provider.sample(5_000)).not.toHaveProperty(['system.cpuTemperatureC']);
  });

  it('recovers when a file comes', () => {
    const { machine, provider } = open({});
    provider.sample(0);
    machine.write({ 'proc/meminfo': MEMINFO });
    expect(valueAt(provider.sample(1_000), 'memoryPercent')).toBe(25);
  });

  it('drops a counter that went back, and goes on from there', () => {
    const { machine, provider } = open(wholeMachine());
    provider.sample(0);
    machine.write({
      'proc/stat': stat(10, 90),
      'proc/net/dev': netDev(5, 5),
      'proc/diskstats': diskstats(1, 1),
    });
    const readings = provider.sample(5_000);
    for (const fact of ['cpuPercent', 'diskReadMegabytesPerS', 'networkReceiveMegabytesPerS']) {
      expect(readings[`system.${fact}`]).toEqual([null, 'missing', 0, 'the counter went back']);
    }
    machine.write({ 'proc/stat': stat(60, 140), 'proc/net/dev': netDev(5_000_005, 5) });
    expect(provider.sample(10_000)).toMatchObject({
      'system.cpuPercent': [50, 'measured', 0],
      'system.networkReceiveMegabytesPerS': [1, 'measured', 0],
    });
  });

  it('does not count what a device counted before it was plugged in', () => {
    const { machine, provider } = open(wholeMachine());
    provider.sample(0);
    machine.write({
      'proc/net/dev': `${netDev(1_000_000, 2_000_000)}  usb0: 9000000000 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`,
    });
    expect(valueAt(provider.sample(5_000), 'networkReceiveMegabytesPerS')).toBe(0);
  });

  it('gives only values of the catalogue, whatever the files hold', () => {
    const noise = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.string({
        unit: fc.constantFrom('c', 'p', 'u', ' ', '\n', ':', '0', '9', '-', '.', '/', 'k', 'B'),
        maxLength: 80,
      }),
      fc
        .constantFrom(...Object.values(wholeMachine()))
        .map((text) => text.replace(/\d+/g, '99999999999999999999')),
      fc.constantFrom(...Object.values(wholeMachine())).map((text) => text.replace(/\d/g, '-1')),
      fc.constantFrom(...Object.values(wholeMachine())),
    );
    const paths = Object.keys(wholeMachine()).filter((path) => !path.endsWith('comm'));
    const { machine } = open(wholeMachine());
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.constantFrom(...paths), noise, { maxKeys: 8 }), {
          minLength: 2,
          maxLength: 4,
        }),
        (saves) => {
          const provider = new ProcProvider({ proc: machine.proc, sys: machine.sys, slowEveryMs: 0 });
          for (const [index, files] of saves.entries()) {
            machine.write(files);
            for (const [fact, [value, , , why]] of Object.entries(provider.sample(index * 1_000))) {
              const definition = CATALOGUE[fact];
              expect(definition, fact).toBeDefined();
              if (value === null) expect(why, fact).toMatch(/\w/);
              else if (definition !== undefined && fact !== 'system.cpuTemperatureC') {
                expect(refuseValue(definition, value), fact).toBeNull();
              }
            }
          }
          provider.close();
        },
      ),
      { numRuns: 60 },
    );
  });
});
