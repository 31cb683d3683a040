/**
 * What a rung of each knob does to the facts, as a ratio range: the value after over the value before. Declared, not
 * measured. What sums over time (heat, queues, memory of the machine, batteries) has no such ratio and stands still,
 * as does the world outside; `simulate` covers these.
 */
/** The least and the most a fact is multiplied by. */
export type Ratio = readonly [least: number, most: number];

/** What a knob moves when it goes DOWN; going up is the way back. `r` is how steep its rungs are. */
export interface Moves {
  /** From 1/r to 1 times. */
  falls?: readonly string[];
  /** From 1 to r times. */
  rises?: readonly string[];
  /** From 1/r to r times. */
  either?: readonly string[];
  /** To any value: there is no ratio to tell. */
  free?: readonly string[];
  /** Single facts with a ratio of their own for one rung. */
  own?: Readonly<Record<string, Ratio>>;
}

const FRAME_TIMES = [
  'frame.busyPercent',
  'frame.loadPercent',
  'frame.totalMs',
  'frame.yoloMs',
  'frame.criticalLatencyMs',
  'inference.inferenceMs',
  'inference.totalMs',
];
const RATES = ['frame.fps', 'inference.fps'];
const WORK = ['frame.busyPercent', 'gpu.utilizationPercent', 'gpu.memoryBusyPercent', 'gpu.powerW'];
const CLOCKS = ['gpu.graphicsClockMhz', 'gpu.smClockMhz', 'gpu.videoClockMhz'];
const SCORES = ['state.performanceScore', 'state.qualityScore', 'state.efficiencyScore', 'state.bottleneck'];
const PREDICTED = [
  'predicted.modelUpLoadPercent',
  'predicted.modelDownLoadPercent',
  'predicted.resolutionUpLoadPercent',
  'predicted.resolutionDownLoadPercent',
];

/** A model a rung smaller has down to a quarter of the weights (YOLOv8 s to n: 11.2 to 3.2 million). */
const MODEL_MEMORY: Ratio = [0.25, 1];
/** Weights are a share of what a card holds in use, which the game has most of. */
const CARD_MEMORY: Ratio = [0.5, 1];
/** A stream or a frame of a batch holds activations alone: at most a tenth of what a card holds in use. */
const STREAM_MEMORY: Ratio = [0.9, 1];

const QUALITY: Moves = {
  falls: [...FRAME_TIMES, 'frame.intervalMs', ...WORK],
  rises: RATES,
  // A paced loop does less in all, one that does not wait takes more frames.
  either: ['system.cpuPercent'],
  free: [...PREDICTED, ...SCORES, 'frame.waitMs', 'inference.detections'],
  own: {
    'inference.gpuMemoryMib': MODEL_MEMORY,
    'gpu.memoryUsedMib': CARD_MEMORY,
    'gpu.memoryUsedPercent': CARD_MEMORY,
  },
};
const IN_FLIGHT: Moves = {
  falls: [...FRAME_TIMES, ...RATES, ...WORK, 'system.cpuPercent'],
  rises: ['frame.intervalMs'],
  free: [...PREDICTED, ...SCORES, 'frame.waitMs'],
  own: { 'gpu.memoryUsedMib': STREAM_MEMORY, 'gpu.memoryUsedPercent': STREAM_MEMORY },
};
const POWER: Moves = {
  falls: [...RATES, ...CLOCKS, 'gpu.powerW', 'gpu.powerLimitW'],
  rises: [
    ...FRAME_TIMES,
    'frame.intervalMs',
    'frame.busyPercent',
    'gpu.utilizationPercent',
    'gpu.memoryBusyPercent',
  ],
  free: [
    ...PREDICTED,
    ...SCORES,
    'frame.waitMs',
    'gpu.limitedBy',
    'gpu.limitedByOurs',
    'gpu.performanceState',
    'inference.slowedPercent',
  ],
};
/** Which way these go is not known from the knob's order. */
const VARIANT: Moves = {
  either: [...FRAME_TIMES, 'frame.intervalMs', ...RATES, ...WORK, 'system.cpuPercent'],
  free: [...PREDICTED, ...SCORES, 'frame.waitMs', 'inference.detections'],
};

/** The table: each knob and what it moves. */
export const MOVES: Readonly<Record<string, Moves>> = {
  model: QUALITY,
  resolution: {
    ...QUALITY,
    falls: [...(QUALITY.falls ?? []), 'inference.preprocessMs', 'inference.postprocessMs'],
  },
  // Skipping makes no frame faster: the rate of inferences, and what they cost, goes with it.
  frameSkip: {
    rises: ['inference.fps', ...WORK, 'system.cpuPercent'],
    free: [...SCORES, 'frame.skippedPercent'],
  },
  streams: IN_FLIGHT,
  batchSize: IN_FLIGHT,
  cpuThreads: {
    falls: [...RATES, 'system.cpuPercent'],
    rises: [
      ...FRAME_TIMES,
      'frame.intervalMs',
      'frame.busyPercent',
      'inference.preprocessMs',
      'inference.postprocessMs',
    ],
    free: [...PREDICTED, ...SCORES, 'frame.waitMs'],
  },
  precision: VARIANT,
  provider: VARIANT,
  captureFps: {
    falls: [...RATES, ...WORK, 'system.cpuPercent'],
    rises: ['frame.intervalMs'],
    free: [...SCORES, 'frame.waitMs'],
  },
  powerLimitW: POWER,
  graphicsClockMaxMhz: POWER,
  // A lower level asks for fewer frames: the same frame is a smaller share of its time. What else a level says
  // follows from its name.
  level: { falls: ['frame.loadPercent', 'frame.otherLoadPercent'], free: [...PREDICTED, ...SCORES] },
};
