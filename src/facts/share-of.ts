/** Which percentile a signal asks for. */
import type { SignalFold } from '../shapes/rule.js';

const SHARES: Partial<Record<SignalFold, number>> = { p50: 0.5, p95: 0.95, p99: 0.99 };

/** The share (0 to 1) of a percentile; undefined for everything else. */
export function shareOf(kind: SignalFold): number | undefined {
  return SHARES[kind];
}
