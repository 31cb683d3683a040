/** A simulated RTX 4090 whose load is the bot's real one. Nothing it tells is measured, and every reading says so. */
import type { Card, CardInventory, CardOutcome } from '../../shapes/gpu.js';
import type { KnobOffer, KnobValue } from '../../shapes/knob.js';
import type { FactValue, Readings, ReadingTuple } from '../../shapes/reading.js';
import { type PlantParameters, withParameters } from './parameters.js';
import { idlePlant, type PlantInputs, type PlantState, slowdownFactor, stepPlant } from './plant.js';

/** What the bot does to the card; what is not given stays as it was. */
export type SimulatedLoad = Partial<Omit<PlantInputs, 'powerLimitW'>>;

const UNSUPPORTED: Record<string, string> = {
  'gpu.hotSpotC': 'GeForce cards have no NVML sensor for it',
  'gpu.memoryTemperatureC': 'GeForce cards have no NVML sensor for it',
  'gpu.pcieReceiveMegabytesPerS': 'the simulated card has no bus',
  'gpu.pcieTransmitMegabytesPerS': 'the simulated card has no bus',
};

/** Below this busy share a card falls back to its idle state P8; above it compute runs in P2. */
const IDLE_BELOW_SHARE = 0.005;

/** Steps its plant by the time between two readings; settings go to the plant and to no hardware. */
export class SimulatedCard implements Card {
  readonly inventory: CardInventory = {
    name: 'Simulated NVIDIA GeForce RTX 4090',
    uuid: 'GPU-simulated-0',
    driver: null,
    pciId: null,
    simulated: true,
  };
  readonly #parameters: PlantParameters;
  #foundLimitW: number;
  #limitW: number;
  #load: Required<Pick<PlantInputs, 'busyShare'>> & SimulatedLoad = { busyShare: 0 };
  #state: PlantState;
  #atMs: number | undefined;
  #hasModel = false;

  constructor(parameters: Partial<PlantParameters> = {}) {
    this.#parameters = withParameters(parameters);
    this.#state = idlePlant(this.#parameters);
    this.#foundLimitW = this.#parameters.limitDefaultW;
    this.#limitW = this.#foundLimitW;
  }

  /** Tells the share of the time since the last sample in which inference ran, 0 to 1, and the faults if any. */
  setLoad(load: SimulatedLoad): void {
    this.#load = { ...this.#load, ...load };
    if (this.#load.busyShare > 0) this.#hasModel = true;
  }

  /** How many times longer work takes now than on a card that nothing limits; 1 or more. */
  slowdownFactor(): number {
    return slowdownFactor(this.#state);
  }

  sample(atMs: number): Readings {
    const dtMs = Math.max(0, atMs - (this.#atMs ?? atMs));
    this.#atMs = atMs;
    this.#state = stepPlant(
      this.#state,
      { ...this.#load, powerLimitW: this.#limitW },
      dtMs,
      this.#parameters,
    );
    const readings: Readings = {};
    for (const [name, value] of Object.entries(this.#values()))
      readings[`gpu.${name}`] = [value, 'simulated', 0];
    for (const [fact, why] of Object.entries(UNSUPPORTED)) {
      readings[fact] = [null, 'unsupported', 0, why] satisfies ReadingTuple;
    }
    return readings;
  }

  knobs(): Record<string, KnobOffer> {
    const { limitMinW, limitMaxW } = this.#parameters;
    return { powerLimitW: { range: [limitMinW, limitMaxW], value: this.#limitW } };
  }

  async apply(knob: string, value: KnobValue): Promise<CardOutcome> {
    if (knob !== 'powerLimitW') {
      return {
        ok: false,
        value: 'unsupported',
        error: `expected powerLimitW, the one knob of this card, got ${knob}`,
        isLasting: true,
      };
    }
    const { limitMinW, limitMaxW } = this.#parameters;
    if (typeof value !== 'number' || !(value >= limitMinW && value <= limitMaxW)) {
      const error = `expected a power limit of ${limitMinW} to ${limitMaxW} W, got ${value}${typeof value === 'number' ? ' W' : ''}`;
      return { ok: false, value: this.#limitW, error };
    }
    this.#limitW = value;
    return { ok: true, value: this.#limitW };
  }

  async forget(): Promise<void> {
    this.#foundLimitW = this.#limitW;
  }

  async restore(): Promise<void> {
    this.#limitW = this.#foundLimitW;
  }

  async close(): Promise<void> {
    this.#load = { busyShare: 0 };
  }

  #values(): Record<string, FactValue> {
    const { temperatureC, powerW, naturalW, busyShare, fanPercent, limitedBy, energyJ } = this.#state;
    const parameters = this.#parameters;
    const isIdle = busyShare < IDLE_BELOW_SHARE;
    const clockMhz = isIdle ? parameters.idleClockMhz : this.#busyClockMhz(powerW / naturalW);
    const usedMib = parameters.memoryDesktopMib + (this.#hasModel ? parameters.memoryModelMib : 0);
    return {
      utilizationPercent: round(100 * busyShare),
      memoryBusyPercent: round(100 * busyShare * parameters.memoryBusyShare),
      memoryUsedMib: usedMib,
      memoryUsedPercent: round((100 * usedMib) / parameters.memoryTotalMib),
      temperatureC: round(temperatureC),
      thermalMarginC: round(parameters.thermalLimitC - temperatureC),
      powerW: round(powerW),
      powerLimitW: this.#limitW,
      powerLimitMinW: parameters.limitMinW,
      powerLimitMaxW: parameters.limitMaxW,
      powerLimitDefaultW: parameters.limitDefaultW,
      graphicsClockMhz: clockMhz,
      smClockMhz: clockMhz,
      memoryClockMhz: isIdle ? parameters.idleMemoryClockMhz : parameters.memoryClockMhz,
      videoClockMhz: isIdle ? parameters.idleVideoClockMhz : parameters.videoClockMhz,
      fanPercent: Math.round(fanPercent),
      limitedBy,
      limitedByOurs: limitedBy === 'power' && this.#limitW !== this.#foundLimitW,
      performanceState: isIdle ? 8 : 2,
      encoderPercent: 0,
      decoderPercent: 0,
      energyJ: round(energyJ),
    };
  }

  #busyClockMhz(x: number): number {
    const { boostClockMhz, clockExponent, clockStepMhz } = this.#parameters;
    return Math.round((boostClockMhz * x ** clockExponent) / clockStepMhz) * clockStepMhz;
  }
}

/** To a tenth: finer than a driver's whole degrees and percents, so that small changes of load are seen. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
