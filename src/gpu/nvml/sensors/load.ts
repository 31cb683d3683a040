/** How busy the card and its memory are. */
import type { Answer, Answers } from '../answers.js';
import { unbelievable } from '../answers.js';
import { CODE } from '../codes.js';
import type { Device } from '../device.js';
import { MEMORY_V1, MEMORY_V2 } from '../layouts.js';
import type { Sensor } from '../sensor.js';

const MIB = 1_048_576;
const memoryBytes = new Uint8Array(MEMORY_V2.size);
const memoryView = new DataView(memoryBytes.buffer);

interface Memory {
  total: number;
  used: number;
}

/** Used without what the driver reserves where the driver tells it apart, as nvidia-smi prints it. */
function memory(device: Device): Answers {
  const read = (
    name: 'nvmlDeviceGetMemoryInfo' | 'nvmlDeviceGetMemoryInfo_v2',
    layout: { total: number; used: number },
  ) => {
    const code = device.library.call(name, device.handle, memoryBytes);
    if (code !== CODE.success) return { code };
    const at = (offset: number): number => Number(memoryView.getBigUint64(offset, true));
    return { total: at(layout.total), used: at(layout.used) };
  };
  const told = device.newest<Memory>(
    'memory',
    [
      () => {
        memoryView.setUint32(0, MEMORY_V2.version, true);
        return read('nvmlDeviceGetMemoryInfo_v2', MEMORY_V2);
      },
      () => read('nvmlDeviceGetMemoryInfo', MEMORY_V1),
    ],
    // What NVML of WSL says to the second form.
    [CODE.unknown],
  );
  const answer = (of: (memory: Memory) => number): Answer => {
    if ('code' in told) return told;
    if (told.total > 0) return { value: of(told) };
    return { code: CODE.notSupported, why: "the card shares the machine's memory and has none of its own" };
  };
  return {
    memoryUsedMib: answer(({ used }) => Math.round(used / MIB)),
    memoryUsedPercent: answer(({ used, total }) => Math.round((1000 * used) / total) / 10),
  };
}

const engine = (
  fact: string,
  name: 'nvmlDeviceGetEncoderUtilization' | 'nvmlDeviceGetDecoderUtilization',
): Sensor => ({
  tier: 'slow',
  facts: [fact],
  read: (device) => ({ [fact]: device.pair(name)[0] }),
});

/** Utilization, video memory, encoder and decoder. */
export const LOAD_SENSORS: readonly Sensor[] = [
  {
    tier: 'fast',
    facts: ['utilizationPercent', 'memoryBusyPercent'],
    read(device) {
      // nvmlUtilization_t is two u32: the card, and the time its memory was busy.
      const first = device.u32('nvmlDeviceGetUtilizationRates');
      const second: Answer = 'code' in first ? first : { value: device.out[1] ?? 0 };
      return { utilizationPercent: first, memoryBusyPercent: second };
    },
  },
  { tier: 'fast', facts: ['memoryUsedMib', 'memoryUsedPercent'], read: memory },
  engine('encoderPercent', 'nvmlDeviceGetEncoderUtilization'),
  engine('decoderPercent', 'nvmlDeviceGetDecoderUtilization'),
  {
    tier: 'fast',
    facts: ['performanceState'],
    read(device) {
      const state = device.u32('nvmlDeviceGetPerformanceState');
      const isUnknown = 'value' in state && state.value > 15;
      return { performanceState: isUnknown ? unbelievable('the card does not know its P-state') : state };
    },
  },
];
