import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { NvmlCaller } from '../../helpers/nvml-caller.js';
import { client, endMachinesAfterEach, open, start } from '../../helpers/nvml-machines.js';
import { hasStandIn } from '../../helpers/nvml-standin.js';

const SUCCESS = 0;
const UNINITIALIZED = 1;
const INVALID_ARGUMENT = 2;
const NOT_SUPPORTED = 3;
const NO_PERMISSION = 4;
const NOT_FOUND = 6;
const GPU_IS_LOST = 15;
const UNKNOWN = 999;

const setLimit = (caller: NvmlCaller, card: bigint, watts: number): Promise<number | string> =>
  caller.call('nvmlDeviceSetPowerManagementLimit', card, watts * 1_000);
const limitOf = async (caller: NvmlCaller, card: bigint): Promise<number> =>
  (await caller.read('nvmlDeviceGetPowerManagementLimit', card)) / 1_000;
const temperatureOf = (caller: NvmlCaller, card: bigint): Promise<number> =>
  caller.read('nvmlDeviceGetTemperature', card, 0);

describe.skipIf(!hasStandIn())('the stand-in for NVML', () => {
  endMachinesAfterEach();

  it('shares one card between processes, and notes every setter', async () => {
    const machine = open();
    const [writer, card] = await client(machine.env);
    const [reader, seen] = await client(machine.env);
    expect(await setLimit(writer, card, 300)).toBe(SUCCESS);
    expect(await setLimit(writer, card, 601)).toBe(INVALID_ARGUMENT);
    expect(await setLimit(writer, card, 149)).toBe(INVALID_ARGUMENT);
    expect(await limitOf(reader, seen)).toBe(300);
    expect(machine.card().limitW).toBe(300);
    expect(machine.clients()).toEqual([writer.child.pid, reader.child.pid]);
    const setter = { pid: writer.child.pid, function: 'nvmlDeviceSetPowerManagementLimit', card: 0 };
    expect(machine.setters()).toMatchObject([
      { ...setter, args: [300_000], code: SUCCESS },
      { ...setter, args: [601_000], code: INVALID_ARGUMENT },
      { ...setter, args: [149_000], code: INVALID_ARGUMENT },
    ]);
  });

  it('loses its settings when the last client leaves without persistence, a killed one too', async () => {
    const machine = open({ control: { persistence: 0 } });
    const [first, card] = await client(machine.env);
    const [second] = await client(machine.env);
    await setLimit(first, card, 300);
    await first.call('nvmlDeviceSetGpuLockedClocks', card, 210, 1_500);
    await first.kill();
    expect(machine.card()).toMatchObject({ limitW: 300, lockedMaxMhz: 1_500 });
    await second.call('nvmlShutdown');
    expect(machine.card()).toMatchObject({ limitW: 450, lockedMaxMhz: null });
    const [third, again] = await client(machine.env);
    await setLimit(third, again, 300);
    await third.kill();
    expect(machine.card().limitW).toBe(450);
    expect(machine.clients()).toEqual([]);
  });

  it('takes a killed client for gone before its parent has waited for it', async () => {
    const machine = open({ control: { persistence: 0 } });
    const [caller, card] = await client(machine.env);
    await setLimit(caller, card, 300);
    caller.child.kill('SIGKILL');
    // Nothing is awaited: this process would collect its child in between.
    for (let tries = 0; tries < 100 && machine.clients().length > 0; tries += 1);
    expect(machine.card().limitW).toBe(450);
  });

  it('keeps them with persistence, or while another program uses the driver', async () => {
    const machine = open();
    const [first, card] = await client(machine.env);
    await setLimit(first, card, 300);
    await first.kill();
    expect(machine.card().limitW).toBe(300);
    machine.set({ persistence: 0, otherClients: 1 });
    expect(machine.card().limitW).toBe(300);
    machine.clear('otherClients');
    expect(machine.card().limitW).toBe(450);
  });

  it('hangs in a call until that is cleared, while other processes go on', async () => {
    const machine = open();
    const [hung, card] = await client(machine.env);
    const [other, seen] = await client(machine.env);
    machine.set({ 'hang.nvmlDeviceGetPowerUsage': 1 });
    const answer = hung.call('nvmlDeviceGetPowerUsage', card, new Uint32Array(1));
    expect(await temperatureOf(other, seen)).toBe(39);
    expect(await Promise.race([answer, wait(100, 'no answer')])).toBe('no answer');
    machine.clear('hang.nvmlDeviceGetPowerUsage');
    expect(await answer).toBe(SUCCESS);
  });

  it('hangs until it is killed', async () => {
    const machine = open({ control: { 'hang.*': 1 } });
    const hung = start(machine.env);
    const answer = hung.call('nvmlInit_v2');
    expect(await Promise.race([answer, wait(200, 'no answer')])).toBe('no answer');
    await hung.kill();
    expect(await answer).toBe('ended by SIGKILL');
  });

  it('answers late where it is asked to', async () => {
    const machine = open();
    const [caller, card] = await client(machine.env);
    machine.set({ 'delay.nvmlDeviceGetTemperature': 60 });
    const startMs = performance.now();
    await temperatureOf(caller, card);
    expect(performance.now() - startMs).toBeGreaterThan(59);
  });

  it('answers the code it is asked to, of one function, of one card or of all', async () => {
    const machine = open({ cards: 2 });
    const [caller, first] = await client(machine.env);
    const second = await caller.device(1);
    machine.set({ 'fail.nvmlDeviceGetTemperature': 3, 'fail.nvmlDeviceGetName.1': 17 });
    expect(await temperatureOf(caller, first)).toBe(-3);
    expect(await caller.call('nvmlDeviceGetName', first, new Uint8Array(96), 96)).toBe(SUCCESS);
    expect(await caller.call('nvmlDeviceGetName', second, new Uint8Array(96), 96)).toBe(17);
    machine.clear('fail.nvmlDeviceGetTemperature');
    expect(await temperatureOf(caller, first)).toBe(39);
    machine.set({ 'fail.*': UNKNOWN });
    expect(await temperatureOf(caller, first)).toBe(-UNKNOWN);
  });

  it('loses a card and finds it again', async () => {
    const machine = open({ cards: 2, control: { 'uuid.1': 'GPU-second' } });
    const [caller, first] = await client(machine.env);
    const second = await caller.device(1);
    machine.set({ lost: 1 });
    expect(await temperatureOf(caller, first)).toBe(39);
    expect(await temperatureOf(caller, second)).toBe(-GPU_IS_LOST);
    expect(await setLimit(caller, second, 300)).toBe(GPU_IS_LOST);
    const found = new BigUint64Array(1);
    expect(await caller.call('nvmlDeviceGetHandleByUUID', 'GPU-second', found)).toBe(GPU_IS_LOST);
    machine.clear('lost');
    expect(await caller.call('nvmlDeviceGetHandleByUUID', 'GPU-second', found)).toBe(SUCCESS);
    expect(found[0]).toBe(second);
    expect(await temperatureOf(caller, second)).toBe(39);
  });

  it('counts its cards in another order, or without one of them', async () => {
    const machine = open({ cards: 2, control: { order: '1,0', 'temperatureC.1': 70 } });
    const [caller, card] = await client(machine.env);
    expect(await temperatureOf(caller, card)).toBe(70);
    expect(await caller.read('nvmlDeviceGetIndex', card)).toBe(0);
    machine.set({ order: 0 });
    expect(await caller.read('nvmlDeviceGetCount_v2')).toBe(1);
    expect(await temperatureOf(caller, await caller.device())).toBe(39);
    const uuid = 'GPU-57a4d140-0000-4000-8000-000000000001';
    expect(await caller.call('nvmlDeviceGetHandleByUUID', uuid, new BigUint64Array(1))).toBe(NOT_FOUND);
    expect(await caller.call('nvmlDeviceGetHandleByIndex_v2', 1, new BigUint64Array(1))).toBe(
      INVALID_ARGUMENT,
    );
  });

  it('answers UNKNOWN after a driver reload, until the process initialises again', async () => {
    const machine = open();
    const [caller, card] = await client(machine.env);
    machine.reloadDriver();
    expect(await temperatureOf(caller, card)).toBe(-UNKNOWN);
    await caller.call('nvmlShutdown');
    expect(await temperatureOf(caller, card)).toBe(-UNINITIALIZED);
    await caller.call('nvmlInit_v2');
    expect(await temperatureOf(caller, card)).toBe(-INVALID_ARGUMENT);
    expect(await temperatureOf(caller, await caller.device())).toBe(39);
  });

  it('is one idle card of the process alone where no machine is named', async () => {
    const { NVML_LIBRARY } = open().env;
    const [first, card] = await client({ NVML_LIBRARY });
    const [second, other] = await client({ NVML_LIBRARY });
    expect(await setLimit(first, card, 300)).toBe(SUCCESS);
    expect(await limitOf(first, card)).toBe(300);
    expect(await limitOf(second, other)).toBe(450);
  });

  it('is not usable before it is initialised, and may refuse that', async () => {
    const caller = start(open({ control: { init: 18 } }).env);
    expect(await caller.read('nvmlDeviceGetCount_v2')).toBe(-UNINITIALIZED);
    expect(await caller.call('nvmlSystemGetNVMLVersion', new Uint8Array(80), 80)).toBe(SUCCESS);
    expect(await caller.call('nvmlInit_v2')).toBe(18);
    expect(await caller.read('nvmlDeviceGetCount_v2')).toBe(-UNINITIALIZED);
  });

  it('counts initialisations, and takes one shutdown too many', async () => {
    const machine = open();
    const [caller, card] = await client(machine.env);
    expect(await caller.call('nvmlInit_v2')).toBe(SUCCESS);
    await caller.call('nvmlShutdown');
    expect(await temperatureOf(caller, card)).toBe(39);
    await caller.call('nvmlShutdown');
    expect(await temperatureOf(caller, card)).toBe(-UNINITIALIZED);
    expect(await caller.call('nvmlShutdown')).toBe(SUCCESS);
  });

  it('refuses the setters of a process without rights, and of all where nobody has them', async () => {
    const machine = open();
    const [unprivileged, card] = await client(machine.envWithoutRights);
    const [root, seen] = await client(machine.env);
    expect(await setLimit(unprivileged, card, 300)).toBe(NO_PERMISSION);
    expect(await limitOf(unprivileged, card)).toBe(450);
    expect(await setLimit(root, seen, 300)).toBe(SUCCESS);
    machine.set({ root: 0 });
    expect(await setLimit(root, seen, 200)).toBe(NO_PERMISSION);
    expect(machine.setters().map(({ code }) => code)).toEqual([NO_PERMISSION, SUCCESS, NO_PERMISSION]);
  });

  it('ignores setters while it says that they succeed', async () => {
    const machine = open({ control: { ignoreSetters: 1 } });
    const [caller, card] = await client(machine.env);
    expect(await setLimit(caller, card, 300)).toBe(SUCCESS);
    expect(await limitOf(caller, card)).toBe(450);
  });

  it('has its limit set by another program once, and reset to the default once', async () => {
    const machine = open({ cards: 2 });
    const [caller, card] = await client(machine.env);
    machine.setFromOutside(0, 380);
    expect(await limitOf(caller, card)).toBe(380);
    await setLimit(caller, card, 300);
    expect(await limitOf(caller, card)).toBe(300);
    machine.setFromOutside(0, 380);
    expect(machine.card(0).limitW).toBe(380);
    expect(machine.card(1).limitW).toBe(450);
    await setLimit(caller, card, 300);
    machine.resetCards();
    expect(await limitOf(caller, card)).toBe(450);
    await setLimit(caller, card, 300);
    expect(await limitOf(caller, card)).toBe(300);
  });

  it('sets what the reference allows, and no more', async () => {
    const machine = open();
    const [caller, card] = await client(machine.env);
    const target = (type: number, celsius: number): Promise<number | string> =>
      caller.call('nvmlDeviceSetTemperatureThreshold', card, type, Int32Array.of(celsius));
    expect(await target(5, 70)).toBe(SUCCESS);
    expect(await target(5, 64)).toBe(INVALID_ARGUMENT);
    expect(await target(5, 89)).toBe(INVALID_ARGUMENT);
    expect(await target(1, 70)).toBe(NOT_SUPPORTED);
    expect(await caller.read('nvmlDeviceGetTemperatureThreshold', card, 5)).toBe(70);
    expect(await caller.call('nvmlDeviceSetGpuLockedClocks', card, 1_500, 210)).toBe(INVALID_ARGUMENT);
    expect(await caller.call('nvmlDeviceSetGpuLockedClocks', card, 210, 4_000)).toBe(INVALID_ARGUMENT);
    expect(await caller.call('nvmlDeviceSetGpuLockedClocks', card, 210, 0xffffff02)).toBe(INVALID_ARGUMENT);
    expect(await caller.call('nvmlDeviceSetGpuLockedClocks', card, 300, 1_500)).toBe(SUCCESS);
    expect(await caller.call('nvmlDeviceSetMemoryLockedClocks', card, 405, 5_001)).toBe(SUCCESS);
    expect(machine.card()).toMatchObject({
      targetC: 70,
      lockedMinMhz: 300,
      lockedMaxMhz: 1_500,
      memoryLockedMaxMhz: 5_001,
    });
    expect(await caller.call('nvmlDeviceResetGpuLockedClocks', card)).toBe(SUCCESS);
    expect(await caller.call('nvmlDeviceResetMemoryLockedClocks', card)).toBe(SUCCESS);
    expect(machine.card()).toMatchObject({ lockedMaxMhz: null, memoryLockedMaxMhz: null });
    expect(await caller.call('nvmlDeviceSetPersistenceMode', card, 0)).toBe(SUCCESS);
    expect(await caller.read('nvmlDeviceGetPersistenceMode', card)).toBe(0);
  });
});
