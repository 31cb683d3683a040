import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMITED_BY } from '../../../src/facts/catalogue.js';
import { factsOf } from '../../../src/rules/conditions.js';
import { byName } from '../../../src/rules/logic/atoms.js';
import { Budget } from '../../../src/rules/logic/budget.js';
import type { Answer } from '../../../src/rules/logic/clause.js';
import { formulaOf } from '../../../src/rules/logic/formula.js';
import { type Fraction, fractionOf } from '../../../src/rules/logic/fraction.js';
import type { Inequality } from '../../../src/rules/logic/inequality.js';
import { solveLinear } from '../../../src/rules/logic/linear.js';
import { solve } from '../../../src/rules/logic/solve.js';
import type { FactValue } from '../../../src/shapes/reading.js';
import { type Condition, ORDER_OPERATORS } from '../../../src/shapes/rule.js';
import { conditionOf, truthAt } from './helpers.js';

function answerTo(text: string, wanted = true): Answer {
  return solve(formulaOf(conditionOf(text), wanted, byName), new Budget());
}

describe('a condition that cannot be true', () => {
  test.each([
    ['of two ends that do not meet', '{ gpu.powerW: { above: 300, below: 200 } }'],
    ['of ends that meet in a point that one leaves out', '{ gpu.powerW: { above: 300, atMost: 300 } }'],
    ['above the range of its fact', '{ gpu.fanPercent: { above: 100 } }'],
    ['below the range of its fact', '{ gpu.fanPercent: { below: 0 } }'],
    ['of a number and the same number', '{ gpu.powerW: { is: 300, isNot: 300 } }'],
    [
      'of a number that is not one of those it may be',
      '{ gpu.powerW: { oneOf: [ 1, 2 ], noneOf: [ 2, 1 ] } }',
    ],
    [
      'of a word outside its closed list',
      '{ gpu.limitedBy: { noneOf: [ thermal, hardware, power, other, none ] } }',
    ],
    ['of two words', '{ state.model: { is: yolov8n }, not: { state.model: { oneOf: [ yolov8n ] } } }'],
    ['of a claim and its opposite', '{ scene.combatActive: { is: true, isNot: true } }'],
    [
      'of three claims that are all different',
      `all:
      - { scene.combatActive: { isNot: { fact: scene.newObjects } } }
      - { scene.newObjects: { isNot: { fact: scene.uiChanges } } }
      - { scene.uiChanges: { isNot: { fact: scene.combatActive } } }`,
    ],
    [
      'of words that are the same by way of a third',
      `all:
      - { state.model: { is: { fact: state.precision } } }
      - { state.precision: { is: { fact: state.provider } } }
      - { state.model: { isNot: { fact: state.provider } } }`,
    ],
    ['of a fact that is compared and unknown', '{ gpu.powerW: { above: 300, known: false } }'],
    [
      'of a fact that is compared with one unknown',
      '{ gpu.powerW: { above: { fact: gpu.powerLimitW } }, gpu.powerLimitW: { known: false } }',
    ],
    ['of a fact above itself', '{ gpu.powerW: { above: { fact: gpu.powerW } } }'],
    [
      'around a circle',
      `all:
      - { gpu.powerW: { above: { fact: gpu.powerLimitW } } }
      - { gpu.powerLimitW: { atLeast: { fact: gpu.powerLimitMinW } } }
      - { gpu.powerLimitMinW: { atLeast: { fact: gpu.powerW } } }`,
    ],
    [
      'of two facts of which one is at least, and above, and at most the other',
      `all:
        - { gpu.powerW: { atLeast: { fact: gpu.powerLimitW } } }
        - { gpu.powerW: { above: { fact: gpu.powerLimitW } } }
        - { gpu.powerW: { atMost: { fact: gpu.powerLimitW } } }`,
    ],
    [
      'by factor and range together',
      '{ gpu.fanPercent: { above: { fact: system.cpuPercent, times: 0.5, plus: 60 } }, system.cpuPercent: { atLeast: 80 } }',
    ],
    [
      'in the decimals it is written with',
      '{ gpu.powerW: { is: { fact: gpu.powerLimitW, times: 0.1 } , isNot: 0.3 }, gpu.powerLimitW: { is: 3 } }',
    ],
    [
      'on any of its ways',
      'any: [ { gpu.powerW: { above: 2, below: 1 } }, { gpu.fanPercent: { above: 100 } } ]',
    ],
  ])('%s', (_, text) => {
    expect(answerTo(text)).toEqual({ kind: 'unsatisfiable' });
  });
});

describe('a condition that can be true', () => {
  test.each([
    [
      'at the point where both ends meet',
      '{ gpu.powerW: { atLeast: 300, atMost: 300 } }',
      { 'gpu.powerW': 300 },
    ],
    [
      'near the end that a comparison sets',
      '{ frame.loadPercent: { above: 100 } }',
      { 'frame.loadPercent': 110 },
    ],
    ['below the end that a comparison sets', '{ frame.fps: { below: 55 } }', { 'frame.fps': 54 }],
    ['in the round middle of two ends', '{ frame.fps: { above: 55, below: 61 } }', { 'frame.fps': 60 }],
    ['between ends that are close', '{ gpu.powerW: { above: 0.1, below: 0.2 } }', { 'gpu.powerW': 0.125 }],
    [
      'between two numbers it must not be',
      '{ gpu.powerW: { noneOf: [ 1, 2 ], atLeast: 1, atMost: 2 } }',
      { 'gpu.powerW': 1.5 },
    ],
    [
      'with the word that is left',
      '{ gpu.limitedBy: { noneOf: [ thermal, hardware, power, none ] } }',
      { 'gpu.limitedBy': 'other' },
    ],
    [
      'with a word that nothing speaks of',
      '{ state.model: { isNot: another } }',
      { 'state.model': 'another2' },
    ],
    [
      'with numbers that doubles add without rounding',
      '{ state.frameSkip: { is: { fact: frame.fps, plus: -1 }, above: 0, below: 1 } }',
      { 'state.frameSkip': 0.5, 'frame.fps': 1.5 },
    ],
    ['with a fact that is only known', '{ gpu.limitedBy: { known: true } }', { 'gpu.limitedBy': 'thermal' }],
  ])('is shown %s', (_, text, point) => {
    const answer = answerTo(text);
    expect(answer.kind === 'satisfiable' && Object.fromEntries(answer.point)).toEqual(point);
  });

  test('names what must be unknown for it', () => {
    expect(answerTo('{ gpu.temperatureC: { known: false }, gpu.powerW: { atMost: 0 } }')).toEqual({
      kind: 'satisfiable',
      point: new Map([['gpu.powerW', 0]]),
      unknown: ['gpu.temperatureC'],
    });
  });

  test('is not known to be false where its fact is unknown', () => {
    expect(
      answerTo('{ any: [ { gpu.powerW: { above: 1 } }, { gpu.powerW: { known: true } } ] }', false).kind,
    ).toBe('unsatisfiable');
    expect(answerTo('{ gpu.powerW: { known: true, above: 1 } }', false)).toMatchObject({
      unknown: ['gpu.powerW'],
    });
  });
});

describe('a question that is too large', () => {
  const either = (i: number): string =>
    `{ any: [ { frame.a${i}Ms: { is: 1 } }, { frame.b${i}Ms: { is: 1 } } ] }`;
  const manyWays = (count: number): string =>
    `{ all: [ ${Array.from({ length: count }, (_, i) => either(i)).join(', ')} ] }`;

  test('has 4,096 clauses at most and is undecided beyond', () => {
    expect(answerTo(manyWays(12)).kind).toBe('satisfiable');
    expect(answerTo(manyWays(13)).kind).toBe('undecided');
  });

  test('is undecided when the work on the book is spent', () => {
    const formula = formulaOf(conditionOf(manyWays(12)), true, byName);
    expect(solve(formula, new Budget(5)).kind).toBe('undecided');
  });

  test('is undecided when its inequalities multiply', () => {
    const row = (i: number): Inequality => {
      const terms = Array.from({ length: 8 }, (_, j): [string, Fraction] => [
        `v${j}`,
        fractionOf(((7 * i + 31 * j + i * i * j) % 101) - 50.5),
      ]);
      return { terms: new Map(terms), constant: fractionOf(-i - 1), strict: true, isRange: false };
    };
    const rows = (count: number): Inequality[] => Array.from({ length: count }, (_, i) => row(i));
    expect(solveLinear(rows(8), new Budget()).kind).toBe('satisfiable');
    expect(solveLinear(rows(80), new Budget()).kind).toBe('undecided');
  });
});

/** Small facts with a grid fine enough that comparisons with whole numbers are true on it or nowhere. */
const NUMBERS = ['book.a', 'book.b', 'state.frameSkip'] as const;
const GRID = Array.from({ length: 21 }, (_, i) => -2.5 + i / 4);

const literal = fc.integer({ min: -1, max: 1 });
const numeric = fc.oneof(
  literal.map((value) => ({ literal: value })),
  fc.record({ fact: fc.constantFrom(...NUMBERS), times: fc.constantFrom(1, -1), plus: literal }),
);
const leaf: fc.Arbitrary<Condition> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constantFrom(...ORDER_OPERATORS),
      fact: fc.constantFrom(...NUMBERS),
      right: numeric,
    }),
  },
  fc.record({
    op: fc.constantFrom('is' as const, 'isNot' as const),
    fact: fc.constantFrom(...NUMBERS),
    right: numeric,
  }),
  fc.record({
    op: fc.constantFrom('oneOf' as const, 'noneOf' as const),
    fact: fc.constantFrom(...NUMBERS),
    values: fc.array(literal, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    op: fc.constant('between' as const),
    fact: fc.constantFrom(...NUMBERS),
    low: fc.constantFrom(-1, 0),
    high: fc.constantFrom(0, 1),
  }),
  fc.record({
    op: fc.constant('known' as const),
    fact: fc.constantFrom(...NUMBERS, 'gpu.limitedBy', 'scene.newObjects'),
    known: fc.boolean(),
  }),
  fc.record({
    op: fc.constantFrom('is' as const, 'isNot' as const),
    fact: fc.constant('scene.newObjects'),
    right: fc.constantFrom({ literal: true }, { literal: false }),
  }),
  fc.record({
    op: fc.constantFrom('oneOf' as const, 'noneOf' as const),
    fact: fc.constant('gpu.limitedBy'),
    values: fc.subarray([...LIMITED_BY], { minLength: 1 }),
  }),
);
const condition: fc.Arbitrary<Condition> = fc.letrec<{ node: Condition }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record({
      op: fc.constantFrom('all' as const, 'any' as const),
      children: fc.array(tie('node'), { minLength: 1, maxLength: 3 }),
    }),
    tie('node').map((child): Condition => ({ op: 'not', child })),
  ),
})).node;

const VALUES: Record<string, readonly FactValue[]> = {
  'book.a': GRID,
  'book.b': GRID,
  'state.frameSkip': [0, 0.25, 0.5, 0.75, 1],
  'gpu.limitedBy': LIMITED_BY,
  'scene.newObjects': [true, false],
};

/** Every point of the grid for these facts, each unknown at some of them. */
function grid(facts: Iterable<string>): Map<string, FactValue>[] {
  let points: Map<string, FactValue>[] = [new Map()];
  for (const fact of facts) {
    const values = VALUES[fact] ?? [];
    points = points.flatMap((point) => [point, ...values.map((value) => new Map(point).set(fact, value))]);
  }
  return points;
}

test('an answer is right: its point makes the condition true, and without one no point of a grid does', () => {
  fc.assert(
    fc.property(condition, (tree) => {
      const answer = solve(formulaOf(tree, true, byName), new Budget());
      if (answer.kind === 'satisfiable') return truthAt(tree, answer.point) === 'true';
      if (answer.kind === 'undecided') return false;
      return grid(factsOf(tree)).every((point) => truthAt(tree, point) !== 'true');
    }),
    { numRuns: 250 },
  );
});
