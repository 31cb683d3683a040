/** The cards of this machine through NVML, read by a child process that can be replaced. */
import type { CardSet, CardWriter } from '../../shapes/gpu.js';

/** How often each tier of readings is taken, in ms. */
export interface Pace {
  /** The agent's tick. */
  fastMs: number;
  slowMs: number;
  rareMs: number;
}

/** How the cards are opened; all but the pace may be left out. */
export interface NvmlOptions {
  pace: Pace;
  /** Changes settings; without one every knob is read-only. It is not closed with the cards. */
  writer?: CardWriter | undefined;
  /** UUID of the bot's card; the driver's first unless given. */
  uuid?: string | undefined;
  /** The compiled entry of the child; found beside this file unless said. */
  childEntry?: URL | undefined;
}

/** The cards, or why they cannot be read this way: a sentence with the remedy. */
export type NvmlOpening = { ok: true; cards: CardSet } | { ok: false; why: string };

/** Opens all cards of this machine, the bot's first. Never throws for what this machine lacks. */
export async function openNvml(_options: NvmlOptions): Promise<NvmlOpening> {
  return { ok: false, why: 'reading through NVML is being built' };
}
