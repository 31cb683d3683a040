/** Temperatures in °C and the fan. */
import { type Answer, isAnswered, unbelievable } from '../answers.js';
import { CODE } from '../codes.js';
import type { Device } from '../device.js';
import { FIELD, SENSOR_GPU, TEMPERATURE_V1, THRESHOLD } from '../layouts.js';
import type { Sensor } from '../sensor.js';
import { limitC, thermalMarginC } from '../thermal-margin.js';

const temperatureBytes = new Uint8Array(TEMPERATURE_V1.size);
const temperatureView = new DataView(temperatureBytes.buffer);

/** A powered card is never at 0 °C: that is a failed read, told as a number. */
function believed(answer: Answer): Answer {
  return isAnswered(answer) && answer.value === 0
    ? unbelievable('0 °C is what a failed read looks like')
    : answer;
}

function chipC(device: Device): Answer {
  return device.newest('temperatureC', [
    () => {
      temperatureView.setUint32(0, TEMPERATURE_V1.version, true);
      const code = device.library.call('nvmlDeviceGetTemperatureV', device.handle, temperatureBytes);
      return code === CODE.success
        ? { value: temperatureView.getInt32(TEMPERATURE_V1.temperature, true) }
        : { code };
    },
    () => device.u32Of('nvmlDeviceGetTemperature', SENSOR_GPU),
  ]);
}

const thresholdC = (device: Device, which: number): Answer =>
  device.u32Of('nvmlDeviceGetTemperatureThreshold', which);

/** The chip, its limits, how far it is from them, its memory and the fan. */
export const THERMAL_SENSORS: readonly Sensor[] = [
  {
    tier: 'once',
    facts: ['targetMinC', 'targetMaxC'],
    read: (device) => ({
      targetMinC: thresholdC(device, THRESHOLD.acousticMin),
      targetMaxC: thresholdC(device, THRESHOLD.acousticMax),
    }),
  },
  {
    tier: 'slow',
    facts: ['targetTemperatureC'],
    isSetting: true,
    read: (device) => ({ targetTemperatureC: thresholdC(device, THRESHOLD.acousticCurrent) }),
  },
  { tier: 'slow', facts: ['limitC'], isSetting: true, read: (device) => ({ limitC: limitC(device) }) },
  {
    tier: 'fast',
    facts: ['temperatureC'],
    isVital: true,
    read: (device) => ({ temperatureC: believed(chipC(device)) }),
  },
  {
    tier: 'fast',
    facts: ['thermalMarginC'],
    isVital: true,
    read: (device) => ({ thermalMarginC: thermalMarginC(device) }),
  },
  {
    tier: 'fast',
    facts: ['memoryTemperatureC'],
    read(device) {
      const [answer = { code: CODE.notFound }] = device.fields([FIELD.memoryTemperature]);
      return { memoryTemperatureC: believed(answer) };
    },
  },
  {
    tier: 'once',
    facts: ['hotSpotC'],
    read: () => ({ hotSpotC: { code: CODE.functionNotFound, why: 'NVML has no function that tells it' } }),
  },
  {
    tier: 'slow',
    facts: ['fanPercent'],
    read(device) {
      const answer = device.u32('nvmlDeviceGetFanSpeed');
      // The speed is the intended one, of the speed that the fan was made for: a few cards go beyond.
      const isBeyond = isAnswered(answer) && answer.value > 100 && answer.value <= 200;
      return { fanPercent: isBeyond ? { value: 100 } : answer };
    },
  },
];
