import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Readings } from '../../src/shapes/reading.js';
import type { Book } from '../../src/shapes/rule.js';
import { COOL, Loop, measured } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

/** Every way to move a power limit: a cap that follows a fact, steps down, steps up. */
const RULES = `version: 1
name: own
rules:
  - id: follow
    when: { system.cpuTemperatureC: { above: 0 } }
    then: [ { cap: { powerLimitW: { fact: system.cpuTemperatureC, times: 10 } } } ]
    because: x
  - id: down
    every: 500ms
    when: { system.memoryPercent: { above: 50 } }
    then: [ { step: { powerLimitW: -1 } } ]
    because: x
  - id: up
    every: 500ms
    when: { system.memoryPercent: { below: 30 } }
    then: [ { step: { powerLimitW: +3 } } ]
    because: x
`;

const NAMES = ['rtx-4090', 'generic-nvidia'] as const;
const MADE = NAMES.map((name) => {
  const profile = shippedProfile(name);
  const book: Book = shippedBook(profile, RULES);
  return {
    name,
    profile,
    book: { ...book, rules: book.rules.filter(({ place }) => /^overlay/.test(place.path)) },
  };
});

function loopOf(name: string): { loop: Loop; policy: readonly [number, number] } {
  const one = MADE.find((made) => made.name === name);
  const policy = one?.profile.knobs.powerLimitW?.range;
  if (one === undefined || policy === undefined) throw new Error(`${name} has no policy for watts`);
  return { loop: new Loop(one.profile, one.book, {}, { engine: 'compiled' }), policy };
}

/** What two cards of one name tell, and others: their ranges differ by firmware. */
const ranges = fc.oneof(
  fc.constantFrom<[number, number]>([150, 450], [10, 600], [150, 600], [10, 200], [500, 600]),
  fc
    .tuple(fc.integer({ min: 5, max: 600 }), fc.integer({ min: 1, max: 400 }))
    .map(([low, width]): [number, number] => [low, low + width]),
);

const inputs = fc.array(
  fc.record({ c: fc.integer({ min: 1, max: 100 }), percent: fc.integer({ min: 0, max: 100 }) }),
  {
    minLength: 3,
    maxLength: 30,
  },
);

describe('the watts that are decided', () => {
  test('lie in the policy and in what the device reports, whichever is narrower', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...NAMES), ranges, inputs, async (name, range, given) => {
        const { loop, policy } = loopOf(name);
        // Where nothing lies in both, the device's end nearest to the policy is all there is.
        const low = Math.min(Math.max(policy[0], range[0]), range[1]);
        const high = Math.max(Math.min(policy[1], range[1]), range[0]);
        await loop.tick([{ kind: 'device', knob: 'powerLimitW', offer: { range, value: range[1] } }]);
        for (const { c, percent } of given) {
          await loop.tick([], {
            ...COOL,
            'system.cpuTemperatureC': measured(c),
            'system.memoryPercent': measured(percent),
          });
        }
        for (const { to } of loop.changes) {
          expect(to).toBeGreaterThanOrEqual(low);
          expect(to).toBeLessThanOrEqual(high);
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['rtx-4090', [150, 450], [150, 450]],
    ['rtx-4090', [10, 600], [150, 450]],
    ['rtx-4090', [10, 400], [150, 400]],
    ['generic-nvidia', [150, 450], [150, 450]],
    ['generic-nvidia', [10, 600], [100, 600]],
  ] as const)('%s on a device of %j W reaches %j W and no further', async (name, range, [low, high]) => {
    const { loop } = loopOf(name);
    const cap = (c: number, percent: number): Readings => ({
      ...COOL,
      'system.cpuTemperatureC': measured(c),
      'system.memoryPercent': measured(percent),
    });
    await loop.tick([{ kind: 'device', knob: 'powerLimitW', offer: { range: [...range], value: range[1] } }]);
    await loop.tick([], cap(1, 40));
    await loop.tick([], cap(1, 40));
    expect(loop.value('powerLimitW')).toBe(low);
    for (let i = 0; i < 400; i++) await loop.tick([], cap(100, 20));
    expect(loop.value('powerLimitW')).toBe(high);
  });
});

test.each(NAMES)('by %s a clock that is free stays free, however high the board goes', async (name) => {
  const { loop } = loopOf(name);
  for (const top of [3_105, 3_120, 3_210]) {
    await loop.tick([
      { kind: 'device', knob: 'graphicsClockMaxMhz', offer: { range: [210, top], value: top } },
    ]);
    await loop.tick();
    expect(loop.value('graphicsClockMaxMhz')).toBe(top);
  }
  expect(loop.changes).toEqual([]);
});
