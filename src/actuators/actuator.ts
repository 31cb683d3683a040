/** What carries decided values out of the agent. */
import type { KnobOffer, KnobValue } from '../shapes/knob.js';
import type { AppliedEvent } from '../shapes/sample.js';

/**
 * Changes knobs of one owner. `start` never waits: how a change ended is an input of a later tick, for a model that
 * loads for three seconds must not stop the ticks.
 */
export interface Actuator {
  /** What can be changed now, with ranges and values in force; read once at the start. */
  offers(): Record<string, KnobOffer>;
  /** Begins the changes decided under `revision`; values of knobs it does not own are not its business. */
  start(values: Readonly<Record<string, KnobValue>>, revision: number): void;
  /** The outcomes that came since the last call. */
  outcomes(): AppliedEvent[];
  /** Gives back what was found at the start. */
  restore(): Promise<void>;
}
