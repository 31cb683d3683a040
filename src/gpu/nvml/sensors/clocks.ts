/** Clocks in MHz, what they are limited by, and the range in which they may be locked. */
import { type Answer, isAnswered, type Refusal } from '../answers.js';
import { CODE } from '../codes.js';
import type { Device } from '../device.js';
import { CLOCK } from '../layouts.js';
import { limitedBy } from '../limited-by.js';
import type { Sensor } from '../sensor.js';

const clock = (fact: string, type: number): Sensor => ({
  tier: 'fast',
  facts: [fact],
  read: (device) => ({ [fact]: device.u32Of('nvmlDeviceGetClockInfo', type) }),
});

/** Room for more clocks than any card has: an RTX 4090 has 5 of the memory and some 200 of the chip. */
const MOST_CLOCKS = 1_024;

/** Lowest and highest clock of a list, in MHz. */
function ends(
  device: Device,
  call: (count: Uint32Array, list: Uint32Array) => number,
): [number, number] | Refusal {
  const list = new Uint32Array(MOST_CLOCKS);
  device.second[0] = MOST_CLOCKS;
  const code = call(device.second, list);
  if (code !== CODE.success) return { code };
  const clocks = [...list.subarray(0, device.second[0])];
  if (clocks.length === 0) return { code: CODE.notSupported, why: 'the card lists no clocks' };
  return [Math.min(...clocks), Math.max(...clocks)];
}

/** The graphics clocks at the highest memory clock: what a card under load can be held to. */
function lockRange(device: Device): { lockMinMhz: Answer; lockMaxMhz: Answer } {
  const { library, handle } = device;
  const memory = ends(device, (count, list) =>
    library.call('nvmlDeviceGetSupportedMemoryClocks', handle, count, list),
  );
  const graphics = Array.isArray(memory)
    ? ends(device, (count, list) =>
        library.call('nvmlDeviceGetSupportedGraphicsClocks', handle, memory[1], count, list),
      )
    : memory;
  if (!Array.isArray(graphics)) return { lockMinMhz: graphics, lockMaxMhz: graphics };
  return { lockMinMhz: { value: graphics[0] }, lockMaxMhz: { value: graphics[1] } };
}

/** Present clocks and ranges, then the reason for them. */
export const CLOCK_SENSORS: readonly Sensor[] = [
  {
    tier: 'once',
    facts: ['maxGraphicsClockMhz'],
    read: (device) => ({ maxGraphicsClockMhz: device.u32Of('nvmlDeviceGetMaxClockInfo', CLOCK.graphics) }),
  },
  { tier: 'once', facts: ['lockMinMhz', 'lockMaxMhz'], read: lockRange },
  clock('graphicsClockMhz', CLOCK.graphics),
  clock('smClockMhz', CLOCK.sm),
  clock('memoryClockMhz', CLOCK.memory),
  clock('videoClockMhz', CLOCK.video),
  {
    tier: 'fast',
    facts: ['limitedBy'],
    read(device) {
      const reasons = device.u64('nvmlDeviceGetCurrentClocksEventReasons');
      if (!isAnswered(reasons)) return { limitedBy: reasons };
      const word = limitedBy(reasons.value, {
        powerW: device.number('powerW'),
        powerLimitW: device.number('powerLimitW'),
        clockMhz: device.number('graphicsClockMhz'),
        maxClockMhz: device.number('maxGraphicsClockMhz'),
      });
      return { limitedBy: { value: word } };
    },
  },
];
