/** Explanations of a real core's ticks: each wait a rule can meet, with its numbers. */
import { describe, expect, test } from 'vitest';
import { viewTick } from '../../src/agent/tick-view.js';
import { explainTick } from '../../src/rules/explain.js';
import type { Explanation } from '../../src/shapes/port.js';
import type { Readings } from '../../src/shapes/reading.js';
import type { TickEvent } from '../../src/shapes/sample.js';
import { COOL, frames, hello, Loop, measured, TICK_MS } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const cpu = shippedProfile('cpu');
const WALL_MS = 1_700_000_000_000;

/** Rules that each meet one kind of wait, over the shipped book with its own rules switched off. */
const RULES = `
version: 1
name: own
disable: [ resolution-down, model-down, resolution-fit, model-up, resolution-up, streams-up ]
rules:
  - id: slow-down
    priority: 500
    when: { frame.loadPercent: { above: 100 } }
    every: 2s
    then: [ { step: { resolution: -1 } } ]
    because: "slow"
  - id: climb
    when: { frame.loadPercent: { below: 60 } }
    for: 2s
    every: 3s
    then: [ { step: { resolution: +1 } } ]
    because: "room: {frame.loadPercent} %"
  - id: busy
    when: { system.cpuPercent: { above: 90 } }
    cooldown: 4s
    then: [ { hold: [ resolution.up ] } ]
    because: "the processor is busy"
  - id: once
    when: { system.load1: { above: 3 } }
    then: [ { step: { streams: +1 } } ]
    because: "load"
  - id: gentle
    priority: 10
    when: { gpu.utilizationPercent: { above: 90 } }
    then: [ { set: { frameSkip: 0.2 } } ]
    because: "the card is busy"
  - id: rough
    priority: 20
    when: { gpu.utilizationPercent: { above: 90 } }
    then: [ { set: { frameSkip: 0.4 } }, { cap: { batchSize: 2 } } ]
    because: "the card is busy"
  - id: watts
    when: { gpu.temperatureC: { above: 70 } }
    then: [ { cap: { powerLimitW: 320 } } ]
    because: "warm"
  - id: more-watts
    when: { gpu.temperatureC: { above: 70 } }
    then: [ { cap: { powerLimitW: 400 } } ]
    because: "warm"
`;

const POWER: TickEvent = {
  kind: 'device',
  knob: 'powerLimitW',
  offer: { range: [150, 600], value: 450 },
};

class Explained {
  readonly loop: Loop;
  framesPerTick = 5;

  constructor(settings = {}, rules = RULES) {
    this.loop = new Loop(cpu, shippedBook(cpu, rules), settings);
  }

  /** One tick of frames that take `loadMs` of 100 ms; the explanation of a rule at it. */
  async at(
    rule: string,
    loadMs = 50,
    readings: Readings = {},
    events: TickEvent[] = [],
  ): Promise<Explanation> {
    const result = await this.loop.tick([...events, frames(this.framesPerTick, loadMs, loadMs / 2)], {
      ...COOL,
      ...readings,
    });
    const sample = { atMs: this.loop.nowMs, wallMs: WALL_MS + this.loop.nowMs };
    const [explanation] = explainTick(viewTick(this.loop.core, sample, result, TICK_MS), rule);
    if (explanation === undefined) throw new Error('expected an explanation');
    return explanation;
  }

  async many(ticks: number, loadMs = 50, readings: Readings = {}): Promise<void> {
    for (let i = 0; i < ticks; i++) {
      const load = frames(this.framesPerTick, loadMs, loadMs / 2);
      await this.loop.tick([load], { ...COOL, ...readings });
    }
  }
}

async function joined(settings = {}, rules = RULES): Promise<Explained> {
  const one = new Explained(settings, rules);
  await one.loop.tick([hello(), frames(5, 50, 25)]);
  return one;
}

describe('a rule in a phase that ends by itself', () => {
  test('says how far it has come', async () => {
    const one = await joined();
    await one.many(2);
    const { state, progress, waits, because, at, time } = await one.at('climb');
    expect({ state, progress, because, at }).toEqual({
      state: 'pending',
      progress: { elapsedMs: 1_000, ofMs: 2_000 },
      because: null,
      at: 1.5,
    });
    expect(waits).toEqual(['pending 1 of 2 s']);
    expect(Date.parse(time)).toBe(WALL_MS + 2_000);
  });

  test('says how long it cools on', async () => {
    const one = await joined();
    await one.at('busy', 50, { 'system.cpuPercent': measured(95) });
    await one.at('busy', 50, { 'system.cpuPercent': measured(50) });
    const { state, progress, waits } = await one.at('busy', 50, { 'system.cpuPercent': measured(50) });
    expect({ state, progress }).toEqual({ state: 'cooling', progress: { elapsedMs: 500, ofMs: 4_000 } });
    expect(waits).toEqual(['cooling, 3.5 s more']);
  });
});

describe('a blind rule', () => {
  test('names what is unknown and why, and that the clock stands', async () => {
    const one = await joined();
    await one.many(2);
    const asleep = await one.at('busy');
    expect(asleep.blind).toBe(true);
    expect(asleep.waits).toEqual(['blind: system.cpuPercent is unknown (no reading yet)']);
    expect(asleep.tree).toMatchObject({
      quality: 'missing',
      why: 'no reading yet',
      ageMs: null,
      value: null,
    });
    const result = await one.loop.tick([{ kind: 'pause', session: 'session-1' }], COOL);
    const sample = { atMs: one.loop.nowMs, wallMs: 0 };
    const [pending] = explainTick(viewTick(one.loop.core, sample, result, TICK_MS), 'climb');
    expect(pending?.waits[0]).toBe('pending 1 of 2 s');
    expect(pending?.waits[1]).toMatch(
      /^blind: frame\.loadPercent is unknown \(.+\), the clock stands meanwhile$/,
    );
  });

  test('tells that it is held while its end is unknown, and that it was let go', async () => {
    const until = `
version: 1
rules:
  - id: held
    when: { system.cpuPercent: { above: 90 } }
    until: { system.load1: { below: 1 } }
    then: [ { cap: { resolution: 416 } } ]
    because: "busy"
  - id: let-go
    blind: release
    when: { system.cpuPercent: { above: 90 } }
    until: { system.load1: { below: 1 } }
    then: [ { alert: { severity: info, title: busy } } ]
    because: "busy"
`;
    const one = await joined({}, until);
    const readings = { 'system.cpuPercent': measured(95) };
    await one.at('held', 50, readings);
    expect((await one.at('held', 50, readings)).waits).toContain(
      'held, because what ends it is unknown: system.load1 is unknown (no reading yet)',
    );
    expect((await one.at('let-go', 50, { 'system.cpuPercent': measured(50) })).waits).toContain(
      'let go, because what ends it is unknown: system.load1 is unknown (no reading yet)',
    );
  });
});

describe('a step that does not come', () => {
  test('tells when the next one is due', async () => {
    const one = await joined({}, RULES.replace('then: [ { step: { streams', 'every: 2s\n    $&'));
    const readings = { 'system.load1': measured(9) };
    const first = await one.at('once', 50, readings);
    expect(first.effects).toEqual([{ knob: 'streams', value: 2, reason: 'step' }]);
    expect(first.waits).toEqual([]);
    const next = await one.at('once', 50, readings);
    expect(next.waits).toEqual(['next step in 1.5 s']);
    expect(next.effects).toEqual([{ knob: 'streams', value: 2, reason: 'position' }]);
  });

  test('tells what is missing until the change before can be judged', async () => {
    const one = await joined();
    await one.at('slow-down', 150);
    one.framesPerTick = 2;
    await one.many(6, 40);
    const settling = await one.at('climb', 40);
    expect(settling.state).toBe('active');
    expect(settling.waits[0]).toMatch(/^resolution \+1: settling after resolution, \d+ of 30 frames$/);
  });

  test('tells who holds the knob', async () => {
    const one = await joined();
    await one.at('slow-down', 150);
    await one.many(10, 40, { 'system.cpuPercent': measured(95) });
    const held = await one.at('climb', 40, { 'system.cpuPercent': measured(95) });
    expect(held.waits).toEqual(['resolution +1: held by busy']);
    expect(held.outrankedBy).toBe('busy');
    expect((await one.at('busy', 40, { 'system.cpuPercent': measured(95) })).holds).toEqual([
      'resolution.up',
    ]);
    expect((await one.at('busy', 40, { 'system.cpuPercent': measured(50) })).holds).toEqual([]);
  });

  test('tells that combat has to end, and that its rule is backed off', async () => {
    const one = await joined();
    await one.at('slow-down', 150);
    for (let i = 0; i < 12; i++)
      await one.at('climb', 40, {}, [frames(5, 40, 20, { scene: { combatActive: true } })]);
    const fight = await one.at('climb', 40, {}, [frames(5, 40, 20, { scene: { combatActive: true } })]);
    expect(fight.waits).toEqual(['resolution +1: waits for combat to end']);
    // The step up goes, and is corrected at once: its rule waits.
    await one.many(4, 40);
    await one.many(4, 160);
    const corrected = await one.at('climb', 160);
    expect(corrected.state).toBe('idle');
    expect(corrected.waits.join()).toMatch(/^backed off for [\d.]+ s more$/);
    await one.many(8, 40);
    const again = await one.at('climb', 40);
    expect(again.state).toBe('active');
    expect(again.waits.join()).toMatch(/^resolution \+1: backed off for [\d.]+ s more$/);
  });

  test('tells that there is no rung, that it stepped once, and that nobody offers the knob', async () => {
    const one = await joined({}, RULES.replace('streams: +1', 'streams: -1'));
    const readings = { 'system.load1': measured(9) };
    expect((await one.at('once', 50, readings)).waits).toEqual(['streams -1: no further rung that way']);
    const other = await joined();
    await other.at('once', 50, readings);
    expect((await other.at('once', 50, readings)).waits).toEqual(['stepped already, once an activation']);
    const alone = new Explained();
    await alone.at('once', 50);
    expect((await alone.at('once', 50, readings)).waits).toEqual(['streams: nobody offers this knob']);
  });

  test('tells that its owner refused it and when it is tried again', async () => {
    const one = await joined();
    one.loop.answer = false;
    await one.at('slow-down', 150);
    const { revision } = one.loop.core.memory;
    const refusal: TickEvent = {
      kind: 'applied',
      knob: 'resolution',
      value: 640,
      ok: false,
      error: 'no such engine',
      tookMs: 1,
      revision,
    };
    await one.at('slow-down', 150, {}, [refusal]);
    await one.many(3, 150);
    expect((await one.at('slow-down', 150)).waits.join()).toMatch(
      /^resolution -1: the bot refused it, tried again in 5\d(\.\d)? s$/,
    );
  });
});

describe('a value that does not come', () => {
  const busy = { 'gpu.utilizationPercent': measured(95) };

  test('names the rule that outranks it', async () => {
    const one = await joined();
    const { waits, outrankedBy } = await one.at('gentle', 50, busy);
    expect(waits).toEqual(['frameSkip 0.2: outranked by rough']);
    expect(outrankedBy).toBe('rough');
    expect((await one.at('rough', 50, busy)).waits).toEqual(['batchSize: nobody offers this knob']);
  });

  test("tells until when a person's value stands", async () => {
    const one = await joined();
    const wish: TickEvent = { kind: 'override', knob: 'frameSkip', value: 0.1, forS: 60 };
    const { waits } = await one.at('rough', 50, busy, [wish]);
    expect(waits[0]).toBe("frameSkip: a person's value stands until 2023-11-14T22:14:21Z, 60 s more");
    expect((await one.at('gentle', 50, busy)).waits[0]).toContain('59.5 s more');
  });

  test('is not in the way of a safety rule: neither a person nor auto: off is', async () => {
    const one = await joined({}, RULES.replace('- id: watts', '- id: watts\n    safety: true'));
    const warm = { 'gpu.temperatureC': measured(75) };
    const wish: TickEvent = { kind: 'override', knob: 'powerLimitW', value: 500, forS: 60 };
    const { waits, effects } = await one.at('watts', 50, warm, [POWER, wish, { kind: 'auto', value: false }]);
    expect(waits).toEqual([]);
    expect(effects).toEqual([{ knob: 'powerLimitW', value: 320, reason: 'cap' }]);
  });

  test('has no effect while it waits for another change to be applied', async () => {
    const one = await joined();
    one.loop.answer = false;
    await one.at('slow-down', 150);
    const { waits, effects } = await one.at('rough', 150, busy);
    expect(waits[0]).toBe('frameSkip 0.4: waits for resolution to be applied');
    expect(effects).toEqual([]);
  });

  test('tells that the rules are switched off', async () => {
    const one = await joined();
    await one.at('rough', 50, {}, [{ kind: 'auto', value: false }]);
    expect((await one.at('rough', 50, busy)).waits).toEqual(['switched off by auto: off']);
  });

  test('tells that a cap changes nothing where another one is lower', async () => {
    const one = await joined({}, RULES);
    const warm = { 'gpu.temperatureC': measured(75) };
    await one.at('watts', 50, warm, [POWER]);
    const { waits, effects } = await one.at('more-watts', 50, warm);
    expect(waits).toEqual(['powerLimitW: its cap changes nothing, 320 stands by watts']);
    expect(effects).toEqual([]);
    expect((await one.at('watts', 50, warm)).effects).toEqual([
      { knob: 'powerLimitW', value: 320, reason: 'cap' },
    ]);
  });

  test('tells that hardware is not written without consent', async () => {
    const one = await joined({ consent: false });
    const { waits } = await one.at('watts', 50, { 'gpu.temperatureC': measured(75) }, [POWER]);
    expect(waits).toEqual(['powerLimitW 320: no consent to write hardware']);
  });

  test('tells what a set that is not enforced would do', async () => {
    for (const mode of ['recommend', 'shadow']) {
      const one = await joined({}, RULES.replace('name: own', `name: own\nmode: ${mode}`));
      const rough = await one.at('rough', 50, busy);
      expect(rough).toMatchObject({ mode, waits: [`mode ${mode}: it would move frameSkip to 0.4`] });
      expect((await one.at('gentle', 50, busy)).waits).toEqual([`mode ${mode}: it changes nothing`]);
    }
  });

  test('tells that the fact it is read from is unknown, and that the last value stands', async () => {
    const rules = `
version: 1
rules:
  - id: follow
    when: { gpu.utilizationPercent: { above: 90 } }
    then: [ { cap: { resolution: { fact: system.processes } } } ]
    because: "busy"
`;
    const one = await joined({}, rules);
    await one.at('follow', 50, { ...busy, 'system.processes': measured(416) });
    one.loop.core.store.derive('system.processes', undefined, 'it was lost');
    const { waits } = await one.at('follow', 50, busy);
    expect(waits).toEqual([
      'resolution: system.processes is unknown (it was lost), the last one known, 416, stands',
    ]);
  });
});

describe('an explanation', () => {
  test('names the file that won where a rule was tuned or replaced, and the one that switched it off', async () => {
    const book = shippedBook(
      cpu,
      'version: 1\ntune: { model-up: { for: 9s } }\ndisable: [ streams-up ]\n',
      'version: 1\nrules: [ { id: model-down, when: { frame.fps: { below: 1 } }, then: [ { step: { model: -1 } } ], because: own } ]\n',
    );
    const loop = new Loop(cpu, book);
    const result = await loop.tick();
    const view = viewTick(loop.core, { atMs: loop.nowMs, wallMs: 0 }, result, TICK_MS);
    const [up] = explainTick(view, 'model-up');
    expect(up).toMatchObject({
      file: 'rules/quality.yaml',
      overrides: [{ file: 'overlay-1/own.yaml', over: 'rules/quality.yaml' }],
    });
    const [down] = explainTick(view, 'model-down');
    expect(down).toMatchObject({
      file: 'overlay-2/own.yaml',
      line: 2,
      overrides: [{ file: 'overlay-2/own.yaml', over: 'rules/quality.yaml' }],
    });
    expect(() => explainTick(view, 'streams-up')).toThrow(
      'the rule "streams-up" of rules/quality.yaml is switched off by overlay-1/own.yaml',
    );
    expect(() => explainTick(view, 'model-dwn')).toThrow('did you mean "model-down"?');
  });

  test('carries what became of the rule’s newest changes, newest first', async () => {
    const one = await joined();
    await one.many(60, 150);
    const { grades } = await one.at('slow-down', 150);
    expect(grades.length).toBeGreaterThan(1);
    expect(new Set(grades.map(({ by }) => by))).toEqual(new Set(['slow-down']));
    const times = grades.map(({ grade }) => grade.atMs);
    expect(times).toEqual([...times].sort((a, b) => b - a));
  });

  test('without a rule is of all of them, nearest to firing first', async () => {
    const one = await joined();
    await one.many(2, 50);
    const result = await one.loop.tick([frames(5, 50, 25)], {
      ...COOL,
      'system.cpuPercent': measured(95),
      'gpu.temperatureC': measured(69),
      'system.load1': measured(0.1),
    });
    const view = viewTick(one.loop.core, { atMs: one.loop.nowMs, wallMs: 0 }, result, TICK_MS);
    const all = explainTick(view);
    expect(all.length).toBe(one.loop.core.book.rules.length);
    const order = ['busy', 'climb', 'more-watts', 'watts', 'slow-down', 'once'];
    expect(all.map(({ rule }) => rule).filter((id) => order.includes(id))).toEqual(order);
  });
});
