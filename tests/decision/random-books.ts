/** Books of random rules over facts that tests give, and what their bot and card offer. */
import fc from 'fast-check';
import { defaultBlind } from '../../src/rules/actions.js';
import type { Readings } from '../../src/shapes/reading.js';
import type { Action, Book, Condition, Rule } from '../../src/shapes/rule.js';
import type { HelloEvent, TickEvent } from '../../src/shapes/sample.js';
import { hello, measured } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';
import { ruleOf } from '../rules/helpers.js';

export const RTX = shippedProfile('rtx-4090');
const SHIPPED = shippedBook(RTX);

/** Facts that the rules look at, each with the values it is given. */
export const GIVEN = {
  'gpu.powerW': [100, 250, 400],
  'gpu.utilizationPercent': [20, 60, 99],
  'gpu.thermalMarginC': [-2, 8, 30],
  'system.memoryPercent': [30, 70, 95],
  'system.cpuPercent': [10, 50, 99],
} as const;
export type GivenFact = keyof typeof GIVEN;
export const GIVEN_FACTS = Object.keys(GIVEN) as GivenFact[];

export const MODELS = ['yolov8n', 'yolov8s', 'yolov8m', 'yolov8l', 'yolov8x'];
export const SIZES = [416, 512, 640, 768, 896];

/** A value of each fact. */
export const givens: fc.Arbitrary<Record<GivenFact, number>> = fc.record({
  'gpu.powerW': fc.constantFrom(...GIVEN['gpu.powerW']),
  'gpu.utilizationPercent': fc.constantFrom(...GIVEN['gpu.utilizationPercent']),
  'gpu.thermalMarginC': fc.constantFrom(...GIVEN['gpu.thermalMarginC']),
  'system.memoryPercent': fc.constantFrom(...GIVEN['system.memoryPercent']),
  'system.cpuPercent': fc.constantFrom(...GIVEN['system.cpuPercent']),
});

export function readingsOf(given: Partial<Record<GivenFact, number>>): Readings {
  return Object.fromEntries(Object.entries(given).map(([fact, value]) => [fact, measured(value)]));
}

const leaf: fc.Arbitrary<Condition> = fc.constantFrom(...GIVEN_FACTS).chain((fact) =>
  fc.record({
    op: fc.constantFrom('above' as const, 'atLeast' as const, 'below' as const, 'atMost' as const),
    fact: fc.constant(fact),
    right: fc.constantFrom(...GIVEN[fact]).map((literal) => ({ literal })),
  }),
);

/** Conditions without `known`: a rule that tests it may act on what is unknown. */
const condition: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2, depthSize: 'small' },
    leaf,
    fc.record({
      op: fc.constantFrom('all' as const, 'any' as const),
      children: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('not' as const), child: tie('tree') }),
  ),
})).tree;

const KNOB_VALUES: Record<string, readonly (string | number)[]> = {
  model: MODELS,
  resolution: [...SIZES, 600],
  frameSkip: [0, 0.2, 0.5, 0.8, 1],
  streams: [1, 2, 4, 9],
  batchSize: [1, 4, 16],
  captureFps: [5, 30, 60, 500],
  powerLimitW: [50, 200, 300, 400, 700],
};
const KNOB_NAMES = Object.keys(KNOB_VALUES);

const action: fc.Arbitrary<Action> = fc.constantFrom(...KNOB_NAMES).chain((knob) => {
  const value = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...(KNOB_VALUES[knob] ?? [])).map((literal) => ({ literal })) },
    {
      weight: knob === 'model' ? 0 : 1,
      arbitrary: fc.constantFrom(...GIVEN_FACTS).map((fact) => ({ fact, times: 1, plus: 0 })),
    },
  );
  const isFit = knob === 'model' || knob === 'resolution';
  return fc.oneof(
    fc.record({
      kind: fc.constantFrom('cap' as const, 'floor' as const, 'set' as const),
      knob: fc.constant(knob),
      value,
    }),
    fc.record({
      kind: fc.constant('step' as const),
      knob: fc.constant(knob),
      by: fc.constantFrom<number | 'fit'>(-2, -1, 1, 2, ...(isFit ? ['fit' as const] : [])),
    }),
    fc.record({
      kind: fc.constant('hold' as const),
      knob: fc.constant(knob),
      way: fc.constantFrom('up' as const, 'down' as const),
    }),
  );
});

const rule: fc.Arbitrary<Partial<Rule> & { when: Condition }> = fc.record({
  when: condition,
  until: fc.option(condition, { nil: null }),
  forMs: fc.constantFrom(0, 1_000, 3_000),
  everyMs: fc.constantFrom(null, 1_000, 5_000),
  cooldownMs: fc.constantFrom(0, 2_000),
  priority: fc.constantFrom(100, 200, 900),
  actions: fc.array(action, { minLength: 1, maxLength: 2 }),
});

/** Books of one to six rules, each with the `blind` that it has when it says none. */
export const books: fc.Arbitrary<Book> = fc.array(rule, { minLength: 1, maxLength: 6 }).map((rules) => ({
  ...SHIPPED,
  rules: rules.map((parts, i) =>
    ruleOf({ ...parts, id: `rule-${i}`, hash: `hash-${i}`, blind: defaultBlind(parts.actions ?? []) }),
  ),
}));

/** Grids of models and sizes with holes; every model has at least one size. */
export const grids: fc.Arbitrary<HelloEvent['models']> = fc.tuple(
  ...MODELS.map((name) => fc.subarray(SIZES, { minLength: 1 }).map((sizes) => ({ name, sizes }))),
);

/** A bot that offers every knob, starting with a pair that its grid has. */
export function helloOf(models: HelloEvent['models']): HelloEvent {
  const [first] = models;
  return hello({
    models,
    knobs: {
      model: { values: MODELS, value: first?.name ?? 'yolov8n' },
      resolution: { values: SIZES, value: first?.sizes?.[0] ?? 640 },
      frameSkip: { range: [0, 0.8], value: 0.2 },
      streams: { range: [1, 4], value: 2 },
      batchSize: { range: [1, 8], value: 2 },
      captureFps: { range: [10, 120], value: 60 },
    },
  });
}

/** A card that accepts less and more than the profile's policy. */
export const DEVICE: TickEvent = {
  kind: 'device',
  knob: 'powerLimitW',
  offer: { range: [150, 600], value: 400 },
};
