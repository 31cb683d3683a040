/** The simulated card as a function of its state: no clock, no chance. Heat, limits and clocks follow from the load. */
import type { PlantParameters } from './parameters.js';

/** What acts on the card during one step. */
export interface PlantInputs {
  /** Share of the step in which a kernel runs, 0 to 1, as it is with the slowdown that is in force. */
  busyShare: number;
  /** The enforced power limit in watts. */
  powerLimitW: number;
  /** Air around the card in °C; the parameter's unless given. */
  ambientC?: number;
  /** False for fans that do not turn. */
  fansWork?: boolean;
}

/** All that the next step depends on. */
export interface PlantState {
  /** What the chip (fast) and the heat sink (slow) give to the temperature, in °C; it is their sum. */
  fastC: number;
  slowC: number;
  temperatureC: number;
  powerW: number;
  /** What the same load would draw with no limit. */
  naturalW: number;
  /** Speed of the work, as a share of the unlimited card's. */
  speed: number;
  limitedBy: 'thermal' | 'power' | 'none';
  /** Left once the card has been below the fans' start for their running-on time. */
  fansRun: boolean;
  /** How long it has been below the fans' start, in ms. */
  coolMs: number;
  fanPercent: number;
  busyShare: number;
  energyJ: number;
}

/** A card that has long been idle: fans stopped, in balance with the air. */
export function idlePlant(parameters: PlantParameters): PlantState {
  const temperatureC = parameters.ambientC + parameters.idleW * parameters.resistanceStopped;
  return {
    fastC: temperatureC * parameters.fastShare,
    slowC: temperatureC * (1 - parameters.fastShare),
    temperatureC,
    powerW: parameters.idleW,
    naturalW: parameters.idleW,
    speed: 1,
    limitedBy: 'none',
    fansRun: false,
    coolMs: 0,
    fanPercent: 0,
    busyShare: 0,
    energyJ: 0,
  };
}

/** The card `dtMs` later, under inputs that hold for all of that time. */
export function stepPlant(
  state: PlantState,
  inputs: PlantInputs,
  dtMs: number,
  parameters: PlantParameters,
): PlantState {
  const busyShare = Math.min(1, Math.max(0, inputs.busyShare));
  const ambientC = inputs.ambientC ?? parameters.ambientC;
  const naturalW = parameters.idleW + (parameters.fullLoadW - parameters.idleW) * busyShare;
  // A card is taken to limit its mean over many frames, not the draw inside a kernel; no published series tells.
  const allowedW = Math.min(naturalW, inputs.powerLimitW);
  const fans = stepFans(state, dtMs, parameters);
  const isCooled = fans.fansRun && inputs.fansWork !== false;

  const heatWith = (powerW: number): Pick<PlantState, 'fastC' | 'slowC' | 'temperatureC'> => {
    const steadyC = ambientC + powerW * resistance(powerW, isCooled, parameters);
    const { fastShare, fastTauMs, slowTauMs } = parameters;
    const fastC = approach(state.fastC, steadyC * fastShare, dtMs, fastTauMs);
    const slowC = approach(state.slowC, steadyC * (1 - fastShare), dtMs, slowTauMs);
    return { fastC, slowC, temperatureC: fastC + slowC };
  };
  const isHeld = (powerW: number): boolean =>
    powerW > thermalCeilingW(heatWith(powerW).temperatureC, naturalW, parameters);

  const powerW = isHeld(allowedW) ? bisect(parameters.idleW, allowedW, isHeld) : allowedW;
  const heat = heatWith(powerW);
  return {
    ...heat,
    ...fans,
    powerW,
    naturalW,
    speed: throughputShare(powerW / naturalW, parameters),
    limitedBy: powerW < allowedW ? 'thermal' : allowedW < naturalW ? 'power' : 'none',
    fanPercent: isCooled ? fanPercent(heat.temperatureC, parameters) : 0,
    busyShare,
    energyJ: state.energyJ + (powerW * dtMs) / 1000,
  };
}

/** How many times longer the same work takes than on the unlimited card; 1 or more. */
export function slowdownFactor(state: PlantState): number {
  return 1 / state.speed;
}

/** Share of the unlimited throughput at the share `x` of the natural draw. */
export function throughputShare(x: number, parameters: PlantParameters): number {
  if (x >= 1) return 1;
  const at = (share: number): number => 1 - parameters.curveA * (1 - share) ** parameters.curveB;
  const from = parameters.curveFromX;
  // A steep curve of the range is below zero there; a card that draws its idle watts still crawls.
  const share = x >= from ? at(x) : (at(from) * x) / from;
  return Math.max(0.02, share);
}

/** Most the card lets itself draw at this temperature: all up to its limit, only idle watts at the slowdown. */
function thermalCeilingW(temperatureC: number, naturalW: number, parameters: PlantParameters): number {
  const beyondC = temperatureC - parameters.thermalLimitC;
  const share = Math.min(1, Math.max(0, 1 - beyondC / parameters.slowdownBelowLimitC));
  return parameters.idleW + (naturalW - parameters.idleW) * share;
}

function resistance(powerW: number, isCooled: boolean, parameters: PlantParameters): number {
  if (!isCooled) return parameters.resistanceStopped;
  const { resistance0, resistance1, resistanceUpToW, resistanceScale } = parameters;
  return resistanceScale * (resistance0 + resistance1 * Math.min(powerW, resistanceUpToW));
}

function approach(from: number, to: number, dtMs: number, tauMs: number): number {
  return to + (from - to) * Math.exp(-dtMs / tauMs);
}

function stepFans(
  state: PlantState,
  dtMs: number,
  parameters: PlantParameters,
): Pick<PlantState, 'fansRun' | 'coolMs'> {
  if (state.temperatureC >= parameters.fanStartC) return { fansRun: true, coolMs: 0 };
  const coolMs = Math.min(state.coolMs + dtMs, parameters.fanStopAfterMs);
  return { fansRun: state.fansRun && coolMs < parameters.fanStopAfterMs, coolMs };
}

/** From the floor at the start to the published warm point, then to 100 % where the card limits itself. */
function fanPercent(temperatureC: number, parameters: PlantParameters): number {
  const { fanStartC, fanFloorPercent, fanWarmC, fanWarmPercent, thermalLimitC } = parameters;
  const [fromC, toC, low, high] =
    temperatureC < fanWarmC
      ? [fanStartC, fanWarmC, fanFloorPercent, fanWarmPercent]
      : [fanWarmC, thermalLimitC, fanWarmPercent, 100];
  const share = Math.min(1, Math.max(0, (temperatureC - fromC) / (toC - fromC)));
  return low + (high - low) * share;
}

/** The highest value in `low` to `high` that is not held, to a thousandth of a watt; `low` where all are. */
function bisect(low: number, high: number, isHeld: (value: number) => boolean): number {
  let free = low;
  let held = high;
  while (held - free > 0.001) {
    const middle = (free + held) / 2;
    if (isHeld(middle)) held = middle;
    else free = middle;
  }
  return free;
}
