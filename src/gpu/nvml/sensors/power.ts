/** Watts and joules. NVML tells milliwatts and millijoules. */
import { refuseDraw } from '../../believable-draw.js';
import { type Answer, convert, isAnswered, unbelievable } from '../answers.js';
import type { Device } from '../device.js';
import type { Sensor } from '../sensor.js';

const fromMilli = (value: number): number => value / 1000;

/** Board draw: from Ampere on the mean of the last second. */
function drawW(device: Device): Answer {
  const answer = convert(device.u32('nvmlDeviceGetPowerUsage'), fromMilli);
  const limits = ['powerLimitMaxW', 'powerLimitDefaultW', 'powerLimitW'].map(
    (fact) => device.number(fact) ?? 0,
  );
  if (!isAnswered(answer)) return answer;
  const refusal = refuseDraw(answer.value, Math.max(...limits));
  return refusal === null ? answer : unbelievable(refusal);
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
    isVital: true,
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
  { tier: 'fast', facts: ['powerW'], isVital: true, read: (device) => ({ powerW: drawW(device) }) },
  {
    tier: 'fast',
    facts: ['energyJ'],
    read: (device) => ({ energyJ: convert(device.u64('nvmlDeviceGetTotalEnergyConsumption'), fromMilli) }),
  },
];
