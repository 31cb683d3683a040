import { describe, expect, test } from 'vitest';
import { mistakesOf, runText, STEP_DOWN } from './helpers.js';

/** A right file with one line in place of another. */
function fileWith(
  lines: Partial<Record<'rules' | 'profile' | 'top' | 'given' | 'more' | 'expect', string>>,
): string {
  return [
    lines.rules ?? 'rules: [ shipped:thermal.yaml, own.yaml ]',
    lines.profile ?? 'profile: rtx-4090',
    lines.top ?? 'interval: 1s',
    'tests:',
    '  - name: one',
    `    given: ${lines.given ?? '{ gpu.temperatureC: "70x5" }'}`,
    `    ${lines.more ?? 'level: balanced'}`,
    `    expect: [ ${lines.expect ?? '{ at: 3s, rule: down, is: idle }'} ]`,
    '',
  ].join('\n');
}
const own = { 'own.yaml': STEP_DOWN };

test('the file that the others are made from is right', async () => {
  expect(await mistakesOf(fileWith({}), own)).toEqual([]);
});

describe('is told with its place and what was expected:', () => {
  test.each<[string, Parameters<typeof fileWith>[0], string]>([
    [
      'a rule file that is not there',
      { rules: 'rules: [ onw.yaml ]' },
      '1:10 no rule file is at own/onw.yaml, did you mean "own.yaml"?; expected a path from the folder of this file',
    ],
    [
      'a shipped file without the word',
      { rules: 'rules: [ own.yaml, power.yaml ]' },
      '1:20 no rule file is at own/power.yaml, did you mean "shipped:power.yaml"?; expected a path from the folder of this file',
    ],
    [
      'a shipped file that is not there',
      { rules: 'rules: [ own.yaml, shipped:termal.yaml ]' },
      '1:20 the shipped book has no file "termal.yaml", did you mean "thermal.yaml"?; expected one of failsafe.yaml, frames.yaml, levels.yaml, power.yaml, quality.yaml, thermal.yaml',
    ],
    [
      'a profile',
      { profile: 'profile: rtx-4080' },
      '2:10 no profile is named "rtx-4080", did you mean "rtx-4090"?; expected one of cpu, generic-nvidia, rtx-4090',
    ],
    [
      'a fact',
      { given: '{ gpu.temperaturC: "70x5" }' },
      '6:14 no fact is named "gpu.temperaturC", did you mean "gpu.temperatureC"?; expected a fact of the catalogue',
    ],
    [
      'a token in the middle of a series',
      { given: '{ gpu.temperatureC: "70x4 hot" }' },
      '6:38 "gpu.temperatureC" is never "hot"; expected a number',
    ],
    [
      'a token of a plain series',
      { given: '{ gpu.temperatureC: 70x4 7..8 }' },
      '6:37 "7..8" does not say how many samples it has; expected such as 7..8x10',
    ],
    [
      'a series that ends before the test',
      { given: '{ gpu.temperatureC: "70x5", gpu.powerW: "200x3" }' },
      '6:52 the series of "gpu.powerW" has 3 samples, the test "one" lasts 5 (to 4s); expected 5 samples; _x2 adds ticks without a reading',
    ],
    [
      'a time beyond the test',
      { expect: '{ at: 5s, rule: down, is: idle }' },
      '8:21 5s is beyond the test, its last tick is at 4s; expected an earlier time, or a longer series',
    ],
    [
      'a time between two ticks',
      { expect: '{ at: 1.5s, rule: down, is: idle }' },
      '8:21 no tick is at 1.5s, they are 1s apart; expected 1s or 2s',
    ],
    [
      'a span that runs backwards',
      { expect: '{ at: 3s..1s, rule: down, is: idle }' },
      '8:21 the span 3s..1s ends before it begins; expected the earlier time first',
    ],
    [
      'a rule',
      { expect: '{ at: 3s, rule: donw, is: idle }' },
      '8:31 no rule of the book under test has the id "donw", did you mean "down"?; expected the id of a rule in a file listed under rules',
    ],
    [
      'a knob',
      { expect: '{ at: 3s, knobs: { modle: yolov8n } }' },
      '8:34 no knob is named "modle", did you mean "model"?; expected one of model, resolution, powerLimitW, graphicsClockMaxMhz, streams, batchSize, frameSkip, captureFps, level',
    ],
    [
      'a knob that the profile does not offer',
      { expect: '{ at: 3s, knobs: { cpuThreads: 2 } }' },
      '8:34 the profile rtx-4090 does not offer the knob "cpuThreads"; expected one of model, resolution, powerLimitW, graphicsClockMaxMhz, streams, batchSize, frameSkip, captureFps, level',
    ],
    [
      'a reason',
      { expect: '{ at: 3s, waits: { model: hold } }' },
      '8:41 no reason is named "hold", did you mean "held"?; expected one of ',
    ],
    [
      'a scene flag',
      { expect: '{ at: 3s, weights: { combat: 2 } }' },
      '8:36 no scene flag is named "combat"; expected one of motionDetected, newObjects, uiChanges, combatActive, criticalEvent',
    ],
    [
      'an expectation of nothing',
      { expect: '{ at: 3s, rule: down }' },
      '8:15 nothing is expected at this time; expected is, isNot or blind of a rule, knobs, facts, winner, waits, changes, wouldBe, weights or grades',
    ],
    [
      'a start value',
      { more: 'start: { powerLimitW: 100 }' },
      '7:27 100 is no value of powerLimitW with the profile rtx-4090; expected a number from 150 to 450',
    ],
    [
      'a start value of a ladder',
      { more: 'start: { model: yolov8 }' },
      '7:21 "yolov8" is no value of model with the profile rtx-4090, did you mean "yolov8n"?; expected one of yolov8n, yolov8s, yolov8m, yolov8l, yolov8x',
    ],
    [
      'a level',
      { more: 'level: agressive' },
      '7:12 no level is named "agressive", did you mean "aggressive"?; expected one of conservative, balanced, aggressive, maximum',
    ],
    [
      'an answer',
      { more: 'applied: { 2s: { model: refuse } }' },
      '7:29 "refuse" is no answer for model; expected applied, refused, late, or the value that is in force then',
    ],
    [
      'two inputs in one',
      { more: 'inputs: [ { at: 1s, level: maximum, auto: false } ]' },
      '7:15 level and auto arrive in one input; expected exactly one of override, release, level, preset, auto, hello, bye',
    ],
    [
      'a preset',
      { more: 'inputs: [ { at: 1s, preset: performence } ]' },
      '7:33 no preset is named "performence", did you mean "performance"?; expected one of batterySaver, balanced, performance, maximum',
    ],
    [
      'a key',
      { more: 'appplied: {}' },
      '7:5 unknown key "appplied", did you mean "applied"?; expected one of name, level, mode, start, ledger, given, applied, inputs, expect',
    ],
  ])('%s', async (_, lines, message) => {
    const mistakes = await mistakesOf(fileWith(lines), own);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]?.slice(0, message.length)).toBe(message);
  });
});

test('all mistakes of a file are told at once, whatever the schema has against it', async () => {
  const mistakes = await mistakesOf(
    fileWith({
      profile: 'profile: rtx-4080',
      given: '{ gpu.temperaturC: "70x5" }',
      more: 'startt: {}',
      expect:
        '{ at: 3s, rule: down, is: activ, knobs: { modle: 1 } }, { at: 3 }, { at: 9s, rule: down, is: idle }',
    }),
    own,
  );
  expect(mistakes.map((mistake) => mistake.replace(/[;,] .*/, ''))).toEqual([
    '2:10 no profile is named "rtx-4080"',
    '6:14 no fact is named "gpu.temperaturC"',
    '7:5 unknown key "startt"',
    '8:41 "activ" is not known here',
    '8:57 no knob is named "modle"',
    '8:77 3 is of the wrong type',
    '8:88 9s is beyond the test',
  ]);
});

test('mistakes of the rules that a file lists are told in the rule file, and the tests of others still run', async () => {
  const { ok, problems, cases } = await runText(fileWith({}), {
    'own.yaml': STEP_DOWN.replace('above', 'abvoe'),
  });
  expect(ok).toBe(false);
  expect(cases).toEqual([]);
  expect(problems.map(({ path, line }) => `${path}:${line}`)).toContain('own/own.yaml:4');
});

test('what is not YAML, or nothing of a test, is told and never thrown', async () => {
  for (const text of ['', '[]', 'a: [', 'rules: 1\ntests: 2', 'rules: []\ntests: [ null, 1 ]', '- &a *a']) {
    expect(await mistakesOf(text)).not.toEqual([]);
  }
});
