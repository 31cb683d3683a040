/** What carries decided values out of the agent. */
import type { KnobValue } from '../shapes/knob.js';
import type { Readings } from '../shapes/reading.js';
import type { TickEvent } from '../shapes/sample.js';

/** The tick that an actuator looks at its knobs for. */
export interface TickMoment {
  /** Tick time in ms. */
  atMs: number;
  /** Time jumped since the tick before. */
  isGap: boolean;
  readings: Readings;
}

/**
 * Changes knobs of one owner. `start` never waits: how a change ended is an input of a later tick, for a model that
 * loads for three seconds must not stop the ticks.
 */
export interface Actuator {
  /** What became of its knobs since the tick before: outcomes, offers that are new, other or gone, values in force. */
  events(moment: TickMoment): TickEvent[];
  /** Begins the changes decided under `revision`; values of knobs it does not own are not its business. */
  start(values: Readonly<Record<string, KnobValue>>, revision: number): void;
  /** Gives back what was found at the start. */
  restore(): Promise<void>;
}
