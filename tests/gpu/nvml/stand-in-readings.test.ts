import { describe, expect, it } from 'vitest';
import { client, endMachinesAfterEach, open } from '../../helpers/nvml-machines.js';
import { hasStandIn } from '../../helpers/nvml-standin.js';

const SUCCESS = 0;
const NOT_SUPPORTED = 3;
const NOT_FOUND = 6;
const INSUFFICIENT_SIZE = 7;
const FUNCTION_NOT_FOUND = 13;
const MIB = 1_048_576n;

/** What drivers before R510 have not; the first argument is always a handle. */
const NEWER = [
  'nvmlDeviceGetComputeRunningProcesses_v3',
  'nvmlDeviceGetCurrentClocksEventReasons',
  'nvmlDeviceGetDriverModel_v2',
  'nvmlDeviceGetFanSpeedRPM',
  'nvmlDeviceGetGraphicsRunningProcesses_v3',
  'nvmlDeviceGetJpgUtilization',
  'nvmlDeviceGetMarginTemperature',
  'nvmlDeviceGetMemoryBusWidth',
  'nvmlDeviceGetMemoryInfo_v2',
  'nvmlDeviceGetNumFans',
  'nvmlDeviceGetNumGpuCores',
  'nvmlDeviceGetOfaUtilization',
  'nvmlDeviceGetSupportedClocksEventReasons',
  'nvmlDeviceGetTemperatureV',
  'nvmlDeviceGetThermalSettings',
  'nvmlDeviceSetPowerManagementLimit_v2',
];
/** What all have: one getter of each kind, and what the newer names replace. */
const ALWAYS = [
  'nvmlDeviceGetComputeRunningProcesses_v2',
  'nvmlDeviceGetCurrentClocksThrottleReasons',
  'nvmlDeviceGetFieldValues',
  'nvmlDeviceGetMemoryInfo',
  'nvmlDeviceGetTemperature',
  'nvmlDeviceSetTemperatureThreshold',
];

describe.skipIf(!hasStandIn())('what the stand-in tells', () => {
  endMachinesAfterEach();

  it('is 13 for a struct of another version, and the struct for its own', async () => {
    const [caller, card] = await client(open({ control: { temperatureC: 61.4 } }).env);
    const temperature = Int32Array.of(2, 0, 0);
    expect(await caller.call('nvmlDeviceGetTemperatureV', card, temperature)).toBe(FUNCTION_NOT_FOUND);
    temperature[0] = 0x0100000c;
    expect(await caller.call('nvmlDeviceGetTemperatureV', card, temperature)).toBe(SUCCESS);
    expect(temperature[2]).toBe(61);
    const margin = Int32Array.of(0x02000008, 0);
    expect(await caller.call('nvmlDeviceGetMarginTemperature', card, margin)).toBe(FUNCTION_NOT_FOUND);
    margin[0] = 0x01000008;
    expect(await caller.call('nvmlDeviceGetMarginTemperature', card, margin)).toBe(SUCCESS);
    expect(margin[1]).toBe(22);
    const memory = BigUint64Array.of(2n, 0n, 0n, 0n, 0n);
    expect(await caller.call('nvmlDeviceGetMemoryInfo_v2', card, memory)).toBe(FUNCTION_NOT_FOUND);
    memory[0] = 0x02000028n;
    expect(await caller.call('nvmlDeviceGetMemoryInfo_v2', card, memory)).toBe(SUCCESS);
    expect([...memory.subarray(1)]).toEqual([24_564n, 354n, 23_601n, 609n].map((mib) => mib * MIB));
    const older = new BigUint64Array(3);
    expect(await caller.call('nvmlDeviceGetMemoryInfo', card, older)).toBe(SUCCESS);
    expect([...older]).toEqual([24_564n, 23_601n, 963n].map((mib) => mib * MIB));
    const fan = Uint32Array.of(0x0100000c, 2, 0);
    expect(await caller.call('nvmlDeviceGetFanSpeedRPM', card, fan)).toBe(2);
    const power = Uint32Array.of(0x0200000c, 0, 300_000);
    expect(await caller.call('nvmlDeviceSetPowerManagementLimit_v2', card, power)).toBe(SUCCESS);
    expect(await caller.read('nvmlDeviceGetEnforcedPowerLimit', card)).toBe(300_000);
  });

  it('has the symbols of its driver', async () => {
    const [modern, card] = await client(open().env);
    const [old, seen] = await client(open({ build: 'old' }).env);
    const missing = expect.stringContaining('Cannot find function');
    for (const name of NEWER) {
      expect([name, await modern.call(name, card, null, null)]).toEqual([name, expect.any(Number)]);
      expect([name, await old.call(name, seen, null, null)]).toEqual([name, missing]);
    }
    for (const name of ALWAYS) {
      expect([name, await old.call(name, seen, null, null)]).toEqual([name, expect.any(Number)]);
    }
  });

  it('is margins on a modern driver and degrees on an old one', async () => {
    const [modern, card] = await client(open().env);
    expect(await readFields(modern, card, [193, 194, 195, 196])).toEqual([
      -7,
      -2,
      `code ${NOT_SUPPORTED}`,
      0,
    ]);
    expect(await modern.read('nvmlDeviceGetTemperatureThreshold', card, 1)).toBe(-NOT_SUPPORTED);
    expect(await modern.read('nvmlDeviceGetTemperatureThreshold', card, 4)).toBe(65);
    const [old, seen] = await client(open({ build: 'old' }).env);
    expect(await readFields(old, seen, [196])).toEqual(['code 2']);
    expect(await old.read('nvmlDeviceGetTemperatureThreshold', seen, 0)).toBe(90);
    expect(await old.read('nvmlDeviceGetTemperatureThreshold', seen, 1)).toBe(85);
    expect(await old.read('nvmlDeviceGetTemperatureThreshold', seen, 3)).toBe(83);
  });

  it('is many fields in one call, each with its own code', async () => {
    const machine = open({ virtualClock: true, control: { busyShare: 1, 'fail.field.83': 17 } });
    const [caller, card] = await client(machine.env);
    machine.advance(10_000);
    const fields = [82, 83, 185, 186, 187, 188, 189, 190, 192, 197, 198, 9_999];
    const watts = [330_000, 330_000, 150_000, 600_000, 450_000, 450_000, 450_000];
    const bytes = [800_000_000, 12_000_000_000];
    expect(await readFields(caller, card, fields)).toEqual([
      'code 3',
      'code 17',
      ...watts,
      ...bytes,
      'code 2',
    ]);
    machine.set({ memoryTemperatureC: 71 });
    machine.clear('fail.field.83');
    expect(await readFields(caller, card, [82, 83])).toEqual([71, 3_300_000]);
  });

  it.each([
    { driver: '535.86.05', size: 8 },
    { driver: '535.98', size: 6 },
    { driver: '570.86.16', size: 6 },
  ])('lists processes as driver $driver does', async ({ driver, size }) => {
    const [caller, card] = await client(
      open({ control: { driver, computeProcesses: '1234:900,77:NA', graphicsProcesses: '99:12' } }).env,
    );
    const count = Uint32Array.of(0);
    const name = 'nvmlDeviceGetComputeRunningProcesses_v3';
    expect(await caller.call(name, card, count, null)).toBe(INSUFFICIENT_SIZE);
    expect(count[0]).toBe(2);
    const room = new Uint32Array(16);
    expect(await caller.call(name, card, count, room)).toBe(SUCCESS);
    expect(room[0]).toBe(1_234);
    expect(room[2]).toBe(Number(900n * MIB));
    expect([...room.subarray(size, size + 4)]).toEqual([77, 0, 0xffffffff, 0xffffffff]);
    expect(await caller.call('nvmlDeviceGetGraphicsRunningProcesses_v2', card, count, room)).toBe(SUCCESS);
    expect([count[0], room[0]]).toEqual([1, 99]);
  });

  it('is shares of processes, and samples of the past', async () => {
    const machine = open({
      virtualClock: true,
      control: { busyShare: 0.5, processShares: '1234:40:20:1:2' },
    });
    const [caller, card] = await client(machine.env);
    machine.advance(1_000);
    machine.advance(1_000);
    const count = Uint32Array.of(0);
    const utilization = 'nvmlDeviceGetProcessUtilization';
    expect(await caller.call(utilization, card, null, count, { u64: 0n })).toBe(INSUFFICIENT_SIZE);
    const room = new Uint32Array(8);
    expect(await caller.call(utilization, card, room, count, { u64: 0n })).toBe(SUCCESS);
    expect([room[0], ...room.subarray(4)]).toEqual([1_234, 40, 20, 1, 2]);
    const at = (BigInt(room[3] ?? 0) << 32n) + BigInt(room[2] ?? 0);
    expect(await caller.call(utilization, card, room, count, { u64: at })).toBe(NOT_FOUND);

    const type = new Uint32Array(1);
    const samples = new BigUint64Array(20);
    count[0] = 10;
    expect(await caller.call('nvmlDeviceGetSamples', card, 1, { u64: 0n }, type, count, samples)).toBe(
      SUCCESS,
    );
    expect([count[0], samples[1], samples[2], samples[3]]).toEqual([2, 50n, at, 50n]);
    expect(await caller.call('nvmlDeviceGetSamples', card, 1, { u64: at }, type, count, samples)).toBe(
      NOT_FOUND,
    );
  });

  it('is what the control names in place of the simulation', async () => {
    const control = {
      temperatureC: 70,
      powerW: 300,
      fanPercent: 101,
      reasons: 0x24,
      graphicsClockMhz: 2_000,
    };
    const [caller, card] = await client(
      open({ cards: 2, control: { ...control, 'temperatureC.1': 50 } }).env,
    );
    expect(await caller.read('nvmlDeviceGetTemperature', card, 0)).toBe(70);
    expect(await caller.read('nvmlDeviceGetTemperature', await caller.device(1), 0)).toBe(50);
    expect(await caller.read('nvmlDeviceGetPowerUsage', card)).toBe(300_000);
    expect(await caller.read('nvmlDeviceGetFanSpeed_v2', card, 1)).toBe(101);
    expect(await caller.read('nvmlDeviceGetCurrentClocksEventReasons', card)).toBe(0x24);
    expect(await caller.read('nvmlDeviceGetClockInfo', card, 1)).toBe(2_000);
    expect(await caller.read('nvmlDeviceGetDriverModel', card, new Int32Array(1))).toBe(-NOT_SUPPORTED);
  });

  it('is who a card is, by its number, its name and its place on the bus', async () => {
    const [caller, card] = await client(open({ control: { pciBus: 0x2d } }).env);
    const info = new Uint32Array(17);
    expect(await caller.call('nvmlDeviceGetPciInfo_v3', card, info)).toBe(SUCCESS);
    expect(textOf(info, 0)).toBe('0000:2D:00.0');
    expect(info[7]).toBe(0x268410de);
    expect(textOf(info, 36)).toBe('00000000:2D:00.0');
    const found = new BigUint64Array(1);
    expect(await caller.call('nvmlDeviceGetHandleByPciBusId_v2', '00000000:2d:00.0', found)).toBe(SUCCESS);
    expect(found[0]).toBe(card);
    const name = new Uint8Array(96);
    expect(await caller.call('nvmlDeviceGetName', card, name, 96)).toBe(SUCCESS);
    expect(textOf(name, 0)).toBe('NVIDIA GeForce RTX 4090');
    expect(await caller.call('nvmlDeviceGetName', card, name, 8)).toBe(INSUFFICIENT_SIZE);
    expect(await caller.call('nvmlErrorString', 15)).toBe('GPU is lost');
  });

  it('is the clocks that it can be set to', async () => {
    const [caller, card] = await client(open().env);
    const count = Uint32Array.of(0);
    expect(await caller.call('nvmlDeviceGetSupportedMemoryClocks', card, count, null)).toBe(
      INSUFFICIENT_SIZE,
    );
    const memory = new Uint32Array(count[0] ?? 0);
    expect(await caller.call('nvmlDeviceGetSupportedMemoryClocks', card, count, memory)).toBe(SUCCESS);
    expect([...memory]).toEqual([10_501, 10_251, 5_001, 810, 405]);
    count[0] = 256;
    const clocks = new Uint32Array(256);
    expect(await caller.call('nvmlDeviceGetSupportedGraphicsClocks', card, 10_501, count, clocks)).toBe(
      SUCCESS,
    );
    expect([clocks[0], clocks[1], clocks[(count[0] ?? 0) - 1]]).toEqual([3_105, 3_090, 210]);
  });
});

type Caller = Awaited<ReturnType<typeof client>>[0];

/** The value of each field as its type says, or its code. */
async function readFields(
  caller: Caller,
  card: bigint,
  ids: readonly number[],
): Promise<(number | string)[]> {
  const ENTRY = 40;
  const room = new Uint8Array(ids.length * ENTRY);
  const view = new DataView(room.buffer);
  for (const [at, id] of ids.entries()) view.setUint32(at * ENTRY, id, true);
  expect(await caller.call('nvmlDeviceGetFieldValues', card, ids.length, room)).toBe(SUCCESS);
  return ids.map((_, index) => {
    const at = index * ENTRY;
    const code = view.getInt32(at + 28, true);
    if (code !== SUCCESS) return `code ${code}`;
    const type = view.getInt32(at + 24, true);
    if (type === 3) return Number(view.getBigUint64(at + 32, true));
    return type === 5 ? view.getInt32(at + 32, true) : view.getUint32(at + 32, true);
  });
}

/** The text that begins at a byte of the memory and ends with a zero. */
function textOf(memory: Uint32Array | Uint8Array, from: number): string {
  const bytes = new Uint8Array(memory.buffer).subarray(from);
  return Buffer.from(bytes.subarray(0, bytes.indexOf(0))).toString();
}
