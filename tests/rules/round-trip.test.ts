import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Action, Operand } from '../../src/shapes/rule.js';
import { shippedBook } from '../helpers/shipped.js';
import { bookOf, EMPTY_PROFILE, ruleOf } from './helpers.js';
import { meaningOf, printBook } from './print-book.js';
import { trees } from './random-conditions.js';

test('the shipped book, printed and read back, is the same book', () => {
  const book = shippedBook(EMPTY_PROFILE);
  expect(meaningOf(bookOf(printBook(book)))).toEqual(meaningOf(book));
});

const watts: fc.Arbitrary<Operand> = fc.oneof(
  fc.integer({ min: 100, max: 600 }).map((literal) => ({ literal })),
  fc.record({
    fact: fc.constantFrom('gpu.powerW', 'gpu.calmW'),
    times: fc.constantFrom(1, 0.9),
    plus: fc.constantFrom(0, 5),
  }),
);

const actions: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('cap' as const, 'floor' as const, 'set' as const),
    knob: fc.constant('powerLimitW'),
    value: watts,
  }),
  fc.record({
    kind: fc.constant('step' as const),
    knob: fc.constantFrom('model', 'resolution'),
    by: fc.constantFrom(-2, -1, 1, 'fit' as const),
  }),
  fc.record({
    kind: fc.constant('hold' as const),
    knob: fc.constantFrom('model', 'streams'),
    way: fc.constantFrom('up' as const, 'down' as const),
  }),
  fc.record({
    kind: fc.constant('recommend' as const),
    title: fc.string({ minLength: 1 }),
    try: fc.string(),
  }),
  fc.record({
    kind: fc.constant('alert' as const),
    severity: fc.constantFrom('info' as const, 'critical' as const),
    title: fc.string(),
  }),
);

const ms = fc.nat(600_000);

const rules = fc.record({
  priority: fc.nat(1_000),
  when: trees,
  until: fc.option(trees),
  forMs: ms,
  everyMs: fc.option(ms),
  cooldownMs: ms,
  blind: fc.constantFrom('hold' as const, 'release' as const),
  blindSaid: fc.constant(true),
  actions: fc.array(actions, { minLength: 1, maxLength: 4 }),
  because: fc
    .string({ minLength: 1 })
    .map((text) => text.replaceAll(/[{}]/g, ''))
    .filter((text) => text !== ''),
});

const SIGNALS =
  'version: 1\nsignals: { gpu.calmW: { ewma: gpu.powerW, halfLife: 90s }, gpu.rise: { slope: gpu.calmW, over: 1m, per: 1m } }\n';

test('any rule, printed and read back, is the same rule', () => {
  const { signals, levels, presets, frames } = bookOf(SIGNALS);
  fc.assert(
    fc.property(fc.array(rules, { minLength: 1, maxLength: 3 }), (parts) => {
      // One name for each named condition, as in a book.
      let named = 0;
      const written = parts.map((part, i) =>
        JSON.parse(JSON.stringify(ruleOf({ ...part, id: `rule-${i}` })), (key, value) =>
          key === 'name' && value === 'named' ? `named-${named++}` : value,
        ),
      );
      const once = bookOf(printBook({ signals, rules: written, levels, presets, frames }));
      for (const [i, rule] of once.rules.entries()) {
        const { place: _, hash: __, set: ___, ...meaning } = rule;
        expect(written[i]).toMatchObject(JSON.parse(JSON.stringify(meaning)));
      }
      expect(meaningOf(bookOf(printBook(once)))).toEqual(meaningOf(once));
    }),
    { numRuns: 100 },
  );
});
