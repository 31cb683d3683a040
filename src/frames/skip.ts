/** Which frames to skip: a credit that every frame fills by its importance and every processed frame empties. */
import type { FrameRules } from '../shapes/rule.js';
import { importanceOf, isNeverSkipped, type Scene, toThousandths } from './importance.js';

/** What one processed frame costs, in thousandths; also the credit a bot starts with. */
const PRICE = 1000;

/** A credit held to 1000 instead would skip half of the frames whatever is asked below 0.5. */
const LARGEST_CREDIT = 2000;

/** What the next verdict depends on; a value, so that all SDKs can share test vectors. */
export interface SkipState {
  /** Credit in integer thousandths, 0 to 2000. */
  readonly credit: number;
  /** Frames skipped since the last processed one. */
  readonly run: number;
  /** When the last processed frame was captured, in ms of the caller's clock; null before the first. */
  readonly processedAtMs: number | null;
}

/** Where every bot starts: with credit for one frame. */
export const SKIP_START: SkipState = { credit: PRICE, run: 0, processedAtMs: null };

/** Whether this frame is skipped, why, and the state for the next. */
export interface SkipVerdict {
  skip: boolean;
  /** `share` when skipped; why it is processed otherwise. */
  reason: 'share' | 'credit' | 'never' | 'run' | 'age';
  state: SkipState;
}

/**
 * Decides about one frame captured at `atMs`, in ms of any monotonic clock. `share` is the part of frames to skip
 * at importance 1, 0 to 1. Over frames of importance 1 exactly that share is skipped, for 0.1 to 0.8, as long as
 * the bounds on run and age do not bind.
 */
export function decideSkip(
  state: SkipState,
  share: number,
  scene: Scene,
  rules: FrameRules,
  atMs: number,
): SkipVerdict {
  const asked = Math.min(1000, Math.max(0, toThousandths(share)));
  const gain = Math.floor(((1000 - asked) * importanceOf(scene, rules) + 500) / 1000);
  const credit = Math.min(LARGEST_CREDIT, state.credit + gain);
  const reason = reasonToProcess(state, credit, scene, rules, atMs);
  if (reason === null)
    return { skip: true, reason: 'share', state: { ...state, credit, run: state.run + 1 } };
  return { skip: false, reason, state: { credit: Math.max(0, credit - PRICE), run: 0, processedAtMs: atMs } };
}

function reasonToProcess(
  state: SkipState,
  credit: number,
  scene: Scene,
  rules: FrameRules,
  atMs: number,
): 'credit' | 'never' | 'run' | 'age' | null {
  if (isNeverSkipped(scene, rules)) return 'never';
  if (credit >= PRICE) return 'credit';
  if (state.run >= rules.maxSkipRun) return 'run';
  if (state.processedAtMs !== null && atMs - state.processedAtMs >= rules.maxAgeMs) return 'age';
  return null;
}
