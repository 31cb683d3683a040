import { expect, test } from 'vitest';
import type { RuleCoverage } from '../../src/rule-tests/index.js';
import { runText } from './helpers.js';

const RULES = `version: 1
conditions:
  busy: { scene.combatActive: { is: true } }
rules:
  - id: cap
    when:
      any:
        - { gpu.temperatureC: { above: 80 } }
        - { not: { ref: busy } }
    until: { gpu.temperatureC: { below: { fact: limits.gpuTemperatureC, plus: -10 } } }
    then:
      - cap: { powerLimitW: 320 }
      - hold: [ model.up ]
    because: hot
  - id: up
    when: { predicted.modelUpLoadPercent: { atMost: 85 }, frame.fps: { known: true } }
    every: 5s
    then: [ { step: { model: +1 } }, { alert: { severity: info, title: up } } ]
    because: room
`;

async function coverageOf(tests: string): Promise<RuleCoverage[]> {
  const { problems, coverage } = await runText(`rules: [ own.yaml ]\nprofile: rtx-4090\ntests:\n${tests}\n`, {
    'own.yaml': RULES,
  });
  expect(problems).toEqual([]);
  return coverage;
}

function seen(coverage: readonly RuleCoverage[], id: string): string[] {
  const rule = coverage.find((one) => one.id === id);
  return (rule?.branches ?? []).filter((branch) => branch.seen).map(({ what }) => what);
}

test('every rule is told with the branches that a test could exercise, and where they stand', async () => {
  const [cap, up] = await coverageOf('  - { name: a, expect: [ { at: 0s, rule: up, is: idle } ] }');
  expect(cap).toMatchObject({ id: 'cap', file: 'own/own.yaml', line: 5, activated: 0, ended: 0 });
  expect(cap?.branches.map(({ what, line }) => `${line} ${what}`)).toEqual([
    '5 active',
    '5 ended by until',
    '5 held while blind',
    '8 true: when gpu.temperatureC above 80',
    '8 false: when gpu.temperatureC above 80',
    '8 unknown: when gpu.temperatureC above 80',
    '9 true: when ref busy',
    '9 false: when ref busy',
    '9 unknown: when ref busy',
    '10 true: until gpu.temperatureC below limits.gpuTemperatureC − 10',
    '10 false: until gpu.temperatureC below limits.gpuTemperatureC − 10',
    '10 unknown: until gpu.temperatureC below limits.gpuTemperatureC − 10',
    '5 binding: cap powerLimitW 320',
    '5 holding anything back: hold model.up',
  ]);
  expect(up?.branches.map(({ what }) => what)).toEqual([
    'active',
    'ended because when was false',
    'released while blind',
    'true: when predicted.modelUpLoadPercent atMost 85',
    'false: when predicted.modelUpLoadPercent atMost 85',
    'unknown: when predicted.modelUpLoadPercent atMost 85',
    'true: when frame.fps known true',
    'false: when frame.fps known true',
    'taken: step model +1',
    'told: alert "up"',
  ]);
});

test('what is looked at is seen: until while the rule is active, when while it is not', async () => {
  const coverage = await coverageOf(`  - name: a
    given: { gpu.temperatureC: "70x2 90x2 60x2", scene.combatActive: true }
    expect: [ { at: 3s, rule: cap, is: active } ]`);
  expect(coverage[0]).toMatchObject({ activated: 1, ended: 1 });
  expect(seen(coverage, 'cap')).toEqual([
    'active',
    'ended by until',
    'true: when gpu.temperatureC above 80',
    'false: when gpu.temperatureC above 80',
    'true: when ref busy',
    'true: until gpu.temperatureC below limits.gpuTemperatureC − 10',
    'false: until gpu.temperatureC below limits.gpuTemperatureC − 10',
    'binding: cap powerLimitW 320',
  ]);
});

test('a hold counts when it held something back, a cap when it bound, an end when it was no blind one', async () => {
  const coverage = await coverageOf(`  - name: a
    given: { gpu.temperatureC: "90x6 _x6", predicted.modelUpLoadPercent: "50x4 _x8", frame.fps: 60 }
    start: { powerLimitW: 300 }
    expect: [ { at: 3s, rule: cap, is: active } ]`);
  expect(seen(coverage, 'cap')).toEqual([
    'active',
    'held while blind',
    'true: when gpu.temperatureC above 80',
    'unknown: when ref busy',
    'false: until gpu.temperatureC below limits.gpuTemperatureC − 10',
    'unknown: until gpu.temperatureC below limits.gpuTemperatureC − 10',
    'holding anything back: hold model.up',
  ]);
  expect(seen(coverage, 'up')).toEqual([
    'active',
    'released while blind',
    'true: when predicted.modelUpLoadPercent atMost 85',
    'unknown: when predicted.modelUpLoadPercent atMost 85',
    'true: when frame.fps known true',
    'told: alert "up"',
  ]);
});

test('of two rules that hold the same, only the one that something ran into has held it', async () => {
  const second = RULES.slice(RULES.indexOf('  - id: cap'), RULES.indexOf('  - id: up')).replace(
    'cap',
    'also',
  );
  const { coverage } = await runText(
    `rules: [ own.yaml ]
profile: rtx-4090
tests:
  - name: a
    given: { gpu.temperatureC: 90, predicted.modelUpLoadPercent: 50, frame.fps: 60 }
    expect: [ { at: 3s, rule: cap, is: active }, { at: 3s, rule: also, is: active } ]
`,
    { 'own.yaml': RULES + second },
  );
  const holders = ['cap', 'also'].filter((id) =>
    seen(coverage, id).includes('holding anything back: hold model.up'),
  );
  expect(holders).toHaveLength(1);
});

test('several tests together cover what none of them does alone', async () => {
  const one = `  - name: a
    given: { predicted.modelUpLoadPercent: 50, frame.fps: 60 }
    expect: [ { at: 3s, rule: up, is: active } ]`;
  const other = `  - name: b
    given: { predicted.modelUpLoadPercent: 90, frame.fps: "_" }
    expect: [ { at: 3s, rule: up, is: idle } ]`;
  const together = seen(await coverageOf(`${one}\n${other}`), 'up');
  expect(together).toEqual(expect.arrayContaining(seen(await coverageOf(one), 'up')));
  expect(together).toEqual(expect.arrayContaining(seen(await coverageOf(other), 'up')));
  expect(together).toHaveLength(7);
});
