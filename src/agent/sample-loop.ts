/** Samples machine and cards on the grid of ticks and decides nothing: what `record` is made of. */
import { sampleCard } from '../samplers/card.js';
import { openMachineSampler } from '../samplers/machine/index.js';
import type { CardSet } from '../shapes/gpu.js';
import type { Sample } from '../shapes/sample.js';
import { CardTiers } from './card-tiers.js';
import { Ticker } from './ticker.js';

/** What is sampled, how often, and who takes it. */
export interface SampleLoopOptions {
  cards: CardSet;
  /** Times in ms between samples, and between readings of what is dear. */
  intervalMs: number;
  slowMs: number;
  take: (sample: Sample) => void;
  failed: (error: unknown) => void;
}

/** Samples until it is stopped. */
export interface SampleLoop {
  /** Ends after the sample in hand; how many there were. */
  stop(): Promise<number>;
}

/** Takes the first sample at once. */
export async function startSampling({
  cards,
  intervalMs,
  slowMs,
  take,
  failed,
}: SampleLoopOptions): Promise<SampleLoop> {
  const machine = openMachineSampler({ slowEveryMs: slowMs });
  // What is read more rarely is not stale meanwhile, in a replay either.
  const tiers = new CardTiers(cards);
  const startMs = performance.now();
  const now = (): number => Math.round(performance.now() - startMs);
  let samples = 0;
  let lastMs = -1;
  const ticker = new Ticker({
    intervalMs,
    now,
    failed,
    run: async (cause) => {
      const atMs = Math.max(now(), lastMs + 1);
      lastMs = atMs;
      const ofCards = cards.cards.map((card, place) => sampleCard(card, place, atMs));
      const readings = Object.assign({}, machine.sample(atMs), ...ofCards);
      take({ kind: 'sample', atMs, wallMs: Date.now(), cause, readings, events: tiers.events() });
      samples++;
    },
  });
  await ticker.start();
  return {
    async stop() {
      await ticker.stop();
      machine.close();
      return samples;
    },
  };
}
