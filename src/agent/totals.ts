/** What a run came to: the last line of `run --json`. */
import type { DecisionDigest } from '../decision/digest.js';
import { type Folder, percentile } from '../facts/sketch.js';
import type { FiredRule } from '../shapes/fired.js';
import type { Inbox } from './inbox.js';

/** Times of one stage in ms. */
export interface StageTimes {
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

/** Counts since the start of the run, frames and times of all bots together. */
export interface Totals {
  kind: 'totals';
  samples: number;
  /** processed + skipped + dropped */
  frames: number;
  processed: number;
  skipped: number;
  dropped: number;
  /** Lines of the digest. */
  decisions: number;
  /** Changes that were applied, by knob. */
  changes: Record<string, number>;
  stages: Record<string, StageTimes>;
  rules: { id: string; activations: number }[];
  digest: string;
  /** The recording's folder, or null. */
  recording: string | null;
  /** The sources that are not real. */
  simulated: string[];
}

/** The counters that the totals are read off. */
export interface TotalsInput {
  samples: number;
  inbox: Inbox;
  applied: ReadonlyMap<string, number>;
  fired: readonly FiredRule[];
  digest: DecisionDigest;
  recording: string | null;
  simulated: string[];
}

/** May be asked for at any tick; what is counted goes on. */
export function totalsOf(input: TotalsInput): Totals {
  const { processed, skipped, dropped } = input.inbox.counts;
  return {
    kind: 'totals',
    samples: input.samples,
    frames: processed + skipped + dropped,
    processed,
    skipped,
    dropped,
    decisions: input.digest.lines,
    changes: Object.fromEntries(input.applied),
    stages: Object.fromEntries([...input.inbox.stages].map(([stage, folder]) => [stage, timesOf(folder)])),
    rules: input.fired.map(({ rule, memory }) => ({ id: rule.id, activations: memory.activations })),
    digest: input.digest.value(),
    recording: input.recording,
    simulated: input.simulated,
  };
}

function timesOf(folder: Folder): StageTimes {
  const fold = folder.fold();
  const round = (ms: number): number => Math.round(ms * 1000) / 1000;
  return {
    p50Ms: round(percentile(fold, 0.5)),
    p95Ms: round(percentile(fold, 0.95)),
    p99Ms: round(percentile(fold, 0.99)),
  };
}
