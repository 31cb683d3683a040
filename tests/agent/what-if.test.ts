import fc from 'fast-check';
import { expect, test } from 'vitest';
import { profileOffer } from '../../src/agent/profile-offer.js';
import type { Recorded } from '../../src/agent/replay.js';
import { TimelineTaker } from '../../src/agent/timeline.js';
import { WhatIf, whatIf } from '../../src/agent/what-if.js';
import type { RecordingLine } from '../../src/recordings/format.js';
import { openLog } from '../../src/recordings/open-log.js';
import { newLogReport } from '../../src/recordings/read-log.js';
import type { Book } from '../../src/shapes/rule.js';
import { books, givens, readingsOf } from '../decision/random-books.js';
import { measured } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';
import { HEADER, sampleAt } from '../recordings/helpers.js';
import { fixture } from '../recordings/importers/fixtures.js';

const profile = shippedProfile('rtx-4090');

/** A log of a card at its throttle point, without a bot and without anything to write to. */
async function* hotLog(): AsyncGenerator<RecordingLine> {
  yield HEADER;
  for (let atMs = 0; atMs <= 10_000; atMs += 1000) {
    yield sampleAt(atMs, {
      events: [],
      readings: { 'gpu.temperatureC': measured(84), 'gpu.powerW': measured(440) },
    });
  }
}

async function knobsAtTheEnd(standIns = profileOffer(profile)): Promise<Record<string, unknown>> {
  const recorded: Recorded = { header: null, decisions: [], digest: null, otherStateAtMs: null };
  let knobs: Record<string, unknown> = {};
  const options = { engine: 'compiled', ledger: false } as const;
  for await (const { result } of whatIf(hotLog(), recorded, profile, shippedBook(profile), options, standIns))
    knobs = Object.fromEntries(
      Object.entries(result.decision.knobs).map(([knob, { value }]) => [knob, value]),
    );
  return knobs;
}

test('a log without a bot or a card to write to is decided with what the profile offers', async () => {
  expect(await knobsAtTheEnd()).toMatchObject({ powerLimitW: 150, model: 'yolov8m', resolution: 640 });
});

test('what nobody stands in for is not decided', async () => {
  expect(Object.keys(await knobsAtTheEnd([]))).toEqual(['level']);
});

/** The digest of a book over these lines, as each engine comes to it. */
async function digestsOf(lines: readonly RecordingLine[], book: Book): Promise<string[]> {
  const digests: string[] = [];
  for (const engine of ['compiled', 'reference'] as const) {
    const run = new WhatIf(profile, book, { engine, ledger: false }, profileOffer(profile));
    for (const line of lines) {
      const tick = await run.take(line);
      if (tick !== null && line === lines.at(-1)) digests.push(tick.core.digest.value());
    }
  }
  return digests;
}

test('random books come to the same decisions with either engine, over random samples', async () => {
  const samples = fc.array(givens, { minLength: 5, maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(books, samples, async (book, given) => {
      const lines = given.map((one, i) => sampleAt(i * 500, { readings: readingsOf(one) }));
      const [compiled, reference] = await digestsOf([HEADER, ...lines], book);
      expect(compiled).toMatch(/^[0-9a-f]{64}$/);
      expect(compiled).toBe(reference);
    }),
    { numRuns: 25 },
  );
});

test('random books and the shipped one come to the same decisions with either engine, over the logs of other tools', async () => {
  const logs: RecordingLine[][] = [];
  for (const name of [
    'gpu-z.txt',
    'hwinfo.csv',
    'mangohud-0.8.2.csv',
    'afterburner.hml',
    'nvidia-smi-units.csv',
  ])
    logs.push(await linesOf(name));
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.constant(shippedBook(profile)), books),
      fc.constantFrom(...logs),
      async (book, lines) => {
        const [compiled, reference] = await digestsOf(lines, book);
        expect(compiled).toMatch(/^[0-9a-f]{64}$/);
        expect(compiled).toBe(reference);
      },
    ),
    { numRuns: 25 },
  );
});

async function linesOf(name: string): Promise<RecordingLine[]> {
  const lines: RecordingLine[] = [];
  for await (const line of openLog(fixture(name), {}, newLogReport())) lines.push(line);
  return lines;
}

test('what was known holds through cells without a sample of their own, and not over a gap', async () => {
  const run = new WhatIf(profile, shippedBook(profile), { engine: 'compiled', ledger: false });
  const taker = new TimelineTaker();
  await run.take(HEADER);
  // A sample each 500 ms but one, which is no gap, and then 10 s of none.
  for (const [atMs, c] of [
    [0, 60],
    [500, 61],
    [1_500, 64],
    [11_500, 70],
  ] as const) {
    const tick = await run.take(sampleAt(atMs, { readings: { 'gpu.temperatureC': measured(c) } }));
    if (tick !== null) taker.add(tick);
  }
  const { facts, gapsS } = taker.timeline();
  const track = facts.find(({ fact }) => fact === 'gpu.temperatureC');
  expect(track?.mean.slice(0, 5)).toEqual([60, 61, 61, 64, null]);
  expect(track?.mean.at(-1)).toBe(70);
  expect(gapsS).toEqual([1.5]);
});

test('a log however long is drawn in as many cells', async () => {
  const run = new WhatIf(profile, shippedBook(profile), { engine: 'compiled', ledger: false });
  const taker = new TimelineTaker();
  await run.take(HEADER);
  for (let i = 0; i < 3_000; i++) {
    const tick = await run.take(
      sampleAt(i * 500, { readings: { 'gpu.temperatureC': measured(i === 1_234 ? 99 : 60) } }),
    );
    if (tick !== null) taker.add(tick);
  }
  const { cells, facts, durationS, cellS } = taker.timeline();
  expect(cells).toBeLessThanOrEqual(720);
  expect(cells * cellS).toBeGreaterThanOrEqual(durationS);
  const [track] = facts;
  expect(track?.mean).toHaveLength(cells);
  expect(track?.mean).not.toContain(null);
  // What is as short as a sample is seen however long a cell is.
  expect(Math.max(...(track?.max ?? []).map(Number))).toBe(99);
});
