/** The settings of NVIDIA's cards through NVML. A call may never return: this belongs into a process that can be killed. */
import type { CardKnob } from '../../shapes/gpu.js';
import type { DeviceAnswer, DeviceSetting, SettableCards, SettableDevice } from '../settable.js';
import type { NvmlArguments, NvmlFunction } from './abi.js';
import { CODE, codeName, DOWN_CODES, describeCode } from './codes.js';
import { CLOCK, TEXT_BYTES, THRESHOLD } from './layouts.js';
import { type LibraryOptions, type NvmlLibrary, openLibrary } from './library.js';

const MILLIWATTS = 1_000;

/**
 * Opens all cards of this machine for writing.
 * @throws EvenkeelError `gpuUnavailable` where the library does not load; Error with NVML's code where it does not start.
 */
export async function openNvmlSetters(options: LibraryOptions = {}): Promise<SettableCards> {
  const library = await openLibrary(options);
  const code = library.call('nvmlInit_v2');
  if (code !== CODE.success) throw new Error(describeCode(code));
  const count = new Uint32Array(1);
  library.call('nvmlDeviceGetCount_v2', count);
  const devices: SettableDevice[] = [];
  for (let index = 0; index < (count[0] ?? 0); index += 1) {
    const handle = new BigUint64Array(1);
    // A card that this process may not open is not ours to write.
    if (library.call('nvmlDeviceGetHandleByIndex_v2', index, handle) !== CODE.success) continue;
    const device = handle[0] ?? 0n;
    const uuid = textOf(library, 'nvmlDeviceGetUUID', device, TEXT_BYTES.uuid);
    const name = textOf(library, 'nvmlDeviceGetName', device, TEXT_BYTES.name);
    devices.push(new NvmlSettable(library, uuid, name));
  }
  return {
    devices,
    async close() {
      library.call('nvmlShutdown');
    },
  };
}

class NvmlSettable implements SettableDevice {
  readonly uuid: string;
  readonly name: string;
  readonly #library: NvmlLibrary;
  #handle: bigint | null = null;
  /** The clocks it can run at: asked once, for they do not change and the list is long. */
  #clocks: readonly [lowest: number, highest: number] | undefined;

  constructor(library: NvmlLibrary, uuid: string, name: string) {
    this.#library = library;
    this.uuid = uuid;
    this.name = name;
  }

  read(knob: CardKnob): DeviceAnswer<DeviceSetting> {
    return this.#attempt(() => {
      switch (knob) {
        case 'powerLimitW':
          return this.#readPower();
        case 'graphicsClockMaxMhz': {
          // No function of NVML tells whether clocks are locked.
          const range = this.#clockRange();
          return { range, default: range[1], value: null };
        }
        case 'targetTemperatureC': {
          const [min, max] = [this.#threshold(THRESHOLD.acousticMin), this.#threshold(THRESHOLD.acousticMax)];
          return { range: [min, max], default: null, value: this.#threshold(THRESHOLD.acousticCurrent) };
        }
      }
    });
  }

  write(knob: CardKnob, value: number): DeviceAnswer<null> {
    return this.#attempt(() => {
      switch (knob) {
        case 'powerLimitW':
          this.#must('nvmlDeviceSetPowerManagementLimit', Math.round(value * MILLIWATTS));
          break;
        case 'graphicsClockMaxMhz': {
          const [lowest, highest] = this.#clockRange();
          if (value >= highest) this.#must('nvmlDeviceResetGpuLockedClocks');
          else this.#must('nvmlDeviceSetGpuLockedClocks', lowest, Math.round(value));
          break;
        }
        case 'targetTemperatureC':
          this.#must(
            'nvmlDeviceSetTemperatureThreshold',
            THRESHOLD.acousticCurrent,
            Int32Array.of(Math.round(value)),
          );
      }
      return null;
    });
  }

  #readPower(): DeviceSetting {
    const [min, max] = [new Uint32Array(1), new Uint32Array(1)];
    this.#must('nvmlDeviceGetPowerManagementLimitConstraints', min, max);
    const requested = this.#number('nvmlDeviceGetPowerManagementLimit');
    const enforced = this.#number('nvmlDeviceGetEnforcedPowerLimit', requested);
    const usual = this.#number('nvmlDeviceGetPowerManagementDefaultLimit', Number.NaN);
    return {
      range: [(min[0] ?? 0) / MILLIWATTS, (max[0] ?? 0) / MILLIWATTS],
      default: Number.isNaN(usual) ? null : usual / MILLIWATTS,
      // Other limiters only lower what is enforced. More than what was asked for means that asking did nothing.
      value: Math.max(requested, enforced) / MILLIWATTS,
    };
  }

  #clockRange(): readonly [number, number] {
    if (this.#clocks !== undefined) return this.#clocks;
    const memory = new Uint32Array(1);
    this.#must('nvmlDeviceGetMaxClockInfo', CLOCK.memory, memory);
    const memoryMhz = memory[0] ?? 0;
    const count = new Uint32Array(1);
    this.#call('nvmlDeviceGetSupportedGraphicsClocks', memoryMhz, count, null);
    const list = new Uint32Array(count[0] ?? 0);
    this.#must('nvmlDeviceGetSupportedGraphicsClocks', memoryMhz, count, list);
    const clocks = [Math.min(...list), Math.max(...list)] as const;
    this.#clocks = clocks;
    return clocks;
  }

  #threshold(type: number): number {
    const celsius = new Uint32Array(1);
    this.#must('nvmlDeviceGetTemperatureThreshold', type, celsius);
    return celsius[0] ?? 0;
  }

  #number(
    name:
      | 'nvmlDeviceGetPowerManagementLimit'
      | 'nvmlDeviceGetEnforcedPowerLimit'
      | 'nvmlDeviceGetPowerManagementDefaultLimit',
    instead?: number,
  ): number {
    const value = new Uint32Array(1);
    if (instead === undefined) this.#must(name, value);
    else if (this.#call(name, value) !== CODE.success) return instead;
    return value[0] ?? 0;
  }

  /** A card that was lost is looked for once more, in a library that is started anew: it may be back. */
  #attempt<T>(work: () => T): DeviceAnswer<T> {
    const first = attempt(work);
    if (first.ok || !DOWN_CODES.has(first.number)) return first;
    this.#handle = null;
    this.#library.call('nvmlShutdown');
    const code = this.#library.call('nvmlInit_v2');
    return code === CODE.success ? attempt(work) : refusal(code);
  }

  #call<F extends NvmlFunction>(name: F, ...rest: TailOf<NvmlArguments<F>>): number {
    if (this.#handle === null) {
      const handle = new BigUint64Array(1);
      const code = this.#library.call('nvmlDeviceGetHandleByUUID', this.uuid, handle);
      if (code !== CODE.success) return code;
      this.#handle = handle[0] ?? 0n;
    }
    return this.#library.call(name, ...([this.#handle, ...rest] as unknown as NvmlArguments<F>));
  }

  #must<F extends NvmlFunction>(name: F, ...rest: TailOf<NvmlArguments<F>>): void {
    const code = this.#call(name, ...rest);
    if (code !== CODE.success) throw new NvmlRefusal(code);
  }
}

/** What follows the card among a function's arguments. */
type TailOf<A extends readonly unknown[]> = A extends [unknown, ...infer Rest] ? Rest : never;

class NvmlRefusal extends Error {
  readonly number: number;
  constructor(number: number) {
    super(describeCode(number));
    this.number = number;
  }
}

type Refusal = { ok: false; number: number; code: string; error: string };

function refusal(number: number): Refusal {
  return { ok: false, number, code: codeName(number), error: describeCode(number) };
}

function attempt<T>(work: () => T): { ok: true; value: T } | Refusal {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof NvmlRefusal) return refusal(error.number);
    throw error;
  }
}

function textOf(
  library: NvmlLibrary,
  name: 'nvmlDeviceGetUUID' | 'nvmlDeviceGetName',
  device: bigint,
  length: number,
): string {
  const text = new Uint8Array(length);
  library.call(name, device, text, length);
  return Buffer.from(text).toString('utf8').split('\0')[0] ?? '';
}
