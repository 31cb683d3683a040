/** From the bits of `nvmlClocksEventReasons` to the word of `gpu.limitedBy`. */
import { REASON } from './layouts.js';

/** What `gpu.limitedBy` can be. */
export type LimitedBy = 'thermal' | 'hardware' | 'power' | 'other' | 'none';

/** What else was read of the card at the same time; undefined where it did not tell. */
export interface LimitWitnesses {
  powerW: number | undefined;
  powerLimitW: number | undefined;
  clockMhz: number | undefined;
  maxClockMhz: number | undefined;
}

/** Draw from which on a power cap is one, of the enforced limit: below it newer cards set the bit as a precaution. */
const CAPPED_SHARE = 0.97;
const KNOWN_BITS =
  REASON.gpuIdle |
  REASON.swPowerCap |
  REASON.hwSlowdown |
  REASON.swThermal |
  REASON.hwThermal |
  REASON.hwPowerBrake;

/**
 * The first of thermal, hardware, power and other that holds the clocks down now. An idle card is not limited, and a
 * power cap counts only with the draw at the limit and the clock below its highest. A bit that nobody has named is `other`.
 */
export function limitedBy(reasons: number, witnesses: LimitWitnesses): LimitedBy {
  // A number of more than 32 bits would lose the upper ones to the operators below.
  const high = Math.floor(reasons / 2 ** 32);
  const bits = reasons >>> 0;
  if ((bits & (REASON.swThermal | REASON.hwThermal)) !== 0) return 'thermal';
  // Without a thermal bit it may be a power brake, a fast power trip or a change of state.
  if ((bits & REASON.hwSlowdown) !== 0) return 'hardware';
  if ((bits & REASON.hwPowerBrake) !== 0) return 'power';
  if ((bits & REASON.swPowerCap) !== 0 && isCapped(witnesses)) return 'power';
  return (bits & ~KNOWN_BITS) !== 0 || high !== 0 ? 'other' : 'none';
}

function isCapped({ powerW, powerLimitW, clockMhz, maxClockMhz }: LimitWitnesses): boolean {
  if (powerW === undefined || powerLimitW === undefined || powerW < CAPPED_SHARE * powerLimitW) return false;
  return clockMhz === undefined || maxClockMhz === undefined || clockMhz < maxClockMhz;
}
