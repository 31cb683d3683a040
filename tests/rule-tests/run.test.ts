/** What a test means: series in, answers, inputs, and what is looked at. */
import { describe, expect, test } from 'vitest';
import { failuresOf, runOne, runText, STEP_DOWN } from './helpers.js';

/** A cap on the watts that follows a fact, and a step up that waits for nothing else. */
const CAP = `version: 1
rules:
  - id: cap
    when: { gpu.temperatureC: { above: 80 } }
    until: { gpu.temperatureC: { below: 70 } }
    then: [ { cap: { powerLimitW: 320 } } ]
    because: hot
`;

const UP = `version: 1
rules:
  - id: up
    when: { predicted.modelUpLoadPercent: { atMost: 85 } }
    every: 1s
    then: [ { step: { model: +1 } } ]
    because: room
`;

describe('time', () => {
  test('tick 0 is at 0 s, and an expectation looks after the tick at its time', async () => {
    expect(
      await failuresOf(`given: { gpu.temperatureC: "70x2 90x2" }
expect:
  - { at: 1s, rule: down, is: idle, knobs: { model: yolov8m } }
  - { at: 2s, rule: down, is: active, knobs: { model: yolov8s } }`),
    ).toEqual([]);
  });

  test('a test without a series lasts to the last moment that it names', async () => {
    const failures = await failuresOf(`given: { gpu.temperatureC: 90 }
inputs: [ { at: 4s, auto: false } ]
expect: [ { at: always, rule: down, is: idle } ]`);
    expect(failures).toEqual(['at 0s expected down to be idle, got active']);
  });

  test('four ticks without a reading make a fact unknown at 1 s, whatever tier the catalogue says', async () => {
    expect(
      await failuresOf(`given: { system.onBattery: "true _x4" }
expect:
  - { at: 0s..3s, facts: { system.onBattery: true } }
  - { at: 4s, facts: { system.onBattery: { known: false } } }`),
    ).toEqual([]);
  });

  test('a temperature held still for minutes is not taken for a frozen one', async () => {
    expect(
      await failuresOf(`given: { gpu.temperatureC: 60, gpu.powerW: "100x60 400x60" }
expect: [ { at: always, facts: { gpu.temperatureC: 60 } } ]`),
    ).toEqual([]);
  });
});

describe('facts', () => {
  test('that are given are not derived over, not even while they have no reading', async () => {
    expect(
      await failuresOf(`given: { level.targetFps: "50x2 _x5", gpu.thermalMarginC: "_", gpu.temperatureC: 60 }
expect:
  - { at: 0s..4s, facts: { level.targetFps: 50 } }
  - { at: 5s..6s, facts: { level.targetFps: { known: false } } }
  - { at: always, facts: { gpu.thermalMarginC: { known: false } } }`),
    ).toEqual([]);
  });

  test('that are not given are derived from those that are', async () => {
    expect(
      await failuresOf(`given: { gpu.temperatureC: 80, frame.loadPercent: 60, frame.otherLoadPercent: 20 }
expect:
  - at: 0s
    facts: { gpu.thermalMarginC: 3, level.goalFps: 60, state.model: yolov8m, limits.gpuThrottleC: 83 }
  - { at: 0s, facts: { predicted.modelUpLoadPercent: { above: 72.1, below: 72.2 } } }`),
    ).toEqual([]);
  });

  test('of the scene can be given as readings', async () => {
    expect(
      await failuresOf(
        `given: { predicted.modelUpLoadPercent: 50, scene.combatActive: "truex3 falsex3" }
expect:
  - { at: 0s..2s, knobs: { model: yolov8m }, waits: { model: scene } }
  - { at: 3s, knobs: { model: yolov8l } }`,
        UP,
      ),
    ).toEqual([]);
  });
});

describe('frames', () => {
  test('are new in every tick with a reading of them, as many as the rate gives: a step settles', async () => {
    expect(
      await failuresOf(
        `given: { predicted.modelUpLoadPercent: 50 }
expect:
  - { at: 0s, knobs: { model: yolov8l } }
  - { at: 1s, waits: { model: settling } }
  - { at: 2s, knobs: { model: yolov8x } }`,
        UP,
      ),
    ).toEqual([]);
  });

  test('that are few take longer to settle: 30 of them are needed', async () => {
    expect(
      await failuresOf(
        `given: { predicted.modelUpLoadPercent: 50, frame.fps: 10 }
expect:
  - { at: 1s..2s, knobs: { model: yolov8l }, waits: { model: settling } }
  - { at: 3s, knobs: { model: yolov8x } }`,
        UP,
      ),
    ).toEqual([]);
  });

  test('are none in a tick without a reading, though the last one is still known', async () => {
    expect(
      await failuresOf(
        `given: { predicted.modelUpLoadPercent: "50x2 _x2" }
expect:
  - { at: 1s..3s, knobs: { model: yolov8l }, waits: { model: settling } }`,
        UP,
      ),
    ).toEqual([]);
  });

  test('that nobody tells of settle nothing, and no relief comes without them', async () => {
    expect(
      await failuresOf(`given: { gpu.temperatureC: 90 }
expect:
  - { at: 0s, knobs: { model: yolov8s } }
  - { at: 2s..10s, knobs: { model: yolov8s }, waits: { model: settling } }`),
    ).toEqual([]);
  });
});

describe('a change', () => {
  test('is applied at the next tick', async () => {
    expect(
      await failuresOf(`given: { gpu.temperatureC: 90 }
expect:
  - { at: 0s, knobs: { model: yolov8s }, facts: { state.model: yolov8m } }
  - { at: 1s, facts: { state.model: yolov8s } }`),
    ).toEqual([]);
  });

  test('that is refused leaves what was in force', async () => {
    expect(
      await failuresOf(`given: { gpu.temperatureC: "90 70x2" }
applied: { 1s: { model: refused } }
expect:
  - { at: 0s, knobs: { model: yolov8s } }
  - { at: 1s..2s, knobs: { model: yolov8m }, facts: { state.model: yolov8m } }`),
    ).toEqual([]);
  });

  test('whose answer is late is under way until the next one the test names', async () => {
    expect(
      await failuresOf(`given: { gpu.temperatureC: "90 70x5" }
applied: { 1s: { model: late }, 4s: { model: applied } }
expect:
  - { at: 1s..3s, facts: { state.model: yolov8m } }
  - { at: 4s..5s, facts: { state.model: yolov8s } }`),
    ).toEqual([]);
  });

  test('may come to another value than was asked for', async () => {
    expect(
      await failuresOf(
        `given: { gpu.temperatureC: "90x3" }
applied: { 1s: { powerLimitW: 330 } }
expect:
  - { at: 0s, knobs: { powerLimitW: 320 } }
  - { at: 1s..2s, facts: { state.powerLimitW: 330 } }`,
        CAP,
      ),
    ).toEqual([]);
  });

  test('that was not made cannot be answered', async () => {
    expect(
      await failuresOf(`given: { gpu.temperatureC: 70 }
applied: { 2s: { model: refused } }
expect: [ { at: 3s, rule: down, is: idle } ]`),
    ).toEqual(['at 2s an answer for model arrives, but no change of model was under way']);
  });
});

describe('inputs', () => {
  test('are a person’s: a value for a time, its release, a level, and no automatic changes', async () => {
    expect(
      await failuresOf(`given: { gpu.temperatureC: "70x9 90x2" }
inputs:
  - { at: 1s, override: { resolution: 512 }, for: 2s }
  - { at: 5s, override: { resolution: 416 } }
  - { at: 6s, release: resolution }
  - { at: 7s, level: maximum }
  - { at: 8s, auto: false }
expect:
  - { at: 1s..2s, knobs: { resolution: 512 }, winner: { resolution: override } }
  - { at: 5s, knobs: { resolution: 416 } }
  - { at: 7s, knobs: { level: maximum } }
  - { at: 9s..10s, rule: down, is: active, knobs: { model: yolov8m } }`),
    ).toEqual([]);
  });

  test('are bots that leave, and others that come and offer less', async () => {
    expect(
      await failuresOf(`given: { gpu.temperatureC: "70x4 90x2" }
inputs:
  - { at: 1s, bye: true }
  - { at: 3s, hello: { models: [ yolov8s, yolov8x ], maxFps: 30, start: { model: yolov8x } } }
expect:
  - { at: 0s, knobs: { model: yolov8m } }
  - { at: 1s..2s, knobs: { model: { known: false } }, facts: { bot.connected: false } }
  - { at: 3s, knobs: { model: yolov8x }, facts: { level.goalFps: 30 } }
  - { at: 4s, knobs: { model: yolov8s } }`),
    ).toEqual([]);
  });
});

describe('mode, level, start and ledger', () => {
  test('are those of the test', async () => {
    expect(
      await failuresOf(`level: maximum
mode: recommend
start: { model: yolov8x }
given: { gpu.temperatureC: 90 }
expect:
  - { at: 0s, knobs: { model: yolov8x, level: maximum } }
  - { at: 0s, wouldBe: { model: yolov8l } }`),
    ).toEqual([]);
  });

  test('of the file hold for every test that says nothing else', async () => {
    const { cases, problems } = await runText(
      `rules: [ own.yaml ]
profile: rtx-4090
level: aggressive
start: { model: yolov8x }
defaults: { gpu.temperatureC: 70 }
tests:
  - { name: of the file, expect: [ { at: 0s, knobs: { level: aggressive, model: yolov8x } } ] }
  - name: of the test
    level: maximum
    start: { model: yolov8n }
    given: { gpu.temperatureC: "71x2" }
    expect: [ { at: 1s, knobs: { level: maximum, model: yolov8n }, facts: { gpu.temperatureC: 71 } } ]
`,
      { 'own.yaml': STEP_DOWN },
    );
    expect(problems).toEqual([]);
    expect(cases.map(({ ok }) => ok)).toEqual([true, true]);
  });

  test('without the ledger nothing is graded, with it a change that does no good is taken back', async () => {
    const body = (ledger: boolean): string =>
      `ledger: ${ledger}
given: { gpu.temperatureC: "90 70x12", inference.totalMs: 8, frame.loadPercent: 90, frame.otherLoadPercent: 30 }
expect: [ { at: always, grades: { model: { known: false } } } ]`.replace('{ known: false }', 'noEffect');
    const without = await failuresOf(body(false));
    const withIt = (await runOne(body(true))).failures;
    expect(without).toEqual(['at 0s expected the grade of model to be noEffect, got nothing']);
    expect(withIt).toHaveLength(1);
    const graded = await failuresOf(
      body(true)
        .replace('always', '5s')
        .replace('grades: { model: noEffect }', 'knobs: { model: yolov8m }, changes: { model: 2 }'),
    );
    expect(graded).toEqual([]);
  });
});

describe('the book under test', () => {
  test('has no rule that is not listed, and the shipped levels and weights all the same', async () => {
    const { problems } = await runText(
      `rules: [ own.yaml ]
tests:
  - name: none
    expect: [ { at: 0s, rule: skip-more, is: idle }, { at: 0s, facts: { level.targetFps: 60 }, weights: { combatActive: 2 } } ]
`,
      { 'own.yaml': STEP_DOWN },
    );
    expect(problems.map(({ message }) => message)).toEqual([
      'no rule of the book under test has the id "skip-more"',
    ]);
  });

  test('is laid in the order of the list: an overlay of one’s own over a shipped file', async () => {
    const overlay = 'version: 1\ntune: { cool-down: { for: 5s } }\nlevels: { balanced: { targetFps: 45 } }\n';
    const { cases, problems } = await runText(
      `rules: [ shipped:thermal.yaml, own.yaml ]
tests:
  - name: tuned
    given: { gpu.thermalMarginC: "3x7" }
    expect:
      - { at: 4s, rule: cool-down, is: pending }
      - { at: 5s, rule: cool-down, is: active, facts: { level.targetFps: 45 } }
`,
      { 'own.yaml': overlay },
    );
    expect(problems).toEqual([]);
    expect(cases.map(({ ok }) => ok)).toEqual([true]);
  });

  test('lets a later file of the list replace a rule of an earlier one', async () => {
    const { cases, problems } = await runText(
      `rules: [ first.yaml, second.yaml ]
tests: [ { name: later, given: { gpu.temperatureC: 85 }, expect: [ { at: 1s, rule: down, is: idle } ] } ]
`,
      { 'first.yaml': STEP_DOWN, 'second.yaml': STEP_DOWN.replace('80', '90') },
    );
    expect(problems).toEqual([]);
    expect(cases.map(({ ok }) => ok)).toEqual([true]);
  });

  test('may be all of the shipped one with one’s own over it', async () => {
    const { cases, problems } = await runText(
      `rules: [ shipped, own.yaml ]
tests:
  - name: whole
    given: { gpu.temperatureC: 95 }
    expect:
      - { at: 3s, rule: thermal-emergency, is: active }
      - { at: 3s, rule: down, is: active }
      - { at: 3s, rule: skip-more, is: idle }
`,
      { 'own.yaml': STEP_DOWN },
    );
    expect(problems).toEqual([]);
    expect(cases.map(({ ok }) => ok)).toEqual([true]);
  });
});

describe('a failure', () => {
  test('tells the first tick of a span at which it did not hold, what was expected and what was', async () => {
    const { failures } = await runOne(`given: { gpu.temperatureC: "70x3 90x3" }
expect:
  - { at: always, rule: down, is: idle }
  - { at: 5s, knobs: { model: yolov8m, powerLimitW: { below: 450, atLeast: 320 } } }
  - { at: 5s, facts: { gpu.powerW: 3 }, winner: { model: base }, changes: { model: { atMost: 0 } } }`);
    expect(failures.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([
      '7:35 at 3s expected down to be idle, got active',
      '8:28 at 5s expected model to be yolov8m, got yolov8s',
      '8:44 at 5s expected powerLimitW to be at least 320, below 450, got 450',
      '9:55 at 5s expected the winner of model to be base, got down',
      '9:81 at 5s expected the changes of model to be at most 0, got 1',
      '9:28 at 5s expected gpu.powerW to be 3, got unknown',
    ]);
  });

  test('shows the ticks around it, the expected beside the actual, with the facts behind it', async () => {
    const { timeline } = await runOne(`given: { gpu.temperatureC: "70x10 90x10", gpu.powerW: 100 }
expect:
  - { at: 2s, rule: down, is: idle }
  - { at: 9s..10s, rule: down, is: idle }`);
    expect(timeline?.columns).toEqual([
      { title: 'gpu.temperatureC', isGiven: true },
      { title: 'down', isGiven: false },
    ]);
    expect(timeline?.rows.map(({ atMs }) => atMs / 1000)).toEqual([7, 8, 9, 10, 11, 12, 13]);
    expect(timeline?.rows[3]?.cells).toEqual([
      { actual: '90', expected: null, ok: true },
      { actual: 'active', expected: 'idle', ok: false },
    ]);
    expect(timeline?.rows[2]?.cells[1]).toEqual({ actual: 'idle', expected: 'idle', ok: true });
    expect(timeline?.rows[4]?.cells[1]).toEqual({ actual: 'active', expected: null, ok: true });
  });
});
