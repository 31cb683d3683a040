/** The settings of one card through NVML, in the units of their knobs. */
import type { CardKnob } from '../../shapes/gpu.js';
import type { DeviceAnswer, DeviceSetting, SettableDevice } from '../settable.js';
import type { NvmlArguments, NvmlFunction } from './abi.js';
import { attempt, NvmlRefusal, refusal } from './attempt.js';
import { clockRange } from './clock-range.js';
import { CODE, DOWN_CODES } from './codes.js';
import { handleOf } from './identity.js';
import { THRESHOLD } from './layouts.js';
import type { NvmlLibrary } from './library.js';

const MILLIWATTS = 1_000;

/** The library that all cards share. */
export interface SetterSession {
  readonly library: NvmlLibrary;
  /** How often it was started. */
  readonly starts: number;
  /** Shuts the library down and starts it anew; NVML's code. */
  restart(): number;
}

/**
 * One card by its UUID: after it was lost, it is looked for once more at the next call. A call may never return, so this
 * belongs into a process that can be killed.
 */
export class NvmlSettable implements SettableDevice {
  readonly uuid: string;
  readonly name: string;
  readonly #session: SetterSession;
  #handle: { of: number; handle: bigint } | null = null;
  /** The clocks it can run at: asked once, for they do not change and the list is long. */
  #clocks: readonly [lowest: number, highest: number] | undefined;

  constructor(session: SetterSession, uuid: string, name: string) {
    this.#session = session;
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
    const card = this.#card();
    const range = 'code' in card ? card : clockRange(this.#session.library, card.handle);
    if ('code' in range) throw new NvmlRefusal(range.code);
    this.#clocks = [range.lowestMhz, range.highestMhz];
    return this.#clocks;
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
    const code = this.#session.restart();
    return code === CODE.success ? attempt(work) : refusal(code);
  }

  /** A handle is good until the library is shut down, for whichever card that was. */
  #card(): { handle: bigint } | { code: number } {
    const { library, starts } = this.#session;
    if (this.#handle?.of === starts) return this.#handle;
    const found = handleOf(library, this.uuid);
    if ('handle' in found) this.#handle = { of: starts, handle: found.handle };
    return found;
  }

  #call<F extends NvmlFunction>(name: F, ...rest: TailOf<NvmlArguments<F>>): number {
    const card = this.#card();
    if ('code' in card) return card.code;
    return this.#session.library.call(name, ...([card.handle, ...rest] as unknown as NvmlArguments<F>));
  }

  #must<F extends NvmlFunction>(name: F, ...rest: TailOf<NvmlArguments<F>>): void {
    const code = this.#call(name, ...rest);
    if (code !== CODE.success) throw new NvmlRefusal(code);
  }
}

/** What follows the card among a function's arguments. */
type TailOf<A extends readonly unknown[]> = A extends [unknown, ...infer Rest] ? Rest : never;
