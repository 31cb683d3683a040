import { expect, test } from 'vitest';
import { profileOffer } from '../../src/agent/profile-offer.js';
import type { Recorded } from '../../src/agent/replay.js';
import { whatIf } from '../../src/agent/what-if.js';
import type { RecordingLine } from '../../src/recordings/format.js';
import { measured } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';
import { HEADER, sampleAt } from '../recordings/helpers.js';

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
