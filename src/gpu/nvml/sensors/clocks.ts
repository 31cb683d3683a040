/** Clocks in MHz, what they are limited by, and the range in which they may be locked. */
import { type Answer, isAnswered } from '../answers.js';
import { clockRange } from '../clock-range.js';
import type { Device } from '../device.js';
import { CLOCK } from '../layouts.js';
import { limitedBy } from '../limited-by.js';
import type { Sensor } from '../sensor.js';

const clock = (fact: string, type: number): Sensor => ({
  tier: 'fast',
  facts: [fact],
  read: (device) => ({ [fact]: device.u32Of('nvmlDeviceGetClockInfo', type) }),
});

function lockRange({ library, handle }: Device): { lockMinMhz: Answer; lockMaxMhz: Answer } {
  const range = clockRange(library, handle);
  if ('code' in range) return { lockMinMhz: range, lockMaxMhz: range };
  return { lockMinMhz: { value: range.lowestMhz }, lockMaxMhz: { value: range.highestMhz } };
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
    isVital: true,
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
