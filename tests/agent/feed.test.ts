/** What people see of decisions: done, refused, graded, taken back, and what would be done. */
import { describe, expect, test } from 'vitest';
import { entryText } from '../../src/agent/entry-text.js';
import { Feed, type FeedTick } from '../../src/agent/feed.js';
import { LackNote } from '../../src/agent/lacking.js';
import type { Decision, GradedChange } from '../../src/shapes/decision.js';
import type { DecisionEntry } from '../../src/shapes/port.js';
import type { Readings } from '../../src/shapes/reading.js';
import type { TickEvent } from '../../src/shapes/sample.js';
import { COOL, frames, hello, Loop, measured } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const cpu = shippedProfile('cpu');

const rules = (mode: string): string => `
version: 1
name: own
mode: ${mode}
rules:
  - id: skip
    when: { system.cpuPercent: { above: 90 } }
    then: [ { set: { frameSkip: { fact: system.load1, times: 0.1 } } } ]
    because: "the processor is {system.cpuPercent} % busy"
`;

const CAP = `
version: 1
rules:
  - id: watts
    when: { system.cpuPercent: { above: 90 } }
    then: [ { cap: { powerLimitW: 320 } } ]
    because: "the processor is {system.cpuPercent} % busy"
`;

const FOLLOWING = `
version: 1
rules:
  - id: watts
    when: { system.cpuPercent: { above: 90 } }
    then: [ { cap: { powerLimitW: { fact: gpu.temperatureC, times: 5 } } } ]
    because: "the card is at {gpu.temperatureC}"
`;

const POWER: TickEvent = { kind: 'device', knob: 'powerLimitW', offer: { range: [150, 600], value: 450 } };

class Fed {
  readonly feed = new Feed();
  readonly loop: Loop;
  decision: Decision = { atMs: 0, revision: 0, knobs: {}, active: [], wouldBe: [] };

  constructor(overlays: string[], settings = {}) {
    this.loop = new Loop(cpu, shippedBook(cpu, ...overlays), settings, { engine: 'compiled' });
  }

  async tick(readings: Readings = {}, events: TickEvent[] = []): Promise<FeedTick> {
    const result = await this.loop.tick([...events, frames(5, 50, 25)], { ...COOL, ...readings });
    this.decision = result.decision;
    const sample = {
      kind: 'sample' as const,
      atMs: this.loop.nowMs,
      wallMs: 1_700_000_000_000,
      cause: 'interval' as const,
      readings: {},
      events: [],
    };
    return this.feed.add(sample, result, this.loop.core.book.rules, this.loop.core.store);
  }
}

async function fed(overlay: string, settings = {}, ...more: string[]): Promise<Fed> {
  const one = new Fed([overlay, ...more], settings);
  await one.tick({}, [hello(), POWER]);
  return one;
}

const busy = (load1: number): Readings => ({
  'system.cpuPercent': measured(95),
  'system.load1': measured(load1),
});

describe('what would be done', () => {
  for (const mode of ['recommend', 'shadow'] as const) {
    test(`by a set in mode ${mode} is an entry when it begins and when it changes, and no more`, async () => {
      const one = await fed(rules(mode));
      const { entries, wouldBe } = await one.tick(busy(2));
      expect(entries).toEqual([
        {
          atMs: 1_000,
          wallMs: 1_700_000_000_000,
          knob: 'frameSkip',
          from: 0,
          to: 0.2,
          winner: 'skip',
          reason: 'set',
          because: 'the processor is 95 % busy',
          mode,
          facts: { 'system.cpuPercent': 95 },
          outcome: 'wouldBe',
          grade: null,
        },
      ]);
      expect(wouldBe).toEqual([{ mode, knob: 'frameSkip', value: 0.2, winner: 'skip' }]);
      expect(await one.tick(busy(2))).toEqual({ entries: [], wouldBe: [] });
      expect((await one.tick(busy(4))).entries).toMatchObject([{ to: 0.4, outcome: 'wouldBe' }]);
      const ended = await one.tick({ 'system.cpuPercent': measured(20) });
      expect(ended).toEqual({
        entries: [],
        wouldBe: [{ mode, knob: 'frameSkip', value: null, winner: null }],
      });
      expect((await one.tick(busy(4))).entries).toHaveLength(1);
      expect(one.feed.since(0)).toHaveLength(3);
      expect(one.feed.lastChange).toBeUndefined();
      expect(one.loop.changes).toEqual([]);
    });
  }

  test('by a set that is enforced is done and not told as would-be', async () => {
    const one = await fed(rules('enforce'));
    const { entries, wouldBe } = await one.tick(busy(2));
    expect(entries).toMatchObject([{ knob: 'frameSkip', to: 0.2, mode: 'enforce', outcome: 'pending' }]);
    expect(wouldBe).toEqual([]);
    await one.tick(busy(2));
    expect(one.feed.since(0)).toMatchObject([{ outcome: 'applied' }]);
    expect(one.feed.applied).toEqual(new Map([['frameSkip', 1]]));
  });

  test('to hardware without consent is a recommendation of the rule that wants it', async () => {
    const one = await fed(CAP, { consent: false });
    const { entries } = await one.tick(busy(2));
    expect(entries).toMatchObject([
      { knob: 'powerLimitW', from: 450, to: 320, winner: 'watts', reason: 'cap', mode: 'recommend' },
    ]);
    expect(await one.tick(busy(2))).toEqual({ entries: [], wouldBe: [] });
  });
});

test('of hardware without consent and a recommending set that wants less, the lower value is told alone', async () => {
  const lower = CAP.replace('version: 1', 'version: 1\nname: lower\nmode: recommend')
    .replace('watts', 'fewer-watts')
    .replace('320', '300');
  const one = await fed(CAP, { consent: false }, lower);
  const { entries } = await one.tick(busy(2));
  expect(entries).toMatchObject([{ to: 300, winner: 'fewer-watts', mode: 'recommend' }]);
  expect(entries).toHaveLength(1);
});

test('a grade goes to the change, not to what would be done to the same knob at the same tick', async () => {
  const shadow = rules('shadow')
    .replace('own', 'shadowed')
    .replace('id: skip', 'id: more')
    .replace('times: 0.1', 'times: 0.2')
    .replace('    when:', '    priority: 900\n    when:');
  const one = await fed(rules('enforce'), {}, shadow);
  const { entries } = await one.tick(busy(2));
  expect(entries).toMatchObject([
    { to: 0.2, mode: 'enforce' },
    { to: 0.4, mode: 'shadow' },
  ]);
  const grade: GradedChange['grade'] = {
    verdict: 'helped',
    fact: 'inference.fps',
    expectedRatio: '0.8',
    ratio: 0.8,
    before: 10,
    after: 8,
    why: 'it stands',
    atMs: 3_000,
  };
  const result = await one.loop.tick();
  const graded = { knob: 'frameSkip', from: 0, to: 0.2, by: 'skip', decidedAtMs: 1_000, grade };
  const sample = {
    kind: 'sample' as const,
    atMs: 1_500,
    wallMs: 0,
    cause: 'interval' as const,
    readings: {},
    events: [],
  };
  const { core } = one.loop;
  one.feed.add(sample, { ...result, grades: [graded] }, core.book.rules, core.store);
  expect(one.feed.since(0).map((entry) => entry.grade)).toEqual([grade, null]);
});

test('a grade goes to the change it is of, and what is taken back says why', async () => {
  const one = await fed(rules('enforce'));
  await one.tick(busy(2));
  const grade: GradedChange['grade'] = {
    verdict: 'noEffect',
    fact: 'inference.totalMs',
    expectedRatio: '0.43',
    ratio: 0.981,
    before: 50,
    after: 49,
    why: 'taken back',
    atMs: 3_000,
  };
  const result = await one.loop.tick();
  const graded = { knob: 'frameSkip', from: 0, to: 0.2, by: 'skip', decidedAtMs: 1_000, grade };
  const decided = result.decision.knobs.frameSkip;
  if (decided === undefined) throw new Error('expected the knob');
  decided.reason = 'undo';
  decided.winner = 'skip';
  const sample = {
    kind: 'sample' as const,
    atMs: 1_500,
    wallMs: 0,
    cause: 'interval' as const,
    readings: {},
    events: [],
  };
  const changes = [{ knob: 'frameSkip', from: 0.2, to: 0, facts: {} }];
  const { core } = one.loop;
  const { entries } = one.feed.add(
    sample,
    { ...result, changes, grades: [graded] },
    core.book.rules,
    core.store,
  );
  expect(one.feed.since(0)[0]?.grade).toEqual(grade);
  expect(entries).toMatchObject([
    {
      reason: 'undo',
      because: 'the change before had no effect: inference.totalMs 0.98 of before, expected 0.43; taken back',
    },
  ]);
});

describe('in words', () => {
  const entry: DecisionEntry = {
    atMs: 900,
    wallMs: 0,
    knob: 'model',
    from: 'yolov8s',
    to: 'yolov8n',
    winner: 'model-down',
    reason: 'step',
    because: 'a frame takes 117 % of its time',
    mode: 'enforce',
    facts: {},
    outcome: 'applied',
    grade: null,
  };
  const grade = {
    verdict: 'helped' as const,
    fact: 'inference.totalMs',
    expectedRatio: '0.43',
    ratio: 0.58,
    before: 50,
    after: 29,
    why: 'it stands',
    atMs: 5_000,
  };

  test.each<[string, Partial<DecisionEntry>, string]>([
    ['a change', {}, 'model yolov8s → yolov8n by model-down: a frame takes 117 % of its time'],
    ['one without a reason of its own', { because: null }, 'model yolov8s → yolov8n by model-down'],
    [
      'a refused one',
      { outcome: 'refused', because: null },
      'model yolov8s → yolov8n by model-down (refused)',
    ],
    [
      'a graded one',
      { because: null, grade },
      'model yolov8s → yolov8n by model-down [helped: inference.totalMs 0.58 of before, expected 0.43; it stands]',
    ],
    [
      'one that could not be judged',
      { because: null, grade: { ...grade, verdict: 'void', ratio: null, why: 'a scene began or ended' } },
      'model yolov8s → yolov8n by model-down [was not judged: a scene began or ended]',
    ],
    [
      'a recommended one',
      { because: null, outcome: 'wouldBe', mode: 'recommend' },
      'recommended: model yolov8s → yolov8n by model-down',
    ],
    [
      'one of a shadow set',
      { because: null, outcome: 'wouldBe', mode: 'shadow' },
      'in shadow: model yolov8s → yolov8n by model-down',
    ],
  ])('%s', (_what, changes, text) => {
    expect(entryText({ ...entry, ...changes })).toBe(text);
  });
});

describe('hardware that may not be written', () => {
  const READ_ONLY: TickEvent = {
    kind: 'device',
    knob: 'powerLimitW',
    offer: { range: [150, 600], value: 450, readOnly: 'no right to it; start "evenkeel gpu-helper"' },
  };

  for (const [what, settings, device, remedy] of [
    ['without consent', { consent: false }, POWER, '--allow-hardware'],
    ['by the driver', {}, READ_ONLY, 'start "evenkeel gpu-helper"'],
  ] as const) {
    for (const [how, overlay] of [
      ['', CAP],
      [' that follows a fact', FOLLOWING],
    ] as const) {
      test(`${what} is recommended once over a thousand ticks of a cap${how}, and its remedy told once`, async () => {
        const one = new Fed([overlay], settings);
        const note = new LackNote();
        await one.tick({}, [hello(), device]);
        const entries: DecisionEntry[] = [];
        const remedies: string[] = [];
        for (let i = 0; i < 1_000; i++) {
          const busy = {
            'system.cpuPercent': measured(91 + (i % 9)),
            'gpu.temperatureC': measured(60 + (i % 3)),
          };
          const fedTick = await one.tick(busy);
          entries.push(...fedTick.entries.filter(({ knob }) => knob === 'powerLimitW'));
          remedies.push(...note.observe(one.decision));
        }
        expect(entries).toMatchObject([{ mode: 'recommend', outcome: 'wouldBe', winner: 'watts' }]);
        expect(remedies).toEqual([
          expect.stringContaining('powerLimitW is not written, what would be is recommended: no '),
        ]);
        expect(remedies[0]).toContain(remedy);
      });
    }
  }
});
