import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { runRuleTests } from '../../../src/rule-tests/index.js';
import { type CheckedBook, checkBook } from '../../../src/rules/check-book.js';
import type { BookFile } from '../../../src/shapes/rule.js';
import { shippedProfile, shippedProfileFiles } from '../../helpers/shipped.js';
import { folderOf } from '../helpers.js';

const rtx4090 = shippedProfile('rtx-4090');
const LEVELS = `levels:
  calm: { targetFps: 30, gpuUsageLimitPercent: 70 }
  balanced: { targetFps: 60, gpuUsageLimitPercent: 85, dynamicResolution: true }
`;

interface Half {
  when: string;
  does?: string;
  more?: string;
}

/** A book of two rules: `down` moves the model down and `up` moves it up, unless they say otherwise. */
function textOf(down: Half, up: Half, more = ''): string {
  const rule = (id: string, { when, does, more: rest = '' }: Half, by: string): string =>
    `  - { id: ${id}, when: ${when}, then: [ ${does ?? `{ step: { model: ${by} } }`} ], ${rest} because: x }\n`;
  return `version: 1\n${LEVELS}${more}rules:\n${rule('down', down, '-1')}${rule('up', up, '+1')}`;
}

function check(text: string, profile = rtx4090): CheckedBook {
  return checkBook(folderOf(1, { 'own.yaml': text }), profile);
}

/** The verdict on two rules, in a word. */
function verdictOn(down: string | Half, up: string | Half, more = '', profile = rtx4090): string {
  const half = (one: string | Half): Half => (typeof one === 'string' ? { when: one } : one);
  const { pingPong } = check(textOf(half(down), half(up), more), profile);
  return Object.entries(pingPong).find(([, count]) => count > 0)?.[0] ?? 'none';
}

const LOAD = 'frame.loadPercent';
const step = (knob: string, by: string): string => `{ step: { ${knob}: ${by} } }`;

describe('two rules that push a knob back and forth', () => {
  test.each<[string, string | Half, string | Half]>([
    ['over a dead band that a rung jumps', '{ frame.fps: { below: 55 } }', '{ frame.fps: { above: 58 } }'],
    [
      'where the next rung may be 15 % dearer than predicted',
      `{ ${LOAD}: { above: 100 } }`,
      '{ predicted.modelUpLoadPercent: { atMost: 95 } }',
    ],
    [
      'down by what fits and up by prediction',
      { when: `{ ${LOAD}: { above: 100 } }`, does: step('model', 'fit') },
      '{ predicted.modelUpLoadPercent: { atMost: 95 } }',
    ],
    [
      'by thresholds that a level scales',
      '{ frame.fps: { below: { fact: level.goalFps, times: 0.9 } } }',
      '{ frame.fps: { above: { fact: level.goalFps, times: 0.97 } } }',
    ],
    [
      'by a share of the same fact',
      `{ ${LOAD}: { above: { fact: frame.otherLoadPercent, times: 2 } } }`,
      `{ ${LOAD}: { below: { fact: frame.otherLoadPercent, times: 2, plus: -10 } } }`,
    ],
    [
      'in one of several ways',
      '{ any: [ { gpu.limitedBy: { is: thermal } }, { frame.fps: { below: 55 } } ] }',
      '{ not: { any: [ { frame.fps: { atMost: 58 } }, { gpu.limitedBy: { is: thermal } } ] } }',
    ],
    [
      'from one model to the next',
      `{ state.model: { is: yolov8m }, ${LOAD}: { above: 100 } }`,
      `{ state.model: { is: yolov8s }, ${LOAD}: { below: 90 } }`,
    ],
    [
      'whatever their waits',
      { when: '{ frame.fps: { below: 55 } }', more: 'for: 1h, cooldown: 1h,' },
      { when: '{ frame.fps: { above: 58 } }', more: 'for: 1h, every: 1h,' },
    ],
    [
      'by a cap and a floor',
      { when: `{ ${LOAD}: { above: 100 } }`, does: '{ cap: { model: yolov8s } }' },
      { when: `{ ${LOAD}: { below: 60 } }`, does: '{ floor: { model: yolov8m } }' },
    ],
    [
      'by two sets',
      { when: `{ ${LOAD}: { above: 100 } }`, does: '{ set: { model: yolov8s } }' },
      { when: `{ ${LOAD}: { below: 60 } }`, does: '{ set: { model: yolov8m } }' },
    ],
    [
      'by two sets of what has no order',
      { when: `{ ${LOAD}: { above: 100 } }`, does: '{ set: { precision: fp16 } }' },
      { when: `{ ${LOAD}: { below: 60 } }`, does: '{ set: { precision: fp32 } }' },
    ],
    [
      'by watts',
      { when: '{ gpu.powerW: { above: 300 } }', does: step('powerLimitW', '-1') },
      { when: '{ gpu.powerW: { below: 295 } }', does: step('powerLimitW', '+1') },
    ],
    [
      'by skipped frames',
      { when: '{ inference.fps: { above: 40 } }', does: step('frameSkip', '+1') },
      { when: '{ inference.fps: { below: 35 } }', does: step('frameSkip', '-1') },
    ],
    [
      'by levels',
      { when: '{ level.targetFps: { above: 50 } }', does: '{ cap: { level: calm } }' },
      { when: '{ level.targetFps: { below: 50 } }', does: '{ floor: { level: balanced } }' },
    ],
    [
      'while nobody knows the load',
      `{ ${LOAD}: { known: false } }`,
      `{ ${LOAD}: { known: false }, gpu.fanPercent: { above: 50 } }`,
    ],
  ])('%s is proved to', (_, down, up) => {
    expect(verdictOn(down, up)).toBe('proved');
  });

  test.each<[string, Half, string | Half]>([
    [
      'by a cap that ends',
      { when: `{ ${LOAD}: { above: 100 } }`, does: '{ cap: { model: yolov8s } }' },
      `{ ${LOAD}: { below: 60 } }`,
    ],
    [
      'by a set that ends',
      { when: `{ ${LOAD}: { above: 100 } }`, does: '{ set: { model: yolov8s } }' },
      `{ ${LOAD}: { below: 60 } }`,
    ],
  ])('%s, against a step, is possible', (_, down, up) => {
    expect(verdictOn(down, up)).toBe('possible');
  });

  test.each<[string, string | Half, string | Half]>([
    [
      'where a prediction of 85 cannot become 100',
      `{ ${LOAD}: { above: 100 } }`,
      '{ predicted.modelUpLoadPercent: { atMost: 85 } }',
    ],
    ['further apart than any rung', `{ ${LOAD}: { above: 100 } }`, `{ ${LOAD}: { below: 25 } }`],
    [
      'on different knobs',
      `{ ${LOAD}: { above: 100 } }`,
      { when: `{ ${LOAD}: { below: 90 } }`, does: step('resolution', '+1') },
    ],
    [
      'the same way',
      `{ ${LOAD}: { above: 100 } }`,
      { when: `{ ${LOAD}: { above: 90 } }`, does: step('model', '-1') },
    ],
    [
      'split by a word that no rung moves',
      `{ gpu.limitedBy: { is: power }, ${LOAD}: { above: 90 } }`,
      `{ gpu.limitedBy: { isNot: power }, ${LOAD}: { below: 80 } }`,
    ],
    [
      'split by a claim of the scene',
      '{ scene.combatActive: { is: true } }',
      '{ scene.combatActive: { isNot: true } }',
    ],
    [
      'split by heat, which is outside',
      '{ gpu.temperatureC: { above: 80 } }',
      '{ gpu.temperatureC: { below: 79 } }',
    ],
    ['split by whether a fact is known', `{ ${LOAD}: { above: 100 } }`, `{ ${LOAD}: { known: false } }`],
    [
      'split by a level',
      '{ level.dynamicResolution: { is: true }, frame.fps: { below: 55 } }',
      '{ level.dynamicResolution: { is: false }, frame.fps: { above: 58 } }',
    ],
    [
      'at a level that the book does not have',
      '{ level.targetFps: { above: 100 }, frame.fps: { below: 55 } }',
      '{ frame.fps: { above: 58 } }',
    ],
    [
      'by a limit that the profile sets elsewhere',
      '{ limits.gpuTemperatureC: { above: 90 }, frame.fps: { below: 55 } }',
      '{ frame.fps: { above: 58 } }',
    ],
    [
      'by a share that a rung does not bridge',
      `{ ${LOAD}: { above: { fact: frame.otherLoadPercent, times: 3 } } }`,
      `{ ${LOAD}: { below: { fact: frame.otherLoadPercent, times: 0.8 } } }`,
    ],
    [
      'from one model to one that is not the next',
      `{ state.model: { is: yolov8x }, ${LOAD}: { above: 100 } }`,
      `{ state.model: { is: yolov8n }, ${LOAD}: { below: 90 } }`,
    ],
    [
      'because what holds the knob has not let go',
      {
        when: `{ ${LOAD}: { above: 100 } }`,
        does: '{ cap: { model: yolov8s } }',
        more: `until: { ${LOAD}: { below: 5 } },`,
      },
      `{ ${LOAD}: { below: 60 } }`,
    ],
    [
      'because a hold stands beside the step',
      {
        when: `{ ${LOAD}: { above: 100 } }`,
        does: `${step('model', '-1')}, { hold: [ model.up ] }`,
        more: `until: { ${LOAD}: { below: 20 } },`,
      },
      `{ ${LOAD}: { below: 60 } }`,
    ],
    [
      'because the stronger of two sets stays',
      {
        when: '{ gpu.fanPercent: { above: 10 } }',
        does: '{ set: { model: yolov8s } }',
        more: 'priority: 200,',
      },
      { when: `{ ${LOAD}: { below: 60 } }`, does: '{ set: { model: yolov8m } }' },
    ],
    [
      'that set the lower value where the other sets the higher',
      { when: `{ ${LOAD}: { above: 100 } }`, does: '{ set: { model: yolov8m } }' },
      { when: `{ ${LOAD}: { below: 60 } }`, does: '{ set: { model: yolov8s } }' },
    ],
    [
      'over a queue, which is a sum over time',
      { when: '{ frame.queueSize: { atLeast: 3 } }', does: step('frameSkip', '+1') },
      { when: '{ frame.queueSize: { below: 1 } }', does: step('frameSkip', '-1') },
    ],
  ])('%s cannot', (_, down, up) => {
    expect(verdictOn(down, up)).toBe('none');
  });

  test('is only possible where a signal over time could keep them apart', () => {
    const mean = 'signals: { frame.load10s: { avg: frame.loadPercent, over: 10s } }\n';
    expect(verdictOn('{ frame.load10s: { above: 100 } }', `{ ${LOAD}: { below: 90 } }`, mean)).toBe(
      'possible',
    );
    expect(
      verdictOn(
        `{ frame.load10s: { above: 100 }, ${LOAD}: { above: 100 } }`,
        `{ ${LOAD}: { below: 20 } }`,
        mean,
      ),
    ).toBe('none');
    const both = `{ any: [ { frame.load10s: { above: 100 } }, { ${LOAD}: { above: 100 } } ] }`;
    expect(verdictOn(both, `{ ${LOAD}: { below: 90 } }`, mean)).toBe('proved');
  });

  test('cannot where the signal is of a fact that the knob does not move', () => {
    const mean =
      'signals: { gpu.heat10s: { avg: gpu.temperatureC, over: 10s }, gpu.silentS: { age: gpu.temperatureC } }\n';
    expect(verdictOn('{ gpu.heat10s: { above: 80 } }', '{ gpu.heat10s: { below: 70 } }', mean)).toBe('none');
    expect(verdictOn('{ gpu.heat10s: { above: 80 } }', '{ frame.fps: { above: 30 } }', mean)).toBe(
      'possible',
    );
    // Time alone moves an age.
    expect(verdictOn('{ gpu.silentS: { above: 10 } }', '{ gpu.silentS: { below: 1 } }', mean)).toBe(
      'possible',
    );
  });

  test('is proved through a signal that only scales a fact', () => {
    const half =
      'signals: { frame.halfLoad: { fact: frame.loadPercent, times: 0.5, plus: 1 }, frame.quarterLoad: { fact: frame.halfLoad, times: 0.5 } }\n';
    expect(verdictOn('{ frame.quarterLoad: { above: 25 } }', `{ ${LOAD}: { below: 90 } }`, half)).toBe(
      'proved',
    );
    expect(verdictOn('{ frame.quarterLoad: { above: 25 } }', `{ ${LOAD}: { below: 20 } }`, half)).toBe(
      'none',
    );
  });

  test('is undecided where there are more than 4,096 ways', () => {
    const ways = Array.from(
      { length: 13 },
      (_, i) => `{ any: [ { frame.a${i}Ms: { above: 1 } }, { frame.b${i}Ms: { above: 1 } } ] }`,
    );
    const { pingPong, undecided } = check(
      textOf({ when: `{ all: [ ${ways.join(', ')} ] }` }, { when: `{ ${LOAD}: { below: 90 } }` }),
    );
    expect(pingPong).toEqual({ proved: 0, possible: 0, undecided: 1 });
    // The rule's own beginning is a question too.
    expect(undecided).toBe(1);
  });

  test('is judged by the ladder of the profile', () => {
    const apart = (below: number): string =>
      verdictOn(`{ ${LOAD}: { above: 100 } }`, `{ ${LOAD}: { below: ${below} } }`, '', shippedProfile('cpu'));
    // YOLOv8n costs at least 1/2.69 of YOLOv8s there.
    expect([apart(36), apart(38)]).toEqual(['none', 'proved']);
  });

  test('is judged by as many rungs as both can go at once', () => {
    const apart = (down: string, up: string): string =>
      verdictOn(
        { when: `{ ${LOAD}: { above: 100 } }`, does: step('model', down) },
        { when: `{ ${LOAD}: { below: 27 } }`, does: step('model', up) },
      );
    // One rung takes the load to 0.289 times at least, two to 0.259.
    expect([apart('-1', '+1'), apart('-2', '+1'), apart('-2', '+2'), apart('fit', '+2')]).toEqual([
      'none',
      'none',
      'proved',
      'proved',
    ]);
  });

  test('is judged by what a rung down is predicted to take too', () => {
    const predicted = (atLeast: number): string =>
      verdictOn(
        `{ ${LOAD}: { above: 100 }, predicted.modelDownLoadPercent: { atLeast: ${atLeast} } }`,
        `{ ${LOAD}: { below: 50 } }`,
      );
    expect([predicted(60), predicted(58)]).toEqual(['none', 'proved']);
  });

  test('is told once a pair, whatever the order of the rules', () => {
    const halves = [
      { when: '{ frame.fps: { below: 55 } }', does: step('model', '-1') },
      { when: '{ frame.fps: { above: 58 } }', does: step('model', '+1') },
    ] as const;
    const rules = (ids: readonly string[]): string =>
      `version: 1\nrules:\n${ids.map((id, i) => `  - { id: ${id}, when: ${halves[i]?.when}, then: [ ${halves[i]?.does} ], because: x }\n`).join('')}`;
    for (const ids of [
      ['a', 'b'],
      ['b', 'a'],
    ]) {
      const { problems, pingPong } = check(rules(ids));
      expect(pingPong.proved).toBe(1);
      expect(problems.map(({ rule, severity }) => [rule, severity])).toEqual([[ids[0], 'error']]);
    }
  });
});

/** Runs a trace as the rule test it is. */
async function run(trace: string, text: string): Promise<{ ok: boolean; names: string[] }> {
  const files: BookFile[] = folderOf(1, { 'own.yaml': text });
  const { ok, cases, problems } = await runRuleTests({
    tests: folderOf(1, { 'trace.test.yaml': trace }),
    files,
    profiles: shippedProfileFiles(),
    cover: [],
  });
  expect(problems).toEqual([]);
  expect(cases.flatMap(({ failures }) => failures)).toEqual([]);
  return { ok, names: cases.map(({ name }) => name) };
}

describe('a proof', () => {
  test('comes with a rule test that shows one rule fire and then the other', async () => {
    const text = textOf(
      { when: '{ state.model: { is: yolov8m }, frame.fps: { below: 55 } }', more: 'for: 3s,' },
      { when: '{ gpu.temperatureC: { known: false }, frame.fps: { above: 58 } }', more: 'for: 1500ms,' },
    );
    const [problem] = check(text).problems;
    const trace = problem?.trace ?? '';
    expect(trace).toBe(`# yaml-language-server: $schema=https://evenkeel.dev/schemas/rule-test.schema.json
# "down" and "up" push model back and forth: what one does makes the other true.
rules: [ own.yaml ]
profile: rtx-4090
interval: 1s
tests:
  - name: down and up push model back and forth
    given:
      frame.fps: "40x4 100x3"
      gpu.temperatureC: _
      state.model: "'yolov8m'x4 'yolov8s'x3"
    expect:
      - { at: 3s, rule: down, is: active }
      - { at: 6s, rule: up, is: active }
`);
    expect(await run(trace, text)).toEqual({ ok: true, names: ['down and up push model back and forth'] });
  });

  test('lists every file of the book where named conditions or signals are used', () => {
    const files = [
      ...folderOf(0, {
        'names.yaml': 'version: 1\nconditions: { slow: { frame.fps: { below: 55 } } }\n',
        'other.yaml': 'version: 1\n',
      }),
      ...folderOf(1, {
        'own.yaml': textOf({ when: '{ ref: slow }' }, { when: '{ frame.fps: { above: 58 } }' }),
      }),
    ];
    const trace = checkBook(files, rtx4090).problems[0]?.trace ?? '';
    expect(trace).toContain('rules: [ shipped:names.yaml, shipped:other.yaml, own.yaml ]\n');
  });

  test('has no test where a rule would not fire within an hour', () => {
    const text = textOf(
      { when: '{ frame.fps: { below: 55 } }', more: 'for: 2h,' },
      { when: '{ frame.fps: { above: 58 } }' },
    );
    const [problem] = check(text).problems;
    expect(problem?.message).toContain('pushes model back and forth');
    expect(problem?.trace).toBeUndefined();
  });

  const comparison = fc.record({
    fact: fc.constantFrom(
      'frame.fps',
      LOAD,
      'frame.otherLoadPercent',
      'predicted.modelUpLoadPercent',
      'predicted.modelDownLoadPercent',
    ),
    op: fc.constantFrom('above', 'atLeast', 'below', 'atMost'),
    right: fc.oneof(
      fc.integer({ min: 40, max: 130 }).map(String),
      fc
        .tuple(
          fc.constantFrom('level.goalFps', 'frame.otherLoadPercent', LOAD),
          fc.constantFrom(0.5, 1, 1.5),
          fc.constantFrom(-10, 0, 5),
        )
        .map(([fact, times, plus]) => `{ fact: ${fact}, times: ${times}, plus: ${plus} }`),
    ),
  });
  const condition = fc
    .tuple(fc.constantFrom('all', 'any'), fc.array(comparison, { minLength: 1, maxLength: 3 }))
    .map(
      ([op, parts]) =>
        `{ ${op}: [ ${parts.map(({ fact, op: how, right }) => `{ ${fact}: { ${how}: ${right} } }`).join(', ')} ] }`,
    );

  test('of any two rules replays: both are true where it says, the facts inside what a rung does', async () => {
    let proved = 0;
    await fc.assert(
      fc.asyncProperty(condition, condition, async (down, up) => {
        const text = textOf({ when: down }, { when: up });
        for (const { code, trace = '' } of check(text).problems) {
          if (code !== 'ping-pong') continue;
          proved++;
          expect((await run(trace, text)).ok).toBe(true);
          expectInsideResponse(trace, up.includes('predicted.modelUp'));
        }
      }),
      { numRuns: 60 },
    );
    expect(proved).toBeGreaterThan(5);
  });
});

/** The facts of a trace before and after: rates rise, loads fall, by 3.46 at most; what else there is stands still. */
function expectInsideResponse(trace: string, isPredicted: boolean): void {
  const values = (fact: string): [before: number, after: number] | null => {
    const [, text] = new RegExp(`^ {6}${fact}: "?([^"\\n]*)"?$`, 'm').exec(trace) ?? [];
    if (text === undefined) return null;
    const tokens = text.split(' ').map((token) => Number(token.replace(/x\d+$/, '')));
    return [tokens[0] ?? Number.NaN, tokens.at(-1) ?? Number.NaN];
  };
  const most = (3.57 * 1.4) / (2.41 * 0.6) + 1e-6;
  const check = (fact: string, least: number, greatest: number): void => {
    const [before, after] = values(fact) ?? [1, 1];
    expect(after).toBeGreaterThanOrEqual(before * least - 1e-6);
    expect(after).toBeLessThanOrEqual(before * greatest + 1e-6);
  };
  check(LOAD, 1 / most, 1);
  check('frame.fps', 1, most);
  check('frame.otherLoadPercent', 1, 1);
  const load = values(LOAD);
  const up = values('predicted.modelUpLoadPercent');
  if (load === null || up === null || !isPredicted) return;
  expect(load[0]).toBeGreaterThanOrEqual(up[1] * 0.85 - 1e-6);
  expect(load[0]).toBeLessThanOrEqual(up[1] * 1.15 + 1e-6);
}
