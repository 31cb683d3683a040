import { describe, expect, test } from 'vitest';
import type { GradedChange } from '../../src/shapes/decision.js';
import type { Book, Rule } from '../../src/shapes/rule.js';
import type { TickEvent } from '../../src/shapes/sample.js';
import { COOL, frames, hello, Loop, measured } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const cpu = shippedProfile('cpu');
const book = shippedBook(cpu);
const device: TickEvent = { kind: 'device', knob: 'powerLimitW', offer: { range: [150, 600], value: 450 } };

async function joined(own: Book = book): Promise<Loop> {
  const loop = new Loop(cpu, own);
  await loop.tick([hello()]);
  return loop;
}

function graded(loop: Loop): GradedChange[] {
  return loop.core.memory.ledger.graded;
}

function verdicts(loop: Loop): string[] {
  return graded(loop).map(({ knob, to, grade }) => `${knob} ${to} ${grade.verdict}`);
}

/** The book with one rule changed. */
function changed(id: string, parts: Partial<Rule>): Book {
  return { ...book, rules: book.rules.map((rule) => (rule.id === id ? { ...rule, ...parts } : rule)) };
}

describe('a change that does what its declared cost says', () => {
  test('helped, and stands', async () => {
    const loop = await joined();
    await loop.run(30, () => 110);
    expect(verdicts(loop)).toEqual(['resolution 512 helped']);
    const [first] = graded(loop);
    expect(first?.grade).toMatchObject({
      fact: 'inference.totalMs',
      expectedRatio: '0.65',
      why: 'it stands',
    });
    expect(first?.grade.ratio).toBeCloseTo(0.65);
    expect(loop.value('resolution')).toBe(512);
  });

  test('upward helped too, as dear as declared or cheaper', async () => {
    const loop = await joined();
    await loop.run(20, () => 200);
    await loop.run(40, () => 60);
    expect(new Set(graded(loop).map(({ grade }) => grade.verdict))).toEqual(new Set(['helped']));
    expect(graded(loop).some(({ by, grade }) => by === 'model-up' && grade.verdict === 'helped')).toBe(true);
  });
});

describe('a loop that no model and no size makes faster', () => {
  test('is probed once a knob in ten minutes, and each probe is taken back within ten seconds', async () => {
    const loop = await joined();
    await loop.run(600, () => 110, { costOf: () => 1 });
    expect(loop.quality().map(({ knob, to }) => `${knob} ${to}`)).toEqual([
      'resolution 512',
      'resolution 640',
      'model yolov8n',
      'model yolov8s',
    ]);
    const [down, back, modelDown, modelBack] = loop.quality().map(({ atMs }) => atMs);
    expect((back ?? 0) - (down ?? 0)).toBeLessThanOrEqual(10_000);
    expect((modelBack ?? 0) - (modelDown ?? 0)).toBeLessThanOrEqual(10_000);
    expect(verdicts(loop)).toEqual(['resolution 512 noEffect', 'model yolov8n noEffect']);
  });

  test('is told why its rules wait', async () => {
    const loop = await joined();
    await loop.run(60, () => 110, { costOf: () => 1 });
    const { decision } = await loop.tick([frames(4, 120, 110)]);
    expect(decision.knobs.resolution?.losers).toContainEqual(
      expect.objectContaining({
        by: 'resolution-down',
        code: 'graded',
        reason: expect.stringMatching(/^resolution down gave nothing back; tried again in \d+ s, or when/),
      }),
    );
  });

  test('is relieved after all once the load is another', async () => {
    const loop = await joined();
    await loop.run(30, () => 110, { costOf: () => 1 });
    const before = loop.quality().length;
    // The inference itself is dear now, and smaller ones are cheaper.
    await loop.run(20, () => 200);
    expect(loop.quality().length).toBeGreaterThan(before);
    expect(loop.value('model')).toBe('yolov8n');
  });

  test('names the change that is taken back, and the digest says undo', async () => {
    const loop = await joined();
    const reasons: unknown[] = [];
    for (let i = 0; i < 20; i++) {
      const { digestLine } = await loop.tick([frames(4, 120, 110)]);
      if (digestLine !== null) reasons.push(JSON.parse(digestLine).knobs.resolution?.[2]);
    }
    expect(reasons).toContain('undo');
  });
});

describe('a climb that costs more than declared', () => {
  const dear = { costOf: (ratio: number) => (ratio >= 1 ? 2.1 : ratio) };

  test('helped all the same while the frame fits', async () => {
    const loop = await joined();
    await loop.run(12, () => 240, dear);
    await loop.run(60, () => 32, dear);
    expect([loop.value('model'), loop.value('resolution')]).toEqual(['yolov8s', 640]);
    expect(graded(loop).at(-1)?.grade).toMatchObject({ verdict: 'helped' });
  });

  test('did harm where the frame hardly fits any more: it is taken back, its rule backs off and that rung is not tried again', async () => {
    const loop = await joined();
    await loop.run(12, () => 240, dear);
    expect(loop.value('model')).toBe('yolov8n');
    await loop.run(120, () => 40, dear);
    const climbs = graded(loop).filter(({ grade }) => grade.verdict === 'harmed');
    expect(climbs).toHaveLength(1);
    expect(climbs[0]?.grade.why).toBe('taken back');
    const top = loop.quality().filter(({ knob, to }) => knob === climbs[0]?.knob && to === climbs[0]?.to);
    expect(top).toHaveLength(1);
  });
});

describe('what explains the difference as well makes a grade void', () => {
  test('a scene that begins', async () => {
    const loop = await joined();
    await loop.run(2, () => 110);
    await loop.run(6, () => 110, { scene: { combatActive: true } });
    expect(graded(loop)[0]?.grade).toMatchObject({ verdict: 'void', why: 'a scene began or ended' });
  });

  test('other work that moves by more than 15 points', async () => {
    const loop = await joined();
    await loop.run(2, () => 110);
    await loop.run(6, () => 110, { otherMs: 40 });
    expect(graded(loop)[0]?.grade.verdict).toBe('void');
    expect(graded(loop)[0]?.grade.why).toMatch(/^the other load moved from 10 to 40 %$/);
  });

  test('another base', async () => {
    const loop = await joined();
    await loop.run(2, () => 110);
    await loop.tick([{ kind: 'level', value: 'conservative' }, frames(4, 82, 72)]);
    expect(graded(loop)[0]?.grade).toMatchObject({ verdict: 'void', why: 'the base changed' });
  });

  test('another session', async () => {
    const loop = await joined();
    await loop.run(2, () => 110);
    await loop.tick([{ kind: 'bye', session: 'session-1', cause: 'bye' }]);
    expect(graded(loop)[0]?.grade).toMatchObject({ verdict: 'void', why: 'the session ended' });
  });

  test('another knob', async () => {
    const loop = await joined();
    await loop.run(2, () => 110);
    await loop.tick([{ kind: 'override', knob: 'streams', value: 2, forS: 60 }, frames(4, 82, 72)]);
    expect(graded(loop)[0]?.grade).toMatchObject({ verdict: 'void', why: 'streams changed as well' });
  });

  test('a refusal', async () => {
    const loop = await joined();
    loop.answer = false;
    for (let i = 0; i < 5; i++) await loop.tick([frames(4, 120, 110)]);
    const { revision } = loop.core.memory;
    const refusal = {
      kind: 'applied',
      knob: 'resolution',
      value: 640,
      ok: false,
      tookMs: 1,
      revision,
    } as const;
    const { grades } = await loop.tick([refusal, frames(4, 120, 110)]);
    expect(grades.map(({ grade }) => [grade.verdict, grade.why])).toEqual([['void', 'it was not applied']]);
  });

  test('a jump in time', async () => {
    const loop = await joined();
    await loop.run(2, () => 110);
    await loop.tick([frames(4, 82, 72)], COOL, 20_000);
    expect(graded(loop)[0]?.grade).toMatchObject({ verdict: 'void', why: 'time jumped' });
  });
});

describe('what is never graded', () => {
  test('a safety rule', async () => {
    const loop = await joined();
    await loop.tick([device]);
    const hot = { ...COOL, 'gpu.thermalMarginC': measured(2) };
    for (let i = 0; i < 20; i++) await loop.tick([frames(4, 60, 50)], hot);
    expect(loop.value('powerLimitW')).toBe(320);
    expect(graded(loop)).toEqual([]);
  });

  test("a person's value", async () => {
    const loop = await joined();
    await loop.tick([{ kind: 'override', knob: 'model', value: 'yolov8n', forS: 60 }]);
    await loop.run(10, () => 60);
    expect(graded(loop)).toEqual([]);
  });
});

describe('a power limit that a rule lowers by steps', () => {
  const probe = changed('hold-temperature', {
    when: { op: 'above', fact: 'gpu.powerW', right: { literal: 130 } },
    until: null,
    forMs: 0,
    everyMs: 30_000,
    blind: 'release',
    actions: [{ kind: 'step', knob: 'powerLimitW', by: -1 }],
  });

  test('helped where it lowers the draw', async () => {
    const loop = await joined(probe);
    await loop.tick([device]);
    const drawing = (watts: number) => ({ ...COOL, 'gpu.powerW': measured(watts) });
    await loop.run(2, () => 60, { readings: drawing(40) });
    await loop.run(1, () => 60, { readings: drawing(448) });
    const limit = Number(loop.value('powerLimitW'));
    await loop.run(5, () => 60, { readings: drawing(limit) });
    expect(graded(loop)[0]).toMatchObject({ knob: 'powerLimitW', grade: { verdict: 'helped' } });
  });

  test('had no effect where it cannot bind, and is neither taken back nor kept from coming again', async () => {
    const loop = await joined(probe);
    await loop.tick([device]);
    await loop.run(2, () => 60, { readings: { ...COOL, 'gpu.powerW': measured(40) } });
    await loop.run(8, () => 60, { readings: { ...COOL, 'gpu.powerW': measured(140) } });
    expect(graded(loop)[0]?.grade).toMatchObject({
      verdict: 'noEffect',
      expectedRatio: 'none, the limit cannot bind',
    });
    expect(loop.value('powerLimitW')).toBe(425);
    expect(loop.core.memory.ledger.blocked).toEqual([]);
  });

  test('had no effect where the draw stays above it', async () => {
    const loop = await joined(probe);
    await loop.tick([device]);
    await loop.run(2, () => 60, { readings: { ...COOL, 'gpu.powerW': measured(40) } });
    await loop.run(8, () => 60, { readings: { ...COOL, 'gpu.powerW': measured(448) } });
    expect(graded(loop)[0]?.grade).toMatchObject({ verdict: 'noEffect', expectedRatio: '0.95' });
  });

  test('did harm where frames take longer, and goes back', async () => {
    const loop = await joined(probe);
    await loop.tick([device]);
    await loop.run(2, () => 60, { readings: { ...COOL, 'gpu.powerW': measured(40) } });
    await loop.run(1, () => 60, { readings: { ...COOL, 'gpu.powerW': measured(448) } });
    await loop.run(5, () => 80, { readings: { ...COOL, 'gpu.powerW': measured(420) } });
    expect(graded(loop)[0]?.grade.verdict).toBe('harmed');
    expect(loop.value('powerLimitW')).toBe(450);
  });

  /** A rung that costs an inference some percent of its time; what came of it. */
  async function slowedBy(percent: number, pacedFps?: number): Promise<unknown> {
    const loop = await joined(probe);
    await loop.tick([device]);
    const options = pacedFps === undefined ? {} : { pacedFps };
    const drawing = (watts: number) => ({ ...options, readings: { ...COOL, 'gpu.powerW': measured(watts) } });
    await loop.run(5, () => 60, drawing(40));
    await loop.run(0.5, () => 60, drawing(448));
    await loop.run(5, () => 60 * (1 + percent / 100), drawing(425));
    return graded(loop).find(({ by }) => by === 'hold-temperature')?.grade.verdict;
  }

  test('did harm to a loop that never waits, as soon as it costs a fiftieth of its rate', async () => {
    expect(await slowedBy(4)).toBe('harmed');
    expect(await slowedBy(1)).toBe('helped');
  });

  test('did none to a loop that waits between its frames, unless they take much longer', async () => {
    expect(await slowedBy(4, 10)).toBe('helped');
    expect(await slowedBy(25, 10)).toBe('harmed');
  });
});

test("a rule's own expectation takes the place of the knob's", async () => {
  const own = changed('resolution-down', {
    expect: { fact: 'frame.totalMs', atMost: 0.5, atLeast: null },
  });
  const loop = await joined(own);
  await loop.run(10, () => 110);
  expect(graded(loop)[0]?.grade).toMatchObject({
    fact: 'frame.totalMs',
    expectedRatio: 'at most 0.5',
    verdict: 'noEffect',
  });
  expect(loop.quality()[1]).toMatchObject({ knob: 'resolution', to: 640 });
});

test('without the ledger nothing is graded and nothing taken back', async () => {
  const loop = new Loop(cpu, book, {}, { ledger: false });
  await loop.tick([hello()]);
  await loop.run(30, () => 110, { costOf: () => 1 });
  expect(graded(loop)).toEqual([]);
  expect([loop.value('model'), loop.value('resolution')]).toEqual(['yolov8n', 256]);
});
