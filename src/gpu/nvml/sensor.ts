/** What a sensor is: the calls that tell one or several facts together. */
import type { Answers } from './answers.js';
import type { Device } from './device.js';

/** How often sensors are read, from often to once; the last only until the card has answered. */
export const SENSOR_TIERS = ['fast', 'slow', 'rare', 'once'] as const;
/** One of `SENSOR_TIERS`. */
export type SensorTier = (typeof SENSOR_TIERS)[number];

/** One sensor. Sensors are read in the order of their list: what one rests on stands before it. */
export interface Sensor {
  tier: SensorTier;
  /** Facts without their prefix; names that the catalogue lacks are the reader's own. */
  facts: readonly string[];
  /** A setting of the card: read again at once when something was written. */
  isSetting?: boolean;
  /** Rules that keep the card safe rest on it: however dear, it is read as often as slow ones are. */
  isVital?: boolean;
  read(device: Device): Answers;
}
