/** What a reading is worth; the first four are known, the last three unknown to every rule. */
export const QUALITIES = [
  'measured',
  'derived',
  'declared',
  'simulated',
  'stale',
  'missing',
  'unsupported',
] as const;
/** One of `QUALITIES`. */
export type Quality = (typeof QUALITIES)[number];

/** The value of a fact: a number in the catalogue's unit, a claim, or a word. */
export type FactValue = number | boolean | string;

/** One fact as the store holds it. `value` is the last good one; it counts only while `quality` is known. */
export interface Reading {
  value: FactValue | null;
  /** Tick time in ms at which the value was true. */
  atMs: number;
  quality: Quality;
  /** Why the value is unknown, a plain sentence. */
  why?: string;
}

/**
 * A sampler's reading on its way to the store: value (null when unknown), quality, age in ms at the tick,
 * and for unknown values the reason. A tuple, because a recording holds one for each fact and tick.
 */
export type ReadingTuple =
  | [value: FactValue, quality: Quality, ageMs: number]
  | [value: null, quality: 'missing' | 'unsupported', ageMs: number, why: string];

/** How often a fact is read whose reading is dear: with the slow ones, or with the rare ones. */
export type SlowerTier = 'slow' | 'rare';

/** New readings of one tick by fact name; a fact that is absent had no new reading. */
export type Readings = Record<string, ReadingTuple>;

/** The read side of the store: what rules and decisions may know of the facts at this tick. */
export interface FactView {
  /** The value while it is known, else undefined. */
  known(fact: string): FactValue | undefined;
  /** The number while it is known and a number, else undefined. */
  number(fact: string): number | undefined;
  /** The reading whatever its quality; undefined for a fact never heard of. */
  reading(fact: string): Reading | undefined;
}

/** True for the qualities that rules may act on. */
export function isKnown(quality: Quality): boolean {
  return quality !== 'stale' && quality !== 'missing' && quality !== 'unsupported';
}
