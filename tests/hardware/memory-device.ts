/** A card in memory that answers as drivers do, and notes what is asked of it. */
import type { DeviceAnswer, DeviceSetting, SettableDevice } from '../../src/gpu/settable.js';
import type { CardKnob } from '../../src/shapes/gpu.js';

export interface MemoryDevice extends SettableDevice {
  /** What is in force, whoever set it; a lock of clocks is told by no `read`. */
  readonly values: Record<CardKnob, number>;
  readonly ranges: Record<CardKnob, [number, number]>;
  /** What the maker set; null where the card does not tell it. */
  readonly defaults: Record<CardKnob, number | null>;
  readonly writes: [CardKnob, number][];
  /** Called at each write, before anything else; an answer takes the driver's place. */
  onWrite: ((knob: CardKnob, value: number) => DeviceAnswer<null> | undefined) | undefined;
  /** Takes every value and changes nothing. */
  isDeaf: boolean;
  isLost: boolean;
}

const LOST = { ok: false, code: 'GPU_IS_LOST', error: 'the card has fallen off the bus' } as const;

export function memoryDevice(uuid = 'GPU-memory'): MemoryDevice {
  const values = { powerLimitW: 450, graphicsClockMaxMhz: 3105, targetTemperatureC: 84 };
  const device: MemoryDevice = {
    uuid,
    name: 'card in memory',
    values,
    ranges: { powerLimitW: [150, 600], graphicsClockMaxMhz: [210, 3105], targetTemperatureC: [65, 91] },
    defaults: { powerLimitW: null, graphicsClockMaxMhz: null, targetTemperatureC: null },
    writes: [],
    onWrite: undefined,
    isDeaf: false,
    isLost: false,
    read(knob): DeviceAnswer<DeviceSetting> {
      if (device.isLost) return LOST;
      const value = knob === 'graphicsClockMaxMhz' ? null : values[knob];
      return { ok: true, value: { range: device.ranges[knob], default: device.defaults[knob], value } };
    },
    write(knob, value): DeviceAnswer<null> {
      device.writes.push([knob, value]);
      const answer = device.onWrite?.(knob, value);
      if (answer !== undefined) return answer;
      if (device.isLost) return LOST;
      if (!device.isDeaf) values[knob] = value;
      return { ok: true, value: null };
    },
  };
  return device;
}
