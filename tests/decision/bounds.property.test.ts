import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOffered } from '../../src/decision/predict.js';
import type { Book } from '../../src/shapes/rule.js';
import type { HelloEvent } from '../../src/shapes/sample.js';
import { frames, Loop } from '../helpers/loop.js';
import { books, DEVICE, givens, grids, helloOf, RTX, readingsOf } from './random-books.js';

/** Whether the long counts run. */
const SOAK = process.env.EVENKEEL_SOAK !== undefined;

type Given = Parameters<typeof readingsOf>[0];

const ticks = fc.array(fc.record({ given: givens, totalMs: fc.integer({ min: 4, max: 60 }) }), {
  minLength: 5,
  maxLength: 25,
});

/** Plays ticks that each last three intervals; gives every decision. */
async function play(
  book: Book,
  models: HelloEvent['models'],
  given: readonly { given: Given; totalMs: number }[],
): Promise<{ loop: Loop; lines: string[] }> {
  const loop = new Loop(RTX, book, {}, { engine: 'compiled' });
  const lines: string[] = [];
  await loop.tick([helloOf(models), DEVICE]);
  for (const { given: readings, totalMs } of given) {
    for (let i = 0; i < 3; i++) {
      const { decision, digestLine } = await loop.tick(
        [frames(8, totalMs, totalMs * 0.8)],
        readingsOf(readings),
      );
      if (digestLine !== null) lines.push(digestLine);
      for (const [knob, { value }] of Object.entries(decision.knobs)) {
        const { offer } = loop.core.memory.knobs[knob] ?? {};
        const policy = RTX.knobs[knob]?.range;
        if (offer?.values !== undefined) expect(offer.values).toContain(value);
        if (offer?.range !== undefined) {
          expect(value, knob).toBeGreaterThanOrEqual(offer.range[0]);
          expect(value, knob).toBeLessThanOrEqual(offer.range[1]);
        }
        if (policy !== undefined && knob !== 'level') {
          // The start value is the owner's own; what is decided away from it keeps to the policy.
          const isOwn = value === offer?.value;
          if (!isOwn) expect(value, knob).toBeGreaterThanOrEqual(policy[0]);
          if (!isOwn) expect(value, knob).toBeLessThanOrEqual(policy[1]);
        }
      }
      const { model, resolution } = decision.knobs;
      expect(isOffered(models, { model: model?.value, resolution: resolution?.value })).toBe(true);
    }
  }
  return { loop, lines };
}

describe('whatever rules say', { timeout: 120_000 }, () => {
  test('a decision stays inside profile, bot and device, and names no pair of model and size that was not offered', async () => {
    await fc.assert(
      fc.asyncProperty(books, grids, ticks, async (book, models, given) => {
        await play(book, models, given);
      }),
      { numRuns: SOAK ? 1_000 : 60 },
    );
  });

  test('the order of rules does not matter', async () => {
    await fc.assert(
      fc.asyncProperty(
        books,
        grids,
        ticks,
        fc.infiniteStream(fc.nat()),
        async (book, models, given, keys) => {
          const shuffled = book.rules
            .map((rule) => ({ rule, key: keys.next().value ?? 0 }))
            .sort((a, b) => a.key - b.key)
            .map(({ rule }) => rule);
          const one = await play(book, models, given);
          const other = await play({ ...book, rules: shuffled }, models, given);
          expect(other.lines).toEqual(one.lines);
        },
      ),
      { numRuns: SOAK ? 500 : 30 },
    );
  });
});
