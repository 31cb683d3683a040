/** The settings of a card as their writer meets them: NVML's setters, or a test's memory. */
import type { CardKnob } from '../shapes/gpu.js';

/** One setting as the device tells it, in the unit of its knob. */
export interface DeviceSetting {
  /** The device's own ends, both allowed; the top of `graphicsClockMaxMhz` means that nothing is locked. */
  range: readonly [min: number, max: number];
  /** What the maker set; null where the device tells none. */
  default: number | null;
  /** In force now; null where the driver takes the setting and tells it nobody, as with locked clocks. */
  value: number | null;
}

/** What a driver answers; `code` is its own name of the refusal, such as `NO_PERMISSION`. */
export type DeviceAnswer<T> = { ok: true; value: T } | { ok: false; code: string; error: string };

/**
 * One card whose settings can be written. It keeps nothing in mind and checks no range: that is the keeper's part.
 * A library is asked in the same turn, a process takes its time; neither throws for a refusal.
 */
export interface SettableDevice {
  readonly uuid: string;
  readonly name: string;
  /** The setting as it is now; refused where the card does not have it or cannot be asked. */
  read(knob: CardKnob): DeviceAnswer<DeviceSetting> | Promise<DeviceAnswer<DeviceSetting>>;
  /** Asks for a value within `range`; what came of it is told by the next `read`. */
  write(knob: CardKnob, value: number): DeviceAnswer<null> | Promise<DeviceAnswer<null>>;
}

/** All settable cards of one library, opened together. */
export interface SettableCards {
  readonly devices: readonly SettableDevice[];
  /** Lets go of the library. Settings stay as they are. */
  close(): Promise<void>;
}
