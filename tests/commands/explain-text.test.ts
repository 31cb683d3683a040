import { expect, test } from 'vitest';
import { explanationText, headText } from '../../src/commands/explain-text.js';
import type { ExplainNode, Explanation } from '../../src/shapes/port.js';

const leaf = (node: Partial<ExplainNode>): ExplainNode => ({
  op: 'atMost',
  fact: 'frame.loadPercent',
  unit: '%',
  value: 71.349,
  threshold: 85,
  margin: 13.651,
  quality: 'derived',
  ageMs: 0,
  truth: 'true',
  children: [],
  ...node,
});

const pending: Explanation = {
  rule: 'model-up',
  at: 12.5,
  time: '2026-01-31T21:14:03.250Z',
  state: 'pending',
  progress: { elapsedMs: 3_200, ofMs: 5_000 },
  blind: false,
  mode: 'enforce',
  file: 'rules/quality.yaml',
  line: 46,
  overrides: [],
  because: null,
  tree: leaf({}),
  until: null,
  effects: [],
  holds: [],
  waits: ['pending 3.2 of 5 s', 'backed off for 7 s more'],
  outrankedBy: null,
  grades: [],
};

test('a rule is told with its state, its progress, its place and its conditions', () => {
  expect(explanationText(pending, false)).toBe(`\
model-up is pending, 3.2 of 5 s (rules/quality.yaml:46)
  when         ✓ frame.loadPercent  71.35 %  at most 85 %  13.65 % to spare  0 s old
  waits        backed off for 7 s more
`);
  expect(headText(pending)).toBe('At 12.5 s (2026-01-31T21:14:03.250Z), the rules nearest to firing first:');
});

test('conditions stand in columns, with what is met, what fails by how much, and why something is unknown', () => {
  const tree: ExplainNode = {
    op: 'any',
    truth: 'unknown',
    children: [
      leaf({ margin: -16.34, truth: 'false', value: 101.34 }),
      {
        op: 'not',
        truth: 'true',
        children: [
          leaf({
            op: 'above',
            fact: 'gpu.powerW',
            unit: 'W',
            value: 90,
            threshold: 320,
            margin: -230,
            truth: 'false',
          }),
        ],
      },
      leaf({
        op: 'between',
        fact: 'gpu.temperatureC',
        unit: '°C',
        value: 83,
        threshold: [60, 80],
        margin: -3,
        truth: 'false',
        ageMs: 1_234,
      }),
      leaf({
        fact: 'frame.totalMs',
        unit: 'ms',
        value: null,
        margin: null,
        why: 'no frame for 2 s',
        truth: 'unknown',
        thresholdFact: 'level.goalFps',
      }),
      {
        op: 'is',
        fact: 'scene.combatActive',
        value: true,
        threshold: false,
        margin: null,
        ageMs: 0,
        truth: 'false',
        children: [],
      },
      {
        op: 'known',
        fact: 'gpu.hotSpotC',
        unit: '°C',
        value: null,
        threshold: false,
        margin: null,
        ageMs: null,
        why: 'no such sensor',
        truth: 'true',
        children: [],
      },
      {
        op: 'oneOf',
        fact: 'state.bottleneck',
        value: 'gpu',
        threshold: ['cpu', 'ocr'],
        margin: null,
        ageMs: 0,
        truth: 'false',
        children: [],
      },
    ],
  };
  const until = leaf({ op: 'atLeast', value: 90, threshold: 100, margin: -10, truth: 'false' });
  expect(
    explanationText(
      { ...pending, state: 'idle', progress: null, blind: true, waits: [], tree, until },
      false,
    ),
  ).toBe(`\
model-up is idle, blind (rules/quality.yaml:46)
  when         ? any of
                 ✗ frame.loadPercent   101.34 %  at most 85 %                   16.34 % too much  0 s old
                 ✓ not
                   ✗ gpu.powerW        90 W      above 320 W                    230 W short       0 s old
                 ✗ gpu.temperatureC    83 °C     from 60 to 80 °C               3 °C outside      1.2 s old
                 ? frame.totalMs       unknown   at most 85 ms (level.goalFps)                    no frame for 2 s
                 ✗ scene.combatActive  true      is false                                         0 s old
                 ✓ gpu.hotSpotC        unknown   is not known                                     no such sensor
                 ✗ state.bottleneck    gpu       one of cpu, ocr                                  0 s old
  until        ✗ frame.loadPercent     90 %      at least 100 %                 10 % short        0 s old
`);
});

test('an active rule says why, what it does, who stands in its way, who laid what over it, and its grades', () => {
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
  const text = explanationText(
    {
      ...pending,
      state: 'active',
      progress: null,
      because: 'there is room',
      overrides: [{ file: 'my/a.yaml', over: 'rules/quality.yaml' }],
      effects: [{ knob: 'model', value: 'yolov8s', reason: 'position' }],
      holds: ['resolution.up', 'model.up'],
      waits: ['model +1: held by cool-down'],
      outrankedBy: 'cool-down',
      grades: [{ knob: 'model', from: 'n', to: 's', by: 'model-up', decidedAtMs: 1, grade }],
    },
    false,
  );
  expect(text.split('\n').filter((line) => !line.includes('when'))).toEqual([
    'model-up is active (rules/quality.yaml:46)',
    '  laid over    my/a.yaml over rules/quality.yaml',
    '  because      there is room',
    '  acts         model yolov8s (position)',
    '  holds        resolution.up, model.up',
    '  waits        model +1: held by cool-down',
    '  outranked by cool-down',
    '  graded       model n → s by model-up helped: inference.totalMs 0.58 of before, expected 0.43; it stands',
    '',
  ]);
});

test('colour comes only when asked, and does not move the columns', () => {
  const coloured = explanationText(pending, true);
  expect(coloured).toContain('\x1b[');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours.
  expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(explanationText(pending, false));
});
