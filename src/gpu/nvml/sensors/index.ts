/** Every sensor, in the order in which they are read: what one rests on stands before it. */
import type { Sensor } from '../sensor.js';
import { CLOCK_SENSORS } from './clocks.js';
import { LOAD_SENSORS } from './load.js';
import { PCIE_SENSORS } from './pcie.js';
import { POWER_SENSORS } from './power.js';
import { THERMAL_SENSORS } from './thermal.js';

/** Every sensor of a card. */
export const SENSORS: readonly Sensor[] = [
  ...POWER_SENSORS,
  ...LOAD_SENSORS,
  ...THERMAL_SENSORS,
  ...CLOCK_SENSORS,
  ...PCIE_SENSORS,
];
