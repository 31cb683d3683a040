import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOffered } from '../../src/decision/predict.js';
import type { HelloEvent } from '../../src/shapes/sample.js';
import { frames, hello, Loop, SESSION } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';
import { books, DEVICE, givens, grids, helloOf, RTX, readingsOf } from './random-books.js';

const cpu = shippedProfile('cpu');
const loopOf = (): Loop => new Loop(cpu, shippedBook(cpu), {}, { engine: 'compiled' });

/** The bot of `hello()` goes on, and offers what is changed. It says what is in force. */
function again(
  loop: Loop,
  session: string,
  changed: Partial<HelloEvent['knobs']>,
  sizes?: number[],
): HelloEvent {
  const { knobs, models, ...first } = hello();
  const now = Object.entries({ ...knobs, ...changed }).flatMap(([name, offer]) =>
    offer === undefined ? [] : [[name, { ...offer, value: loop.value(name) ?? offer.value }] as const],
  );
  return {
    ...first,
    session: `${session}+`,
    replaces: session,
    models: sizes === undefined ? models : models.map(({ name }) => ({ name, sizes })),
    knobs: Object.fromEntries(now),
  };
}

/** Brings the size down by steps. */
async function stepDown(loop: Loop): Promise<void> {
  await loop.tick([hello()]);
  await loop.run(6, () => 150);
  expect(
    loop.core.memory.knobs.model?.position ?? loop.core.memory.knobs.resolution?.position,
  ).not.toBeNull();
}

describe('a bot that says hello again', () => {
  test('keeps base and position of the knobs whose rungs are still there, and nothing is decided anew', async () => {
    const loop = loopOf();
    await stepDown(loop);
    const before = structuredClone(loop.core.memory.knobs);
    const { changes } = await loop.tick([again(loop, SESSION, { streams: { range: [1, 4], value: 1 } })]);
    expect(changes).toEqual([]);
    for (const name of ['model', 'resolution', 'frameSkip']) {
      const [old, now] = [before[name], loop.core.memory.knobs[name]];
      expect([now?.base, now?.position, now?.decided], name).toEqual([
        old?.base,
        old?.position,
        old?.decided,
      ]);
    }
    expect(loop.core.memory.knobs.streams?.offer.range).toEqual([1, 4]);
    expect(loop.core.store.known('bot.connected')).toBe(true);
  });

  test('adapts at once: a knob that is gone is gone, a rung that is gone gives way to one that is offered', async () => {
    const loop = loopOf();
    await stepDown(loop);
    const sizes = [320, 512];
    const offer = again(
      loop,
      SESSION,
      { frameSkip: undefined, resolution: { values: sizes, value: 512 } },
      sizes,
    );
    const { decision } = await loop.tick([
      { ...offer, knobs: { ...offer.knobs, resolution: { values: sizes, value: 512 } } },
    ]);
    expect(Object.keys(decision.knobs)).not.toContain('frameSkip');
    expect(sizes).toContain(decision.knobs.resolution?.value);
  });

  test('and brings an engine on the way has the decision told again that is not in force', async () => {
    const loop = loopOf();
    await stepDown(loop);
    const decided = loop.core.memory.knobs.resolution?.decided;
    const offer = again(loop, SESSION, {});
    const other = [256, 320, 416, 512, 640].find((size) => size !== decided) ?? 0;
    await loop.tick([
      { ...offer, knobs: { ...offer.knobs, resolution: { ...offer.knobs.resolution, value: other } } },
    ]);
    expect(loop.core.memory.knobs.resolution).toMatchObject({
      decided,
      applied: other,
      sent: { atMs: loop.nowMs },
    });
  });

  test('ends the wish of a person for what is not offered any more, and keeps the others', async () => {
    const loop = loopOf();
    await loop.tick([
      hello(),
      { kind: 'override', knob: 'resolution', value: 512, forS: 60 },
      { kind: 'override', knob: 'streams', value: 2, forS: 60 },
    ]);
    await loop.tick();
    const sizes = [320, 640];
    const offer = again(loop, SESSION, { resolution: { values: sizes, value: 640 } }, sizes);
    await loop.tick([{ ...offer, knobs: { ...offer.knobs, resolution: { values: sizes, value: 640 } } }]);
    expect(Object.keys(loop.core.memory.overrides)).toEqual(['streams']);
  });

  test('and stays paused, with the frames of its session before forgotten', async () => {
    const loop = loopOf();
    await loop.tick([hello()]);
    await loop.run(3, () => 50);
    await loop.tick([{ kind: 'pause', session: SESSION }]);
    await loop.tick([again(loop, SESSION, {})]);
    expect(loop.core.store.known('bot.paused')).toBe(true);
    expect(loop.core.store.known('frame.totalMs')).toBeUndefined();
    await loop.tick([{ kind: 'resume', session: `${SESSION}+` }]);
    await loop.tick([frames(5, 60, 50)]);
    expect(loop.core.store.known('bot.paused')).toBe(false);
  });
});

test('whatever a bot offers from tick to tick, and whatever rules say, no pair is decided that is not offered now', async () => {
  const steps = fc.array(fc.record({ given: givens, grid: fc.option(grids, { nil: null }) }), {
    minLength: 4,
    maxLength: 14,
  });
  await fc.assert(
    fc.asyncProperty(books, grids, steps, async (book, first, given) => {
      const loop = new Loop(RTX, book, {}, { engine: 'compiled' });
      let models = first;
      let session = SESSION;
      await loop.tick([helloOf(models), DEVICE]);
      for (const { given: readings, grid } of given) {
        const events = [frames(8, 20, 16)];
        if (grid !== null) {
          // What runs stays loaded, whatever else is built anew.
          const model = String(loop.value('model'));
          const size = Number(loop.value('resolution'));
          models = grid.map((one) =>
            one.name === model ? { name: model, sizes: [...new Set([...(one.sizes ?? []), size])] } : one,
          );
          const offer = helloOf(models);
          const knobs = Object.entries(offer.knobs).map(([name, one]) => [
            name,
            { ...one, value: loop.value(name) ?? one.value },
          ]);
          events.unshift({
            ...offer,
            session: `${session}+`,
            replaces: session,
            knobs: Object.fromEntries(knobs),
          });
          session += '+';
        }
        const { decision } = await loop.tick(events, readingsOf(readings));
        const pair = { model: decision.knobs.model?.value, resolution: decision.knobs.resolution?.value };
        expect(isOffered(models, pair), JSON.stringify(pair)).toBe(true);
      }
    }),
    { numRuns: 80 },
  );
});
