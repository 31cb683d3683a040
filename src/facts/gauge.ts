/** What computes one signal, tick by tick, and the words for what it cannot. */
import type { FactView } from '../shapes/reading.js';
import type { Fold } from '../shapes/sample.js';
import { describeMs } from './signal-definition.js';

/** One tick as a signal sees it. */
export interface SignalTick {
  atMs: number;
  /** Time in ms since the tick before. */
  dtMs: number;
  facts: FactView;
  /**
   * What this tick's frames told of a fact; null while the bot that would tell it is silent or paused, undefined
   * where no frames tell it and its readings count.
   */
  foldOf(fact: string): Fold | null | undefined;
}

/** One signal's arithmetic over the ticks it has been handed. */
export interface Gauge {
  /** Takes in one tick; the value at it, or the reason why it is unknown. */
  read(tick: SignalTick): number | string;
  /** Forgets the past. */
  clear(): void;
}

/** Why a signal is unknown whose source is. */
export function whyUnknown(fact: string, facts: FactView): string {
  return `${fact} is unknown: ${facts.reading(fact)?.why ?? 'no reading yet'}`;
}

/** Why a signal is unknown whose past is too short. */
export function whyUncovered(fact: string, ofMs: number): string {
  return `less than half of the last ${describeMs(ofMs)} of ${fact} is known`;
}
