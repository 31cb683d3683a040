/** Random conditions and random states of the facts they look at, in all three truth values. */
import fc from 'fast-check';
import { FactStore } from '../../src/facts/store.js';
import type { FactValue, FactView, Readings } from '../../src/shapes/reading.js';
import type { Condition, Operand, Rule } from '../../src/shapes/rule.js';
import { TICK_MS } from '../helpers/loop.js';
import { ruleOf } from './helpers.js';

/** What NVML answers where it does not know; more digits than a number has. */
const NVML_UNKNOWN = Number('9223372036854775794');

/** Long after a reading of any tier has grown stale. */
export const NOW_MS = 1_000_000;
const NUMBERS = ['gpu.powerW', 'gpu.utilizationPercent', 'frame.totalMs', 'level.goalFps'];
const CLAIMS = ['scene.combatActive', 'scene.criticalEvent', 'system.onBattery'];
const WORDS = ['gpu.limitedBy', 'state.model', 'state.bottleneck'];
/** Few values, so that equal ones meet. */
const NUMBER_VALUES = [1, 2, 30, 60];
const WORD_VALUES = ['none', 'thermal', 'power'];

export function newStore(): FactStore {
  const tierMs = { frame: TICK_MS, fast: TICK_MS, slow: 5_000, rare: 30_000, tick: TICK_MS };
  return new FactStore({ tierMs, watchFrozen: false });
}

/** A fact's arrival, its value, and what comes where it is refused. */
export type Given = Record<string, [Arrival, FactValue, FactValue]>;

type Arrival = 'never' | 'fresh' | 'stale' | 'refused' | 'unsupported' | 'withdrawn';

/** How each fact stands at the tick: its value, or one of the ways to have none. */
export const states: fc.Arbitrary<Given> = fc.record(
  Object.fromEntries(
    [...NUMBERS, ...CLAIMS, ...WORDS].map((fact) => [
      fact,
      fc.tuple(
        fc.oneof(
          { weight: 4, arbitrary: fc.constant<Arrival>('fresh') },
          {
            weight: 3,
            arbitrary: fc.constantFrom<Arrival>('never', 'stale', 'refused', 'unsupported', 'withdrawn'),
          },
        ),
        valuesOf(fact),
        fc.constantFrom<FactValue>('12', true, -1, Number.NaN, NVML_UNKNOWN, 1, 'nonsense'),
      ),
    ]),
  ),
);

function valuesOf(fact: string): fc.Arbitrary<FactValue> {
  if (NUMBERS.includes(fact)) return fc.constantFrom(...NUMBER_VALUES);
  return CLAIMS.includes(fact) ? fc.boolean() : fc.constantFrom(...WORD_VALUES);
}

export function storeOf(given: Given): FactStore {
  const store = newStore();
  const early: Readings = {};
  const now: Readings = {};
  for (const [fact, [arrival, value, garbage]] of Object.entries(given)) {
    if (arrival === 'fresh') now[fact] = [value, 'measured', 0];
    if (arrival === 'stale') early[fact] = [value, 'measured', 0];
    if (arrival === 'refused') now[fact] = [garbage, 'measured', 0];
    if (arrival === 'unsupported') now[fact] = [null, 'unsupported', 0, 'no sensor for it'];
    if (arrival === 'withdrawn') now[fact] = [value, 'missing', 0];
  }
  store.beginTick(0);
  store.addReadings(early);
  store.beginTick(NOW_MS);
  store.addReadings(now);
  return store;
}

function leafOf(fact: string): fc.Arbitrary<Condition> {
  const value = valuesOf(fact);
  const sameType = [NUMBERS, CLAIMS, WORDS].find((facts) => facts.includes(fact)) ?? [];
  const isNumber = NUMBERS.includes(fact);
  const scaled = fc.record({
    fact: fc.constantFrom(...sameType),
    times: isNumber ? fc.constantFrom(1, 1, 2, 0.5, 0, -1) : fc.constant(1),
    plus: isNumber ? fc.constantFrom(0, 0, 1, -30) : fc.constant(0),
  });
  const right: fc.Arbitrary<Operand> = fc.oneof(
    value.map((literal) => ({ literal })),
    scaled,
  );
  const common = [
    fc.record({ op: fc.constantFrom('is' as const, 'isNot' as const), fact: fc.constant(fact), right }),
    fc.record({
      op: fc.constantFrom('oneOf' as const, 'noneOf' as const),
      fact: fc.constant(fact),
      values: fc.array(value, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ op: fc.constant('known' as const), fact: fc.constant(fact), known: fc.boolean() }),
  ];
  if (!isNumber) return fc.oneof(...common);
  const order = fc.record({
    op: fc.constantFrom('above' as const, 'atLeast' as const, 'below' as const, 'atMost' as const),
    fact: fc.constant(fact),
    right,
  });
  const between = fc
    .tuple(fc.constantFrom(...NUMBER_VALUES), fc.constantFrom(...NUMBER_VALUES))
    .map(([a, b]): Condition => ({ op: 'between', fact, low: Math.min(a, b), high: Math.max(a, b) }));
  return fc.oneof(...common, order, order, between);
}

export const trees: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...NUMBERS, ...CLAIMS, ...WORDS).chain(leafOf),
    fc.record({
      op: fc.constantFrom('all' as const, 'any' as const),
      children: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ op: fc.constant('not' as const), child: tie('tree') }),
    fc.record({ op: fc.constant('ref' as const), name: fc.constant('named'), child: tie('tree') }),
  ),
})).tree;

/** Values of any type for any fact, as no store would hand them out: conditions must not take one type for another. */
export const oddViews: fc.Arbitrary<FactView> = fc
  .record(
    Object.fromEntries(
      [...NUMBERS, ...CLAIMS, ...WORDS].map((fact) => [
        fact,
        fc.oneof(
          { weight: 3, arbitrary: valuesOf(fact) },
          {
            weight: 3,
            arbitrary: fc.constantFrom<FactValue | undefined>(
              undefined,
              '1',
              '30',
              '',
              'none',
              true,
              false,
              0,
              1,
              1e300,
            ),
          },
        ),
      ]),
    ),
  )
  .map(viewOf);

function viewOf(values: Record<string, FactValue | undefined>): FactView {
  return {
    known: (fact) => values[fact],
    number: (fact) => (typeof values[fact] === 'number' ? values[fact] : undefined),
    reading: (fact) => {
      const value = values[fact];
      return value === undefined ? undefined : { value, atMs: 0, quality: 'measured' };
    },
  };
}

/** Rules of one book, in which some named conditions are one object wherever they are used. */
export const books: fc.Arbitrary<Rule[]> = fc
  .tuple(
    fc.array(trees, { minLength: 1, maxLength: 3 }),
    fc.array(fc.tuple(trees, fc.option(trees), fc.nat(), fc.boolean()), { minLength: 1, maxLength: 12 }),
  )
  .map(([named, rules]) =>
    rules.map(([when, until, pick, refers], i) => {
      const child = named[pick % named.length] ?? when;
      const ref: Condition = { op: 'ref', name: `named-${pick % named.length}`, child };
      const whole: Condition = refers ? { op: pick % 2 === 0 ? 'all' : 'any', children: [when, ref] } : when;
      return ruleOf({ id: `rule-${i}`, when: whole, until: refers && until !== null ? ref : until });
    }),
  );
