/**
 * Whether a number that a log holds can be believed. Tools write 0 for a sensor that is not there, NVML's blank values,
 * and what a driver returned while it was busy; `inspect` counts them, and rules never see them.
 */
import { type FactDefinition, lookUpFact, refuseValue } from '../../facts/catalogue.js';
import type { FactValue } from '../../shapes/reading.js';
import type { LogRow } from './importer.js';

/** No chip's sensor moves further from one sample to the next, in °C. */
const JUMP_C = 25;
/** Facts that no running machine has at 0: a sensor that is not there. */
const NEVER_ZERO =
  /^(?:gpu\.(?:\d+\.)?(?:temperatureC|hotSpotC|memoryTemperatureC|powerW|graphicsClockMhz|smClockMhz|memoryClockMhz|powerLimit\w*W)|system\.(?:cpuTemperatureC|memoryUsedMib)|limits\.gpuThrottleC)$/;
/** What a fan is meant to do lies above 100 % where its maximum was measured low; the live readings end there, too. */
const FAN = /^gpu\.(?:\d+\.)?fanPercent$/;
/** Beyond it is no fan, as for what NVML tells (nvml/sensors/thermal.ts). */
const MAX_FAN_PERCENT = 200;
const JUMPY = /^gpu\.(?:\d+\.)?(?:temperatureC|hotSpotC|memoryTemperatureC)$/;

/** What is known of a fact by its name, looked up once. */
interface Kind {
  definition: FactDefinition | undefined;
  isNeverZero: boolean;
  isJumpy: boolean;
  isFan: boolean;
}

/** Remembers the temperatures before. */
export class Judge {
  readonly #last = new Map<string, number>();
  readonly #doubted = new Map<string, number>();
  readonly #kinds = new Map<string, Kind>();
  /** How many readings were refused, by fact. */
  readonly refused: Map<string, number> = new Map();

  /** The facts of a row that can be believed; the others are counted. */
  judge(row: LogRow, isNewSegment: boolean): Record<string, FactValue> {
    if (isNewSegment) {
      this.#last.clear();
      this.#doubted.clear();
    }
    let believed: Record<string, FactValue> | null = null;
    for (const fact in row.facts) {
      const value = row.facts[fact];
      if (value === undefined || this.#believes(fact, value)) continue;
      believed ??= { ...row.facts };
      if (this.#isFastFan(fact, value)) {
        believed[fact] = 100;
        continue;
      }
      delete believed[fact];
      this.refused.set(fact, (this.refused.get(fact) ?? 0) + 1);
    }
    return believed ?? row.facts;
  }

  #believes(fact: string, value: FactValue): boolean {
    const { definition, isNeverZero, isJumpy } = this.#kindOf(fact);
    if (definition === undefined || refuseValue(definition, value) !== null) return false;
    if (typeof value !== 'number') return true;
    if (value === 0 && isNeverZero) return false;
    return !isJumpy || this.#isSteady(fact, value);
  }

  #isFastFan(fact: string, value: FactValue): boolean {
    return this.#kindOf(fact).isFan && Number(value) > 100 && Number(value) <= MAX_FAN_PERCENT;
  }

  #kindOf(fact: string): Kind {
    let kind = this.#kinds.get(fact);
    if (kind === undefined) {
      kind = {
        definition: lookUpFact(fact),
        isNeverZero: NEVER_ZERO.test(fact),
        isJumpy: JUMPY.test(fact),
        isFan: FAN.test(fact),
      };
      this.#kinds.set(fact, kind);
    }
    return kind;
  }

  /** A temperature far from the one before is believed once a second one says the same. */
  #isSteady(fact: string, value: number): boolean {
    const last = this.#last.get(fact);
    const doubted = this.#doubted.get(fact);
    const isNear = (other: number | undefined): boolean =>
      other !== undefined && Math.abs(value - other) <= JUMP_C;
    if (last === undefined || isNear(last) || isNear(doubted)) {
      this.#last.set(fact, value);
      this.#doubted.delete(fact);
      return true;
    }
    this.#doubted.set(fact, value);
    return false;
  }
}
