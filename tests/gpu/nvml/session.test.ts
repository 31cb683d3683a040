import { describe, expect, test } from 'vitest';
import type { Told } from '../../../src/gpu/nvml/answers.js';
import { SENSOR_TIERS, type SensorTier } from '../../../src/gpu/nvml/sensor.js';
import { type CardReading, EVERYTHING } from '../../../src/gpu/nvml/session.js';
import { hasStandIn } from '../../helpers/nvml-standin.js';
import { loadHere, valuesOf } from './in-process.js';

const FAST = { tiers: ['fast'], settings: false } as const;

describe.skipIf(!hasStandIn())('the cards of a library', () => {
  test('an old driver is read by the names it has, and its margin by its thresholds', async () => {
    const { library, read } = await loadHere({
      build: 'old',
      control: {
        temperatureC: 70,
        acousticDefaultC: 84,
        memoryReservedMib: 350,
        memoryUsedMib: 1_000,
        reasons: 0x20,
      },
    });
    const [card] = read();
    expect(valuesOf(card ?? ({ told: {} as never } as never))).toMatchObject({
      temperatureC: 70,
      // The lower of the target, 84, and the highest allowed, 83.
      thermalMarginC: 13,
      // Its one form of the memory counts what is reserved as used.
      memoryUsedMib: 1_350,
      limitedBy: 'thermal',
    });
    const used = (name: Parameters<typeof library.symbols.get>[0]): unknown => library.symbols.get(name);
    expect(used('nvmlDeviceGetCurrentClocksEventReasons')).toBe('nvmlDeviceGetCurrentClocksThrottleReasons');
    expect(used('nvmlDeviceGetMemoryInfo_v2')).toBeNull();
    expect(used('nvmlDeviceGetTemperatureV')).toBeNull();
    expect(used('nvmlDeviceGetMarginTemperature')).toBeNull();
  });

  test('an old driver is asked to watch the bus, and watching it is found dear', async () => {
    const { machine, session, pass } = await loadHere({
      build: 'old',
      control: {
        pcieReceiveKbPerS: 2_500,
        pcieTransmitKbPerS: 1_250,
        'delay.nvmlDeviceGetPcieThroughput': 20,
      },
    });
    const slow = { tiers: ['slow', 'rare'], settings: false } as const;
    const bus = { pcieTransmitMegabytesPerS: [1.25], pcieReceiveMegabytesPerS: [2.5] };
    for (let i = 0; i < 5; i++, pass(5_000)) expect(session.read(slow)[0]?.told).toMatchObject(bus);
    expect(session.read(FAST)[0]?.demotions).toMatchObject([
      { facts: Object.keys(bus), tier: 'rare', everyMs: 30_000 },
    ]);
    expect(session.read(slow)[0]?.told).not.toHaveProperty('pcieTransmitMegabytesPerS');
    pass(30_000);
    expect(session.read(slow)[0]?.told).toMatchObject(bus);
    machine.clear('delay.nvmlDeviceGetPcieThroughput');
  });

  test('a newer driver counts what passes the bus: the rate is told from the second reading on', async () => {
    const { machine, session, pass } = await loadHere({
      virtualClock: true,
      control: { pcieReceiveKbPerS: 4_000, pcieTransmitKbPerS: 2_000 },
    });
    expect(session.read(EVERYTHING)[0]?.told.pcieReceiveMegabytesPerS).toMatchObject([
      null,
      21,
      /two readings/,
    ]);
    // So long that the test's own time is nothing beside it.
    machine.advance(200_000);
    pass(200_000);
    const told = session.read(EVERYTHING)[0]?.told ?? {};
    expect(Number(told.pcieReceiveMegabytesPerS?.[0])).toBeCloseTo(4, 1);
    expect(Number(told.pcieTransmitMegabytesPerS?.[0])).toBeCloseTo(2, 1);
  });

  test('a value keeps its meaning: once an older form answered it stays, and what passes is no reason to take it', async () => {
    const { machine, read, pass } = await loadHere({
      control: { memoryReservedMib: 350, memoryUsedMib: 1_000 },
    });
    const usedMib = (): unknown => {
      pass(500);
      return read()[0]?.told.memoryUsedMib?.slice(0, 2);
    };
    machine.set({ 'fail.nvmlDeviceGetMemoryInfo_v2': 10 });
    expect(usedMib()).toEqual([null, 10]);
    machine.set({ 'fail.nvmlDeviceGetMemoryInfo_v2': 999 });
    expect(usedMib()).toEqual([1_350]);
    machine.clear('fail.nvmlDeviceGetMemoryInfo_v2');
    expect(usedMib()).toEqual([1_350]);
  });

  test('what cannot be is not believed, and says so', async () => {
    const { machine, read, pass } = await loadHere({
      control: { averageW: 905, temperatureC: 0, utilizationPercent: 65_535, performanceState: 32 },
    });
    const told = read()[0]?.told ?? {};
    expect(told.powerW).toEqual([null, 0, '0 SUCCESS: 905 W cannot be, with a highest limit of 600 W']);
    expect(told.temperatureC).toEqual([null, 0, '0 SUCCESS: 0 °C is what a failed read looks like']);
    expect(told.utilizationPercent?.[2]).toBe('0 SUCCESS: expected 0 to 100 %, got 65535');
    expect(told.performanceState?.[0]).toBeNull();
    machine.set({ averageW: 890, temperatureC: 50, utilizationPercent: 100, performanceState: 0 });
    pass(1_000);
    expect(valuesOf(read()[0] as never)).toMatchObject({
      powerW: 890,
      temperatureC: 50,
      utilizationPercent: 100,
      performanceState: 0,
    });
  });

  test('a reading reads the tiers it is asked for, and settings at once after a write', async () => {
    const { session } = await loadHere();
    session.read(EVERYTHING);
    const fast = Object.keys(session.read(FAST)[0]?.told ?? {});
    expect(fast).toEqual(expect.arrayContaining(['powerW', 'temperatureC', 'limitedBy', 'powerLimitW']));
    for (const fact of ['fanPercent', 'encoderPercent', 'powerLimitMaxW', 'targetTemperatureC'])
      expect(fast).not.toContain(fact);
    const written = session.read({ tiers: ['fast'], settings: true })[0]?.told ?? {};
    expect(Object.keys(written)).toEqual(expect.arrayContaining(['powerLimitW', 'targetTemperatureC']));
  });

  test('a sensor that takes more than its share is read more rarely, a cheap one is not', async () => {
    const { machine, session, pass } = await loadHere({ control: { 'delay.nvmlDeviceGetPowerUsage': 2 } });
    for (let i = 0; i < 6; i++, pass(500)) session.read(FAST);
    const [card] = session.read(FAST);
    expect(card?.demotions).toMatchObject([{ facts: ['powerW'], tier: 'slow', everyMs: 5_000 }]);
    expect(card?.demotions[0]?.costMs).toBeGreaterThanOrEqual(2);
    expect(card?.told).not.toHaveProperty('powerW');
    pass(5_000);
    expect(session.read(EVERYTHING)[0]?.told).toHaveProperty('powerW');
    machine.clear('delay.nvmlDeviceGetPowerUsage');
  });

  test('a lost card is told so, the other one goes on, and it is found by its UUID where the driver counts anew', async () => {
    const { machine, read, pass } = await loadHere({
      cards: 2,
      control: { 'averageW.0': 100, 'averageW.1': 200 },
    });
    const before = read();
    expect(before.map((card) => valuesOf(card).powerW)).toEqual([100, 200]);
    machine.set({ lost: '0' });
    const [lost, other] = read();
    expect(lost).toMatchObject({
      state: 'lost',
      why: expect.stringMatching(/^15 GPU_IS_LOST: .*looked for again$/),
    });
    for (const [value, code] of Object.values(lost?.told ?? {})) expect([value, code]).toEqual([null, 15]);
    expect(valuesOf(other as never).powerW).toBe(200);
    pass(600);
    expect(read()[0]?.state).toBe('lost');
    machine.clear('lost');
    machine.set({ order: '1,0' });
    pass(10_000);
    const back = read();
    expect(back.map(({ uuid }) => uuid)).toEqual(before.map(({ uuid }) => uuid));
    expect(back.map((card) => [card.state, valuesOf(card).powerW])).toEqual([
      ['up', 100],
      ['up', 200],
    ]);
    // What is read once is read anew.
    expect(back[0]?.told).toHaveProperty('powerLimitMaxW');
  });

  test('a card that is away when the others are opened again is looked for as well', async () => {
    const { machine, open, read } = await loadHere({ cards: 2 });
    const [first, second] = read();
    machine.set({ order: '1' });
    const inventory = { name: 'a card', driver: null, pciId: null, simulated: false };
    const known = [first, second].map((card) => ({ ...inventory, uuid: card?.uuid ?? '' }));
    const session = open({}, known);
    const states = (): string[][] => session.read(EVERYTHING).map(({ uuid, state }) => [uuid, state]);
    expect(states()).toEqual([
      [second?.uuid, 'up'],
      [first?.uuid, 'lost'],
    ]);
  });

  test('a driver that was loaded anew is initialised again', async () => {
    const { machine, read, pass, session } = await loadHere();
    machine.reloadDriver();
    expect(read()[0]).toMatchObject({ state: 'lost', why: expect.stringMatching(/^999 UNKNOWN/) });
    pass(600);
    expect(read()[0]?.state).toBe('up');
    machine.set({ init: 18 });
    machine.reloadDriver();
    for (let i = 0; i < 6; i++, pass(5_000)) read();
    expect(read()[0]?.why).toMatch(/^18 LIB_RM_VERSION_MISMATCH/);
    // Another process loads the library that belongs to the driver.
    expect(session.isSpent).toBe(true);
  });

  test('a card that sleeps is not read', async () => {
    let state = 'suspended';
    const asked: string[] = [];
    const { read, pass } = await loadHere(
      {},
      {
        powerState(busId) {
          asked.push(busId);
          return state;
        },
      },
    );
    const [card] = read();
    expect(card?.state).toBe('asleep');
    expect(card?.told.powerW).toMatchObject([
      null,
      27,
      expect.stringMatching(/sleeps, and reading it would wake it/),
    ]);
    expect(asked[0]).toMatch(/^0000:[0-9a-f]{2}:00\.0$/);
    state = 'active';
    pass(500);
    expect(read()[0]?.told.powerW?.[0]).toBeGreaterThan(0);
  });

  test('a card that slept tells its ranges and what it lacks as before, while it sleeps and when it is awake again', async () => {
    let state = 'active';
    const { session, pass } = await loadHere(
      { control: { memoryTemperatureC: 'NA' } },
      { powerState: () => state },
    );
    // What the agent knows of the card: the newest of each fact.
    const known: Record<string, Told> = {};
    const read = (tiers: readonly SensorTier[]): string => {
      pass(5_000);
      const [card] = session.read({ tiers, settings: false });
      Object.assign(known, card?.told);
      return card?.state ?? '';
    };
    const values = (): unknown[] =>
      ['powerLimitMaxW', 'powerLimitDefaultW', 'lockMaxMhz', 'targetMinC', 'powerLimitSetW'].map(
        (fact) => known[fact]?.[0],
      );
    expect(read(SENSOR_TIERS)).toBe('up');
    const before = values();
    expect(before).toEqual([600, 450, 3_105, 65, 450]);
    state = 'suspended';
    expect(read(SENSOR_TIERS)).toBe('asleep');
    expect(values()).toEqual(before);
    expect(known.powerW?.slice(0, 2)).toEqual([null, 27]);
    expect(known.memoryTemperatureC?.slice(0, 2)).toEqual([null, 3]);
    state = 'active';
    expect(read(['fast'])).toBe('up');
    expect(values()).toEqual(before);
    expect(known.powerW?.[0]).toBeGreaterThan(0);
    expect(known.memoryTemperatureC?.slice(0, 2)).toEqual([null, 3]);
  });

  test('a driver that stalled for a while loses no fact for the run: what was dear is read as before when it is cheap', async () => {
    const { machine, session, pass } = await loadHere();
    const read = (times: number, everyMs: number): CardReading | undefined => {
      let card: CardReading | undefined;
      for (let i = 0; i < times; i++, pass(everyMs)) [card] = session.read(EVERYTHING);
      return card;
    };
    const stalled = [
      'nvmlDeviceGetTemperatureV',
      'nvmlDeviceGetPowerUsage',
      'nvmlDeviceGetClockInfo',
    ] as const;
    const stall = (ms: number): void =>
      machine.set(Object.fromEntries(stalled.map((name) => [`delay.${name}`, ms])));
    read(5, 500);
    stall(2);
    const demoted = read(12, 500)?.demotions ?? [];
    expect(demoted.flatMap(({ facts }) => facts)).toEqual(
      expect.arrayContaining(['temperatureC', 'powerW', 'graphicsClockMhz']),
    );
    stall(15);
    // However long it lasts, what keeps the card safe is read as often as slow facts are.
    const worst = new Map(
      (read(12, 5_000)?.demotions ?? []).flatMap(({ facts, tier }) =>
        facts.map((fact) => [fact, tier] as const),
      ),
    );
    expect(['temperatureC', 'powerW', 'graphicsClockMhz'].map((fact) => worst.get(fact))).toEqual([
      'slow',
      'slow',
      'rare',
    ]);
    machine.clear(...stalled.map((name) => `delay.${name}` as const));
    read(60, 30_000);
    const [card] = session.read(FAST);
    expect(card?.demotions).toEqual([]);
    for (const fact of ['temperatureC', 'powerW', 'graphicsClockMhz', 'limitedBy'])
      expect(card?.told).toHaveProperty(fact);
  });

  test('a card that was away for long is found within 5 s of its return', async () => {
    const { machine, session, pass } = await loadHere();
    session.read(EVERYTHING);
    machine.set({ lost: '0' });
    for (let i = 0; i < 40; i++, pass(1_000)) session.read(FAST);
    for (let offset = 0; offset < 5; offset++) {
      for (let i = 0; i < offset; i++, pass(1_000)) session.read(FAST);
      machine.clear('lost');
      let ticks = 0;
      for (; session.read(FAST)[0]?.state === 'lost'; ticks++) pass(1_000);
      expect(ticks).toBeLessThanOrEqual(5);
      machine.set({ lost: '0' });
      for (let i = 0; i < 20; i++, pass(1_000)) session.read(FAST);
    }
  });

  test('reading needs no rights', async () => {
    const { read } = await loadHere({ control: { root: 0 } });
    const told = read()[0]?.told ?? {};
    const refused = Object.entries(told).filter(([, one]) => one[0] === null && one[1] === 4);
    expect(refused).toEqual([]);
    expect(told.powerLimitW?.[0]).toBe(450);
  });
});
