import type { KnobOffer, KnobValue } from './knob.js';
import type { Readings } from './reading.js';

/** What a card is, read once. */
export interface CardInventory {
  name: string;
  uuid: string;
  driver: string | null;
  /** True when nothing of it is real; every screen says so. */
  simulated: boolean;
}

/** How an attempt to change the card ended; ordinary refusals are values, not exceptions. */
export type CardOutcome = { ok: true; value: KnobValue } | { ok: false; value: KnobValue; error: string };

/**
 * A card. NVML, nvidia-smi, simulated and recorded cards answer to this one interface.
 * Facts come without their `gpu.` prefix's index: the sampler adds it for second cards.
 */
export interface Card {
  readonly inventory: CardInventory;
  /** All facts under `gpu.` at tick time `atMs`; facts it cannot deliver as `unsupported` with the reason. */
  sample(atMs: number): Readings;
  /** The hardware knobs it has, with the device's own ranges (`powerLimitW` in watts). */
  knobs(): Record<string, KnobOffer>;
  /** Writes one knob, reads it back, and tells what is in force. Never throws for a refusal. */
  apply(knob: string, value: KnobValue): Promise<CardOutcome>;
  /** Gives back what was found at start. */
  restore(): Promise<void>;
  close(): Promise<void>;
}
