/** Watts and joules. NVML tells milliwatts and millijoules. */
import { type Answer, convert, isAnswered, unbelievable } from '../answers.js';
import type { Device } from '../device.js';
import type { Sensor } from '../sensor.js';

const fromMilli = (value: number): number => value / 1000;
/** A laptop was seen to tell 593 W while idle: what no card of its limits can draw is not believed. */
const BELIEVED_SHARE = 1.5;

/** Board draw: from Ampere on the mean of the last second. */
function drawW(device: Device): Answer {
  const answer = convert(device.u32('nvmlDeviceGetPowerUsage'), fromMilli);
  const limits = ['powerLimitMaxW', 'powerLimitDefaultW', 'powerLimitW'].map(
    (fact) => device.number(fact) ?? 0,
  );
  const highestW = Math.max(...limits);
  if (!isAnswered(answer) || highestW === 0 || answer.value <= BELIEVED_SHARE * highestW) return answer;
  return unbelievable(`${answer.value} W cannot be, with a highest limit of ${highestW} W`);
}

/** The power limit, its range, the draw and the energy. */
export const POWER_SENSORS: readonly Sensor[] = [
  {
    tier: 'once',
    facts: ['powerLimitMinW', 'powerLimitMaxW'],
    read(device) {
      const [min, max] = device.pair('nvmlDeviceGetPowerManagementLimitConstraints');
      return { powerLimitMinW: convert(min, fromMilli), powerLimitMaxW: convert(max, fromMilli) };
    },
  },
  {
    tier: 'once',
    facts: ['powerLimitDefaultW'],
    read: (device) => ({
      powerLimitDefaultW: convert(device.u32('nvmlDeviceGetPowerManagementDefaultLimit'), fromMilli),
    }),
  },
  {
    tier: 'fast',
    facts: ['powerLimitW'],
    isSetting: true,
    read: (device) => ({
      // The enforced limit is the least of all limiters, and laptops tell it that do not tell the one that was asked for.
      powerLimitW: convert(
        device.newest('powerLimitW', [
          () => device.u32('nvmlDeviceGetEnforcedPowerLimit'),
          () => device.u32('nvmlDeviceGetPowerManagementLimit'),
        ]),
        fromMilli,
      ),
    }),
  },
  {
    tier: 'slow',
    facts: ['powerLimitSetW'],
    isSetting: true,
    read: (device) => ({
      powerLimitSetW: convert(device.u32('nvmlDeviceGetPowerManagementLimit'), fromMilli),
    }),
  },
  { tier: 'fast', facts: ['powerW'], read: (device) => ({ powerW: drawW(device) }) },
  {
    tier: 'fast',
    facts: ['energyJ'],
    read: (device) => ({ energyJ: convert(device.u64('nvmlDeviceGetTotalEnergyConsumption'), fromMilli) }),
  },
];
