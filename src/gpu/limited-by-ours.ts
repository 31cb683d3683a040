/** Whether what limits a card is what the agent set: then it is no trouble, and never an alarm. */
import type { FactValue } from '../shapes/reading.js';

/** What is known of a card's limits at one moment; undefined where nobody tells it. */
export interface Limits {
  /** `gpu.limitedBy`. */
  limitedBy: FactValue;
  /** The limit in force and the card's own one. */
  powerLimitW: number | undefined;
  powerLimitDefaultW: number | undefined;
  /** The limit that this agent set and has not given back. */
  oursW: number | undefined;
  /** Whether this agent bounds the graphics clock. */
  hasLock: boolean;
}

/** A limit counts as ours within this many watts: cards hold it in steps. */
const SAME_LIMIT_W = 1;

/** Only what limits it now and is ours: a hot card with a limit of ours is still limited by its heat. */
export function isLimitedByOurs(limits: Limits): boolean {
  const { limitedBy, powerLimitW, powerLimitDefaultW, oursW, hasLock } = limits;
  if (limitedBy === 'other') return hasLock;
  if (limitedBy !== 'power' || oursW === undefined || powerLimitW === undefined) return false;
  return oursW !== powerLimitDefaultW && Math.abs(powerLimitW - oursW) <= SAME_LIMIT_W;
}
