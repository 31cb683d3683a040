import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KnobBoard, type Offers } from '../../src/sdk/knob-board.js';
import type { AppliedLine } from '../../src/shapes/generated/bot-line.js';
import type { ModelOffer } from '../../src/shapes/knob.js';

const NAMES = ['n', 's', 'm'];
const SIZES = [320, 416, 640];

function offersOf(model: string, resolution: number): Offers {
  return {
    model: { values: NAMES, value: model, safe: model },
    resolution: { values: SIZES, value: resolution, safe: resolution },
    frameSkip: { range: [0, 0.8], value: 0, safe: 0 },
  };
}

interface Call {
  knob: string;
  value: unknown;
  /** What runs at that moment, with the value in its place. */
  pair: { model: string; resolution: number };
  /** What the bot was told, as its own functions see it. */
  decision: Readonly<Record<string, unknown>>;
}

/** A board whose functions take a turn, fail as asked, and note what they were asked for. */
function boardOf(models: readonly ModelOffer[], model: string, resolution: number) {
  const lines: AppliedLine[] = [];
  const calls: Call[] = [];
  const fails = new Set<unknown>();
  const runs: { model: string; resolution: number } = { model, resolution };
  const board = new KnobBoard(offersOf(model, resolution), models, (line) => lines.push(line));
  for (const knob of ['model', 'resolution'] as const) {
    board.on(knob, async (value) => {
      calls.push({ knob, value, pair: { ...runs, [knob]: value }, decision: board.decision });
      await null;
      if (fails.has(value)) throw new Error(`no ${value}`);
      Object.assign(runs, { [knob]: value });
    });
  }
  return { board, lines, calls, fails, runs };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const runsAt = (models: readonly ModelOffer[], pair: { model: string; resolution: number }): boolean =>
  models.find(({ name }) => name === pair.model)?.sizes?.includes(pair.resolution) ?? true;

const grids = fc.tuple(
  ...NAMES.map((name) => fc.subarray(SIZES, { minLength: 1 }).map((sizes) => ({ name, sizes }))),
);

describe('model and size, where models list their sizes', () => {
  test('are never asked for as a pair that was not offered, unless the size follows at once, and end as decided', async () => {
    await fc.assert(
      fc.asyncProperty(
        grids,
        fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (models, picks, isSlow) => {
          const all = models.flatMap(({ name, sizes }) =>
            sizes.map((size) => ({ model: name, resolution: size })),
          );
          const pick = (at: number): { model: string; resolution: number } =>
            all[at % all.length] ?? { model: 'n', resolution: 320 };
          const first = pick(0);
          const { board, calls, runs } = boardOf(models, first.model, first.resolution);
          let revision = 0;
          for (const at of picks) {
            revision += 1;
            board.decide({ ...pick(at), frameSkip: 0.1 }, revision);
            if (isSlow) await settled();
          }
          await settled();
          expect(runs).toEqual(pick(picks.at(-1) ?? 0));
          for (const [i, { knob, pair }] of calls.entries()) {
            if (runsAt(models, pair)) continue;
            // No way led there over an offered pair: what follows at once makes it one.
            expect(knob).toBe('model');
            expect(calls[i + 1]?.knob).toBe('resolution');
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('see the whole decision in the first of the two functions that are called', async () => {
    const models = [
      { name: 'n', sizes: [320] },
      { name: 's', sizes: [640] },
    ];
    const { board, calls } = boardOf(models, 'n', 320);
    board.decide({ model: 's', resolution: 640 }, 1);
    await settled();
    expect(calls.map(({ knob, decision }) => [knob, decision.model, decision.resolution])).toEqual([
      ['model', 's', 640],
      ['resolution', 's', 640],
    ]);
  });

  test('stay as they were where the model fails: a size that the old one does not run at is not asked for', async () => {
    const models = [
      { name: 'n', sizes: [320] },
      { name: 's', sizes: [640] },
    ];
    const { board, lines, calls, fails, runs } = boardOf(models, 'n', 320);
    fails.add('s');
    board.decide({ model: 's', resolution: 640 }, 7);
    await settled();
    expect(calls.map(({ knob }) => knob)).toEqual(['model']);
    expect(runs).toEqual({ model: 'n', resolution: 320 });
    expect(lines).toMatchObject([
      { knob: 'model', value: 'n', ok: false, error: 'no s', revision: 7 },
      { knob: 'resolution', value: 320, ok: false, error: 'n, which is in force, does not run at 640' },
    ]);
  });

  test('go over the offered pair between them, the size first where it can', async () => {
    const models = [
      { name: 'n', sizes: [320, 416] },
      { name: 's', sizes: [416, 640] },
    ];
    const { board, calls } = boardOf(models, 's', 640);
    board.decide({ model: 'n', resolution: 416 }, 1);
    await settled();
    expect(calls.map(({ knob, value }) => [knob, value])).toEqual([
      ['resolution', 416],
      ['model', 'n'],
    ]);
  });
});

test('without sizes a size does not wait for a model that loads', async () => {
  const { board, calls } = boardOf([{ name: 'n' }, { name: 's' }], 'n', 320);
  board.on('model', () => new Promise(() => {}));
  board.decide({ model: 's', resolution: 640 }, 1);
  await settled();
  expect(calls.map(({ knob }) => knob)).toEqual(['resolution']);
});

test('what is offered anew keeps what is in force where it is offered still, and what the bot says itself', async () => {
  const { board, calls } = boardOf([], 'n', 320);
  board.decide({ model: 's', resolution: 416, frameSkip: 0.3 }, 1);
  await settled();
  const offers: Offers = {
    model: { values: ['s', 'x'], value: 'x', safe: 's' },
    resolution: { values: [640, 960], value: 640, safe: 640 },
    streams: { range: [1, 4], value: 2, safe: 1 },
  };
  board.offer(offers, [], new Set());
  expect(board.decision).toEqual({ model: 's', resolution: 640, streams: 2 });
  expect(board.offers).toMatchObject({ model: { value: 's' }, resolution: { value: 640 } });
  board.offer(offers, [], new Set(['model']));
  expect(board.decision.model).toBe('x');
  calls.length = 0;
  board.decide({ model: 's', resolution: 960, frameSkip: 0.1 }, 2);
  await settled();
  expect(calls.map(({ knob, value }) => [knob, value])).toEqual([
    ['model', 's'],
    ['resolution', 960],
  ]);
});
