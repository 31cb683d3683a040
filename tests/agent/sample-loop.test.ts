import { expect, test } from 'vitest';
import { startSampling } from '../../src/agent/sample-loop.js';
import { cardSet } from '../../src/gpu/card-set.js';
import { NoCard } from '../../src/gpu/none.js';
import type { SlowerTier } from '../../src/shapes/reading.js';
import type { Sample } from '../../src/shapes/sample.js';

test('a recording without rules says as well which facts are read more rarely, so that none replays as stale', async () => {
  const dear = new Map<string, SlowerTier>([['gpu.powerW', 'slow']]);
  class DearCard extends NoCard {
    slower(): ReadonlyMap<string, SlowerTier> {
      return dear;
    }
  }
  const samples: Sample[] = [];
  const loop = await startSampling({
    cards: cardSet([new DearCard()], { note: '' }),
    intervalMs: 60_000,
    slowMs: 60_000,
    take: (sample) => samples.push(sample),
    failed: (error) => {
      throw error;
    },
  });
  await loop.stop();
  expect(samples[0]?.events).toEqual([{ kind: 'tier', fact: 'gpu.powerW', tier: 'slow' }]);
});
