/** What is in force of each setting, as far as a card's readings and its offer tell. */
import type { CardKnob } from '../shapes/gpu.js';
import type { KnobOffer } from '../shapes/knob.js';
import { isKnown, type Readings } from '../shapes/reading.js';
import type { Hold, Seen } from './hold.js';

/** Values this far apart are the same: drivers round to milliwatts, and clocks come in steps of 15 MHz. */
export const TOLERANCE: Readonly<Record<CardKnob, number>> = {
  powerLimitW: 1,
  graphicsClockMaxMhz: 15,
  targetTemperatureC: 0.5,
};

/** A clock above its lock for this long is not locked, in ms: a lock takes a moment to hold. */
const ABOVE_MS = 5_000;

/** Where the card goes by itself; null where nobody tells. */
export function restOf(knob: CardKnob, { range }: KnobOffer, readings: Readings): number | null {
  if (knob === 'powerLimitW') return known(readings, 'gpu.powerLimitDefaultW')?.value ?? null;
  return knob === 'graphicsClockMaxMhz' ? (range?.[1] ?? null) : null;
}

/** Looks at one setting of a card at every tick. */
export class InForce {
  readonly #knob: CardKnob;
  #aboveSinceMs: number | null = null;

  constructor(knob: CardKnob) {
    this.#knob = knob;
  }

  /** The newest value in force; null while nobody tells. `offer` is the card's own, as of now. */
  see(hold: Hold, offer: KnobOffer, readings: Readings, atMs: number): Seen | null {
    const told = typeof offer.value === 'number' ? { value: offer.value, readAtMs: null } : null;
    switch (this.#knob) {
      case 'powerLimitW':
        return enforced(hold, told, readings, atMs);
      case 'graphicsClockMaxMhz':
        return this.#clock(hold, offer, readings, atMs) ?? lockTold(hold, told, offer);
      case 'targetTemperatureC':
        return told;
    }
  }

  /** Nobody reads a lock back: only a clock above it tells that it does not hold. */
  #clock(hold: Hold, { range }: KnobOffer, readings: Readings, atMs: number): Seen | null {
    const lock = hold.ours?.value;
    const clock = known(readings, 'gpu.graphicsClockMhz');
    if (lock === undefined || clock === null || clock.value <= lock + hold.tolerance) {
      this.#aboveSinceMs = null;
      return null;
    }
    const readAtMs = atMs - clock.ageMs;
    const sinceMs = this.#aboveSinceMs;
    const isOfThisLock = sinceMs !== null && sinceMs > (hold.writtenAtMs ?? Number.NEGATIVE_INFINITY);
    this.#aboveSinceMs = isOfThisLock ? sinceMs : readAtMs;
    const isLong = readAtMs - this.#aboveSinceMs >= ABOVE_MS;
    return isLong && range !== undefined ? { value: range[1], readAtMs } : null;
  }
}

/** A card that does not tell its lock says that there is none: that counts only while we hold none. */
function lockTold(hold: Hold, told: Seen | null, { range }: KnobOffer): Seen | null {
  return hold.ours !== null && told?.value === range?.[1] ? null : told;
}

/**
 * The enforced limit is the least of all limiters: above ours, ours is gone; below it, another limiter may be at work, and
 * the card's own setting has to say the same.
 */
function enforced(hold: Hold, told: Seen | null, readings: Readings, atMs: number): Seen | null {
  const limit = known(readings, 'gpu.powerLimitW');
  if (limit === null) return told;
  const { value, ageMs } = limit;
  const expected = hold.ours?.value ?? hold.found;
  const isLess = value < expected - hold.tolerance;
  const isSaid = told !== null && Math.abs(told.value - value) <= hold.tolerance;
  return isLess && !isSaid ? told : { value, readAtMs: atMs - ageMs };
}

function known(readings: Readings, fact: string): { value: number; ageMs: number } | null {
  const reading = readings[fact];
  if (reading === undefined || !isKnown(reading[1]) || typeof reading[0] !== 'number') return null;
  return { value: reading[0], ageMs: reading[2] };
}
