import { expect, it } from 'vitest';
import { OsProvider, type OsSource } from '../../../src/samplers/machine/os.js';

const GIB = 1_073_741_824;

/** A machine of one processor whose times a test can move on. */
function source(): OsSource & { user: number; idle: number } {
  return {
    user: 100,
    idle: 900,
    cpus() {
      return [{ times: { user: this.user, nice: 0, sys: 0, idle: this.idle, irq: 0 } }];
    },
    totalmem: () => 8 * GIB,
    freemem: () => 6 * GIB,
    loadavg: () => [1.5, 1, 1],
  };
}

it('gives processor, memory and load', () => {
  const machine = source();
  const provider = new OsProvider('freebsd', machine);
  expect(provider.sample()['system.cpuPercent']).toEqual([null, 'missing', 0, 'needs two readings']);
  machine.user += 30;
  machine.idle += 70;
  expect(provider.sample()).toEqual({
    'system.cpuPercent': [30, 'measured', 0],
    'system.memoryUsedMib': [2_048, 'measured', 0],
    'system.memoryPercent': [25, 'measured', 0],
    'system.load1': [1.5, 'measured', 0],
  });
});

it('says once that Windows keeps no load average', () => {
  const provider = new OsProvider('win32', source());
  expect(provider.sample()['system.load1']).toEqual([
    null,
    'unsupported',
    0,
    'Windows keeps no load average',
  ]);
  expect(provider.sample()).not.toHaveProperty(['system.load1']);
});

it('does not take the file cache of macOS for used memory', () => {
  expect(new OsProvider('darwin', source()).sample()['system.memoryPercent']?.[1]).toBe('unsupported');
});

it('gives nothing where nothing was counted, and a reason where a processor was taken away', () => {
  const machine = source();
  const provider = new OsProvider('win32', machine);
  provider.sample();
  expect(provider.sample()).not.toHaveProperty(['system.cpuPercent']);
  machine.user = 0;
  expect(provider.sample()['system.cpuPercent']).toEqual([null, 'missing', 0, 'the counter went back']);
});

it('has no memory share of a machine that tells no size', () => {
  const provider = new OsProvider('win32', {
    ...source(),
    totalmem: () => 0,
    freemem: () => 0,
    cpus: () => [],
  });
  expect(provider.sample()['system.memoryPercent']).toEqual([
    null,
    'missing',
    0,
    'the system tells no memory size',
  ]);
});
