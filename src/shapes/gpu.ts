import type { KnobOffer, KnobValue } from './knob.js';
import type { Readings, SlowerTier } from './reading.js';

/** The settings of a card that can be changed, as knobs; the knob table tells their units. */
export const CARD_KNOBS = ['powerLimitW', 'graphicsClockMaxMhz', 'targetTemperatureC'] as const;
/** One of `CARD_KNOBS`. */
export type CardKnob = (typeof CARD_KNOBS)[number];

/** What a card is, read once. */
export interface CardInventory {
  name: string;
  uuid: string;
  driver: string | null;
  /** Vendor and device of its PCI id, as `10DE:2684`; null where nobody tells it. */
  pciId: string | null;
  /** True when nothing of it is real; every screen says so. */
  simulated: boolean;
}

/** How an attempt to change the card ended; ordinary refusals are values, not exceptions. */
export type CardOutcome =
  | { ok: true; value: KnobValue }
  /** `isLasting` where asking again is of no use: no right to it, or the card cannot do it. */
  | { ok: false; value: KnobValue; error: string; isLasting?: true };

/**
 * A card. NVML, nvidia-smi, simulated and recorded cards answer to this one interface.
 * Facts come without their `gpu.` prefix's index: the sampler adds it for second cards.
 */
export interface Card {
  readonly inventory: CardInventory;
  /** All facts under `gpu.` at tick time `atMs`; facts it cannot deliver as `unsupported` with the reason. */
  sample(atMs: number): Readings;
  /** The facts that are read more rarely than the catalogue says, because reading them is dear; none where absent. */
  slower?(): ReadonlyMap<string, SlowerTier>;
  /**
   * The hardware knobs it has now, with the device's own ranges and the values in force as last read. A knob that
   * cannot be written says why in `readOnly`; a card that is lost has none.
   */
  knobs(): Record<string, KnobOffer>;
  /** Writes one knob, reads it back, and tells what is in force. Never throws for a refusal. */
  apply(knob: string, value: KnobValue): Promise<CardOutcome>;
  /** Another program took the setting over: what is in force now counts as found, and nothing of it is given back. */
  forget(knob: string): Promise<void>;
  /** Gives back what was found at start. */
  restore(): Promise<void>;
  close(): Promise<void>;
}

/** The cards of one machine, opened together. */
export interface CardSet {
  /** The bot's card first, the others in the driver's order; at least one. */
  readonly cards: readonly [Card, ...Card[]];
  /** How they are read, and why not another way: a sentence for the log. */
  readonly note: string;
  /** What a person should know of the reading now: a sensor read more rarely than others, a driver that does not answer. */
  readonly standing: readonly string[];
  /** Processor time in µs that reading took in other processes than this one, since the cards were opened. */
  readonly outsideCpuUs: number;
  /** Makes the card with this UUID the bot's; false where there is none. */
  choose(uuid: string): boolean;
  close(): Promise<void>;
}

/**
 * What writes settings of cards: clamped to the device's own range, journaled before the first write, read back,
 * given back when the writer ends for whatever reason.
 */
export interface CardWriter {
  /** Why nothing can be written now, with the remedy; null where it can. */
  readonly refusal: string | null;
  /** Writes one setting where it differs, and tells what is in force afterwards. Never throws for a refusal. */
  set(uuid: string, knob: CardKnob, value: number): Promise<CardOutcome>;
  /** Drops what was journaled of one setting: what is in force now is another program's, and stays. */
  forget(uuid: string, knob: CardKnob): Promise<void>;
  /** Gives back what was found of one card. */
  restore(uuid: string): Promise<void>;
  /** Gives back what was found of all cards, as the policy at exit says, and ends. */
  close(): Promise<void>;
}
