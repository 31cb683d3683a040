/** The numbers of the simulated RTX 4090: each with its unit, the range it may lie in, and where it comes from. */

/** One number of the simulation with what is known about it. */
export interface Parameter {
  value: number;
  unit: string;
  /** Where the true value of some real card may lie; simulations sweep it. */
  range: readonly [min: number, max: number];
  source: string;
  /** True where it is neither published nor measured for this card. */
  estimate: boolean;
}

const DUMPS =
  'nvidia-smi dumps of two cards: netdata nvidia_smi testdata (driver 535), Diffusion-Benchmark README';
const CURVE =
  'fit to four published RTX 4090 power-limit series, RMSE 0.016, valid from 0.46 of the natural draw';
const HEAT =
  'fit to seven published steady points at 180 to 390 W, automatic fan; an ambient of 22 °C is assumed';

function known(value: number, unit: string, range: readonly [number, number], source: string): Parameter {
  return { value, unit, range, source, estimate: false };
}
function guess(value: number, unit: string, range: readonly [number, number], source: string): Parameter {
  return { value, unit, range, source, estimate: true };
}

/** Every number of the plant; `PARAMETERS` says what each is. */
export const PARAMETER_NAMES = [
  'idleW',
  'fullLoadW',
  'limitMinW',
  'limitMaxW',
  'limitDefaultW',
  'curveA',
  'curveB',
  'curveFromX',
  'ambientC',
  'resistance0',
  'resistance1',
  'resistanceUpToW',
  'resistanceScale',
  'resistanceStopped',
  'fastShare',
  'fastTauMs',
  'slowTauMs',
  'fanStartC',
  'fanStopAfterMs',
  'fanFloorPercent',
  'fanWarmC',
  'fanWarmPercent',
  'thermalLimitC',
  'slowdownBelowLimitC',
  'boostClockMhz',
  'clockExponent',
  'clockStepMhz',
  'idleClockMhz',
  'memoryClockMhz',
  'idleMemoryClockMhz',
  'videoClockMhz',
  'idleVideoClockMhz',
  'memoryTotalMib',
  'memoryDesktopMib',
  'memoryModelMib',
  'memoryBusyShare',
] as const;
/** One of `PARAMETER_NAMES`. */
export type ParameterName = (typeof PARAMETER_NAMES)[number];
/** One value for every parameter. */
export type PlantParameters = Readonly<Record<ParameterName, number>>;

/** The value of each, with its source where one is published and marked as an estimate elsewhere. */
export const PARAMETERS: Readonly<Record<ParameterName, Parameter>> = {
  idleW: known(28, 'W', [26, 47], DUMPS),
  /** Board draw with a kernel always running and no limit that binds. */
  fullLoadW: guess(330, 'W', [200, 447], 'published draws are 246 to 447 W by workload; none for YOLO'),
  limitMinW: known(150, 'W', [10, 150], DUMPS),
  limitMaxW: known(600, 'W', [600, 600], DUMPS),
  limitDefaultW: known(450, 'W', [450, 450], DUMPS),

  /** Throughput share r = 1 − a (1 − x)^b, x being the draw's share of the natural draw. The series' own pairs (a, b)
   * are 5.67 and 3.86, 4.12 and 3.52, 2.99 and 3.33, 0.79 and 1.74: the ranges are not to be crossed. */
  curveA: known(2.327, '', [0.79, 5.67], CURVE),
  curveB: known(2.957, '', [1.74, 3.86], CURVE),
  /** Below this x nothing is published; the plant goes on in a straight line to zero. */
  curveFromX: known(0.46, '', [0.46, 0.46], CURVE),

  ambientC: guess(22, '°C', [15, 40], 'assumed; no published RTX 4090 series tells its ambient'),
  /** Thermal resistance with fans R = r0 + r1 W, °C a watt. */
  resistance0: guess(0.2013, '°C/W', [0.2013, 0.2013], HEAT),
  resistance1: guess(-0.000179, '°C/W²', [-0.000179, -0.000179], HEAT),
  /** From this draw on R stays constant, or its parabola would cool the card as it draws more. */
  resistanceUpToW: guess(450, 'W', [390, 450], HEAT),
  /** Cooler of this card over the fitted one; above 1 for blocked air. */
  resistanceScale: guess(1, '', [0.75, 1.1], 'resistances seen on cards with fans, 0.08 to 0.17 °C/W'),
  resistanceStopped: guess(
    0.6,
    '°C/W',
    [0.54, 0.67],
    'idle dumps at 40 °C with fans stopped, ambient 20 to 25 °C',
  ),
  /** Two poles: the chip answers fast, the heat sink slowly. */
  fastShare: guess(0.3, '', [0.1, 0.5], 'no RTX 4090 temperature series was found'),
  fastTauMs: guess(2_000, 'ms', [500, 10_000], 'no RTX 4090 temperature series was found'),
  slowTauMs: guess(90_000, 'ms', [40_000, 180_000], 'no RTX 4090 temperature series was found'),

  fanStartC: guess(50, '°C', [45, 60], 'reports on 40-series cards'),
  fanStopAfterMs: guess(150_000, 'ms', [60_000, 150_000], 'reports on 40-series cards'),
  fanFloorPercent: guess(30, '%', [30, 30], 'reports on 40-series cards'),
  fanWarmC: known(73.4, '°C', [73.4, 73.4], 'HotHardware review: 446.9 W, 73.4 °C, fan 40 %'),
  fanWarmPercent: known(40, '%', [40, 68], 'HotHardware review: 446.9 W, 73.4 °C, fan 40 %'),

  /** Where the T.Limit margin is 0 and the card begins to hold itself. */
  thermalLimitC: guess(83, '°C', [82, 83], 'temperature plus margin in two idle dumps'),
  /** Margin, negated, at which the hardware slows down; here the thermal hold reaches idle draw. */
  slowdownBelowLimitC: known(2, '°C', [2, 2], DUMPS),

  boostClockMhz: known(
    2_730,
    'MHz',
    [2_610, 2_910],
    'HotHardware review at 446.9 W; other loads 2,610 to 2,910',
  ),
  /** Clock share = x to this power. */
  clockExponent: guess(0.4, '', [0.35, 0.48], 'QuasarZone games: 2,726, 2,602, 2,443 MHz at 347, 305, 268 W'),
  clockStepMhz: known(15, 'MHz', [15, 15], DUMPS),
  idleClockMhz: known(210, 'MHz', [210, 210], DUMPS),
  memoryClockMhz: known(
    10_251,
    'MHz',
    [10_251, 10_501],
    'compute runs in P2: noonghunna/club-3090 issue 697',
  ),
  idleMemoryClockMhz: known(405, 'MHz', [405, 405], DUMPS),
  videoClockMhz: guess(2_115, 'MHz', [1_185, 2_415], 'the maximum, scaled as the graphics clock'),
  idleVideoClockMhz: known(1_185, 'MHz', [1_185, 1_185], DUMPS),

  memoryTotalMib: known(24_564, 'MiB', [24_564, 24_564], DUMPS),
  memoryDesktopMib: known(609, 'MiB', [2, 609], DUMPS),
  memoryModelMib: guess(
    900,
    'MiB',
    [400, 2_000],
    'a TensorRT context of YOLO11x takes 408 MiB, CUDA its own',
  ),
  memoryBusyShare: guess(0.5, '', [0.1, 1], 'no published figure for YOLO'),
};

/** The table's values, with some of them replaced: a hot room, a small cooler, a heavier model. */
export function withParameters(changed: Partial<PlantParameters> = {}): PlantParameters {
  const values = Object.entries(PARAMETERS).map(([name, parameter]) => [name, parameter.value]);
  return { ...(Object.fromEntries(values) as Record<ParameterName, number>), ...changed };
}
