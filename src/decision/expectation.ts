/** What a change should do to a fact that the load does not move: the measure by which the ledger grades it. */
import type { KnobValue } from '../shapes/knob.js';
import type { Profile } from '../shapes/profile.js';
import type { FactView } from '../shapes/reading.js';
import type { Expectation } from '../shapes/rule.js';
import { costError, costRatio, type Pair } from './predict.js';

/** A ratio this far beyond what was expected is something else than noise. */
const TOLERANCE = 0.15;
/** More in flight must bring this much, or it brought nothing. */
const THROUGHPUT_GAIN = 1.05;

/** Bounds on the value after a change over the value before it; null where there is none. Plain data. */
export interface Measure {
  fact: string;
  /** The fact is taken per this one, so that the load cancels out. */
  per: string | null;
  /** It tells nothing unless this fact is above 0. */
  needs: string | null;
  /** Inside these it helped. */
  atLeast: number | null;
  atMost: number | null;
  /** Outside these it did harm. */
  harmedBelow: number | null;
  harmedAbove: number | null;
  /** The ratio that was expected, in words. */
  expected: string;
}

const OPEN = { per: null, needs: null, atLeast: null, atMost: null, harmedBelow: null, harmedAbove: null };

/** The measured quantity now; undefined while it cannot be told. */
export function readMeasure({ fact, per, needs }: Measure, facts: FactView): number | undefined {
  if (needs !== null && (facts.number(needs) ?? 0) <= 0) return undefined;
  const value = facts.number(fact);
  if (per === null || value === undefined) return value;
  const divisor = facts.number(per);
  return divisor === undefined || divisor <= 0 ? undefined : value / divisor;
}

/** The measure of a rule's own `expect`: harm is the wrong side of no change, or of a bound that allows one that way. */
export function ruleMeasure({ fact, atMost, atLeast }: Expectation): Measure {
  const bounds = [
    atLeast === null ? [] : [`at least ${atLeast}`],
    atMost === null ? [] : [`at most ${atMost}`],
  ];
  return {
    ...OPEN,
    fact,
    atLeast,
    atMost,
    harmedBelow: atLeast === null ? null : Math.min(1, atLeast) * (1 - TOLERANCE),
    harmedAbove: atMost === null ? null : Math.max(1, atMost) * (1 + TOLERANCE),
    expected: bounds.flat().join(', '),
  };
}

/** How a knob's own expectation is measured; null for a change that nothing can tell. */
export function knobMeasure(
  knob: string,
  from: KnobValue,
  to: KnobValue,
  pair: Pair,
  facts: FactView,
  profile: Profile,
): Measure | null {
  switch (knob) {
    case 'model':
    case 'resolution':
      return inferenceMeasure({ ...pair, [knob]: from }, { ...pair, [knob]: to }, profile);
    case 'frameSkip':
      return skipMeasure((1 - Number(to)) / (1 - Number(from)));
    case 'streams':
    case 'batchSize':
      return Number(to) > Number(from) ? THROUGHPUT : null;
    case 'powerLimitW':
      return Number(to) < Number(from) ? powerMeasure(Number(to), facts) : null;
    default:
      return null;
  }
}

/**
 * `inference.totalMs` by the declared cost ratio. Half of a declared saving is an effect: declared ratios are of the
 * network alone, and what surrounds it stays. A cost may exceed its ratio by its stated error.
 */
function inferenceMeasure(from: Pair, to: Pair, profile: Profile): Measure | null {
  const ratio = costRatio(from, to, profile);
  if (ratio === undefined || ratio === 1) return null;
  const dearest = ratio * (1 + costError(from, to, profile)) * (1 + TOLERANCE);
  const atMost = ratio < 1 ? Math.max(ratio * (1 + TOLERANCE), (1 + ratio) / 2) : dearest;
  return {
    ...OPEN,
    fact: 'inference.totalMs',
    atMost,
    harmedAbove: ratio < 1 ? 1 + TOLERANCE : dearest,
    expected: show(ratio),
  };
}

/** The share of frames that is processed. Skipping more than that never harms a frame; the bounds on it are elsewhere. */
function skipMeasure(ratio: number): Measure | null {
  if (!Number.isFinite(ratio) || ratio === 1) return null;
  const half = (1 + ratio) / 2;
  return {
    ...OPEN,
    fact: 'inference.fps',
    per: 'frame.fps',
    atLeast: ratio > 1 ? half : null,
    atMost: ratio < 1 ? half : null,
    expected: show(ratio),
  };
}

/** Inferences finished a second, which more in flight can raise only while frames wait. */
const THROUGHPUT: Measure = {
  ...OPEN,
  fact: 'inference.fps',
  needs: 'frame.queueSize',
  atLeast: THROUGHPUT_GAIN,
  harmedBelow: 1 - TOLERANCE,
  expected: `at least ${THROUGHPUT_GAIN}`,
};

/** The board's draw, as far as the limit lies below it; a limit above what is drawn cannot bind. */
function powerMeasure(limitW: number, facts: FactView): Measure | null {
  const drawnW = facts.number('gpu.powerW');
  if (drawnW === undefined || drawnW <= 0) return null;
  const ratio = limitW / drawnW;
  const binds = ratio < 1;
  return {
    ...OPEN,
    fact: 'gpu.powerW',
    atMost: binds ? (1 + ratio) / 2 : 0,
    expected: binds ? show(ratio) : 'none, the limit cannot bind',
  };
}

/** Under a lower power limit frames may take this much longer; beyond it the limit did harm. */
export const LONGEST_FRAME_RATIO: number = 1 + TOLERANCE;

function show(ratio: number): string {
  return String(Math.round(ratio * 100) / 100);
}
