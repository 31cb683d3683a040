/** The catalogue: every named fact with its unit, range, tier and meaning. Checker, schemas and docs read it. */

import type { FactValue } from '../shapes/reading.js';
import { flagOf, WEIGHT_RANGE } from '../shapes/weight-knob.js';

/**
 * How often a fact is read. `frame`: with the frames of a tick. `fast`: each tick of the sampler. `slow`: every
 * few seconds. `rare`: every half minute, what is dear. `once`: at start, never stale. `tick`: computed by the agent at each tick.
 */
export const TIERS = ['frame', 'fast', 'slow', 'rare', 'once', 'tick'] as const;
/** How often a fact is read, one of `TIERS`. */
export type Tier = (typeof TIERS)[number];

/** One row of the catalogue. */
export interface FactDefinition {
  type: 'number' | 'boolean' | 'word';
  /** Unit as people write it; empty for words, claims and counts. */
  unit: string;
  /** Inclusive range a reading must lie in; outside it a reading is refused. */
  range?: readonly [min: number, max: number];
  /** The closed list of a word, where it is closed. */
  words?: readonly string[];
  tier: Tier;
  /** Frame facts summed over a window instead of averaged. */
  fold?: 'sum';
  meaning: string;
}

type Range = readonly [number, number];
const PERCENT: Range = [0, 100];
const ANY: Range = [0, 1e12];
/** 64 TiB, what x86-64 reaches with 46 bits: 4294967295 and its like are marks for no value. */
const MIB: Range = [0, 2 ** 26];
/** A frame longer than ten minutes is a clock error, not a frame. */
const MS: Range = [0, 600_000];
const KELVIN_SAFE: Range = [-50, 150];

function number(
  unit: string,
  range: Range,
  tier: Tier,
  meaning: string,
  extra: Partial<FactDefinition> = {},
): FactDefinition {
  return { type: 'number', unit, range, tier, meaning, ...extra };
}
function claim(tier: Tier, meaning: string): FactDefinition {
  return { type: 'boolean', unit: '', tier, meaning };
}
function word(tier: Tier, meaning: string, words?: readonly string[]): FactDefinition {
  return { type: 'word', unit: '', tier, meaning, ...(words ? { words } : {}) };
}

/** What may hold the card back, as the words of `gpu.limitedBy`. */
export const LIMITED_BY = ['thermal', 'hardware', 'power', 'other', 'none'] as const;

const SYSTEM: Record<string, FactDefinition> = {
  cpuPercent: number('%', PERCENT, 'fast', 'busy share of all processors since the reading before'),
  cpuTemperatureC: number('°C', KELVIN_SAFE, 'slow', 'hottest processor package sensor'),
  memoryPercent: number('%', PERCENT, 'fast', 'memory that is not available, share of all'),
  memoryUsedMib: number('MiB', MIB, 'fast', 'memory that is not available'),
  diskReadMegabytesPerS: number('MB/s', ANY, 'slow', 'read from whole disks'),
  diskWriteMegabytesPerS: number('MB/s', ANY, 'slow', 'written to whole disks'),
  networkReceiveMegabytesPerS: number('MB/s', ANY, 'slow', 'received over all interfaces but the loopback'),
  networkTransmitMegabytesPerS: number('MB/s', ANY, 'slow', 'sent over all interfaces but the loopback'),
  processes: number('', ANY, 'rare', 'processes of the machine'),
  threads: number('', ANY, 'rare', 'threads of the machine'),
  load1: number('', ANY, 'fast', 'run queue averaged over a minute'),
  onBattery: claim('slow', 'the machine runs on its battery'),
  batteryPercent: number('%', PERCENT, 'slow', 'charge of the battery'),
};

const GPU: Record<string, FactDefinition> = {
  utilizationPercent: number('%', PERCENT, 'fast', 'share of time with any kernel running, not occupancy'),
  memoryBusyPercent: number('%', PERCENT, 'fast', 'share of time the memory controller was busy'),
  memoryUsedMib: number('MiB', MIB, 'fast', 'video memory in use'),
  memoryUsedPercent: number('%', PERCENT, 'fast', 'video memory in use, share of all'),
  temperatureC: number('°C', KELVIN_SAFE, 'fast', 'the chip'),
  hotSpotC: number('°C', KELVIN_SAFE, 'fast', 'the hottest sensor of the chip'),
  memoryTemperatureC: number('°C', KELVIN_SAFE, 'fast', 'the memory chips'),
  thermalMarginC: number('°C', [-100, 150], 'fast', 'degrees to where the card begins to limit itself'),
  powerW: number('W', [0, 5_000], 'fast', 'board draw'),
  powerLimitW: number('W', [0, 5_000], 'fast', 'the enforced power limit'),
  powerLimitMinW: number('W', [0, 5_000], 'once', 'the lowest limit the card accepts'),
  powerLimitMaxW: number('W', [0, 5_000], 'once', 'the highest limit the card accepts'),
  powerLimitDefaultW: number('W', [0, 5_000], 'once', "the card's own limit"),
  graphicsClockMhz: number('MHz', [0, 10_000], 'fast', 'graphics clock'),
  smClockMhz: number('MHz', [0, 10_000], 'fast', 'clock of the streaming multiprocessors'),
  memoryClockMhz: number('MHz', [0, 50_000], 'fast', 'memory clock'),
  videoClockMhz: number('MHz', [0, 10_000], 'fast', 'video engine clock'),
  fanPercent: number('%', PERCENT, 'slow', 'fan speed as the card intends it'),
  limitedBy: word('fast', 'what limits the card now', LIMITED_BY),
  limitedByOurs: claim('fast', 'the enforced limit is the one the agent set; never an alarm'),
  performanceState: number('', [0, 15], 'fast', 'P-state, 0 is the fastest'),
  encoderPercent: number('%', PERCENT, 'slow', 'video encoder utilization'),
  decoderPercent: number('%', PERCENT, 'slow', 'video decoder utilization'),
  pcieReceiveMegabytesPerS: number('MB/s', ANY, 'slow', 'received over PCIe'),
  pcieTransmitMegabytesPerS: number('MB/s', ANY, 'slow', 'sent over PCIe'),
  energyJ: number('J', [0, 1e15], 'fast', 'energy since the driver was loaded'),
};

const INFERENCE: Record<string, FactDefinition> = {
  preprocessMs: number('ms', MS, 'frame', 'frame to tensor'),
  inferenceMs: number('ms', MS, 'frame', 'the network itself'),
  postprocessMs: number('ms', MS, 'frame', 'decoding and suppression'),
  totalMs: number('ms', MS, 'frame', 'the three stages of an inference together'),
  fps: number('1/s', [0, 100_000], 'frame', 'inferences finished a second; skipping lowers it'),
  detections: number('', ANY, 'frame', 'objects found'),
  gpuMemoryMib: number('MiB', MIB, 'frame', 'video memory the bot says its model uses'),
  slowedPercent: number(
    '%',
    [-100, 1e7],
    'tick',
    'how much longer an inference takes than it did before the power limit was lowered',
  ),
};

const FRAME: Record<string, FactDefinition> = {
  captureMs: number('ms', MS, 'frame', 'taking the frame'),
  visionMs: number('ms', MS, 'frame', 'image work outside the detector'),
  yoloMs: number('ms', MS, 'frame', 'the detector'),
  ocrMs: number('ms', MS, 'frame', 'reading text'),
  minimapMs: number('ms', MS, 'frame', 'reading the minimap'),
  classificationMs: number('ms', MS, 'frame', 'classifying what was found'),
  totalMs: number('ms', MS, 'frame', 'capture begun to result, deliberate sleep left out'),
  waitMs: number('ms', MS, 'frame', 'deliberate sleep'),
  intervalMs: number('ms', MS, 'frame', 'one frame to the next'),
  fps: number('1/s', [0, 100_000], 'frame', 'frames taken up a second, processed and skipped'),
  queueSize: number('', ANY, 'frame', "frames waiting in the bot's queue"),
  drops: number('', ANY, 'frame', 'frames the bot lost in the window', { fold: 'sum' }),
  busyPercent: number(
    '%',
    [0, 1e7],
    'frame',
    'share of the time in which frames were worked on; a loop far below 100 waits for something else than its frames',
  ),
  skippedPercent: number('%', PERCENT, 'frame', 'share of frames skipped on purpose'),
  criticalLatencyMs: number(
    'ms',
    MS,
    'frame',
    'p99 over the last 10 s of the total time of frames that are never skipped, such as those of combat',
  ),
  loadPercent: number(
    '%',
    [0, 1e7],
    'tick',
    "p95 of a frame's time over the last second, of the goal's budget",
  ),
  otherLoadPercent: number('%', [0, 1e7], 'tick', 'what of the load no model or size can give back'),
};

const SCENE: Record<string, FactDefinition> = {
  motionDetected: claim('frame', 'something moved'),
  newObjects: claim('frame', 'something appeared'),
  uiChanges: claim('frame', 'the interface changed'),
  combatActive: claim('frame', 'the player fights'),
  criticalEvent: claim('frame', 'something that must not be missed'),
};

const BOT: Record<string, FactDefinition> = {
  connected: claim('tick', 'a bot controls the session'),
  paused: claim('tick', 'the bot said pause'),
  maxFps: number('1/s', [0, 100_000], 'tick', 'the rate the bot holds itself to; missing when unpaced'),
};

const LEVEL: Record<string, FactDefinition> = {
  targetFps: number('1/s', [0.1, 1_000], 'tick', 'the rate the level asks for'),
  gpuUsageLimitPercent: number('%', PERCENT, 'tick', 'ceiling of GPU use for a loop that meets its rate'),
  goalFps: number('1/s', [0.1, 1_000], 'tick', 'the lower of targetFps and bot.maxFps'),
  dynamicResolution: claim('tick', 'the level lets rules change the resolution'),
  frameSkipping: claim('tick', 'the level lets rules skip frames'),
  tensorrt: claim('tick', 'the level prefers TensorRT where offered'),
  batchProcessing: claim('tick', 'the level lets rules batch frames'),
};

const LIMITS: Record<string, FactDefinition> = {
  gpuTemperatureC: number('°C', KELVIN_SAFE, 'once', 'temperature the profile wants the card held to'),
  gpuThrottleC: number('°C', KELVIN_SAFE, 'once', 'temperature at which the card limits itself'),
  cpuPercent: number('%', PERCENT, 'once', 'processor use the profile wants held to'),
  memoryPercent: number('%', PERCENT, 'once', 'memory use the profile wants held to'),
  powerLimitMinW: number(
    'W',
    [0, 5_000],
    'tick',
    'the lowest power limit that may be set: the higher of what profile and card allow',
  ),
  powerLimitBaseW: number(
    'W',
    [0, 5_000],
    'tick',
    'the power limit while nothing lowers it: what was found or the preset says, as far as profile and card allow',
  ),
};

const STATE: Record<string, FactDefinition> = {
  model: word('tick', 'model in force'),
  resolution: number('px', [1, 100_000], 'tick', 'side of the square input in force'),
  frameSkip: number('', [0, 1], 'tick', 'share of frames asked to be skipped'),
  streams: number('', [1, 1_000], 'tick', 'inferences in flight'),
  batchSize: number('', [1, 1_000], 'tick', 'frames an inference takes at once'),
  cpuThreads: number('', [1, 1_000], 'tick', 'threads of the inference runtime'),
  precision: word('tick', 'number format of the model in force'),
  provider: word('tick', 'execution provider in force'),
  captureFps: number('1/s', [0, 100_000], 'tick', 'rate the bot takes frames at'),
  processPriority: word('tick', "priority of the bot's process in force"),
  cpuAffinity: word('tick', "processors that the bot's process may use"),
  powerLimitW: number('W', [0, 5_000], 'tick', 'power limit in force'),
  graphicsClockMaxMhz: number('MHz', [0, 10_000], 'tick', 'highest graphics clock allowed'),
  targetTemperatureC: number('°C', KELVIN_SAFE, 'tick', 'temperature the card holds itself to'),
  level: word('tick', 'optimization level in force'),
  bottleneck: word('tick', 'what limits the frame rate; none below 90 % load'),
  performanceScore: number('', [0, 1], 'tick', 'share of frames of the last 60 s inside the budget'),
  qualityScore: number(
    '',
    [0, 1],
    'tick',
    "declared quality over the ladder's best, times the share not skipped",
  ),
  efficiencyScore: number(
    '',
    [0, 1],
    'tick',
    'least energy a frame seen at this quality over the present one',
  ),
};

const WEIGHT: FactDefinition = number(
  '',
  [...WEIGHT_RANGE],
  'tick',
  'what the scene flag multiplies the importance of a frame by, while a rule or a person steers it',
);

const PREDICTED: Record<string, FactDefinition> = {
  modelUpLoadPercent: number('%', [0, 1e7], 'tick', 'load with the next model up'),
  modelDownLoadPercent: number('%', [0, 1e7], 'tick', 'load with the next model down'),
  resolutionUpLoadPercent: number('%', [0, 1e7], 'tick', 'load with the next resolution up'),
  resolutionDownLoadPercent: number('%', [0, 1e7], 'tick', 'load with the next resolution down'),
  'gpu.temperatureC30s': number(
    '°C',
    // A straight line through what a sensor may tell can leave the sensor's own range.
    [-1_000, 1_000],
    'tick',
    'the chip in 30 s, if it goes on as by least squares over the last 30 s',
  ),
};

const AGENT: Record<string, FactDefinition> = {
  cpuPercent: number('%', [0, 100_000], 'fast', "the agent's own processor use, of one core"),
  rssMib: number('MiB', MIB, 'fast', "the agent's resident memory"),
  tickMs: number('ms', MS, 'fast', 'time the tick before took'),
  observerPercent: number(
    '%',
    [0, 100_000],
    'fast',
    'what watching costs: processor time of the agent and of what reads the card for it, of one core',
  ),
};

const GROUPS: Record<string, Record<string, FactDefinition>> = {
  system: SYSTEM,
  gpu: GPU,
  inference: INFERENCE,
  frame: FRAME,
  scene: SCENE,
  bot: BOT,
  level: LEVEL,
  limits: LIMITS,
  state: STATE,
  predicted: PREDICTED,
  agent: AGENT,
};

/** Fact name (`gpu.temperatureC`) to definition, for every fact with a fixed name. */
export const CATALOGUE: Readonly<Record<string, FactDefinition>> = Object.fromEntries(
  Object.entries(GROUPS).flatMap(([group, facts]) =>
    Object.entries(facts).map(([name, definition]) => [`${group}.${name}`, definition]),
  ),
);

/** What a bot may say is true of a frame; a book may give weights to other flags too. */
export const SCENE_FLAGS: readonly string[] = Object.keys(SCENE);

/**
 * The definition of a fact, also of the families with a name inside: `gpu.1.powerW` (other cards),
 * `inference.yolov8n.totalMs` (the last known of each model), `bots.NAME.frame.fps` (observers),
 * `state.weights.combatActive` (weights that are steered) and `frame.lootMs` (a bot's own stage). Undefined for a name that means nothing.
 */
export function lookUpFact(name: string): FactDefinition | undefined {
  const fixed = own(CATALOGUE, name);
  if (fixed !== undefined) return fixed;
  const otherCard = /^gpu\.\d+\.(\w+)$/.exec(name)?.[1];
  if (otherCard !== undefined) return own(GPU, otherCard);
  const observed = /^bots\.[\w-]+\.((?:frame|inference|scene)\.[\w.-]+)$/.exec(name)?.[1];
  if (observed !== undefined) return lookUpFact(observed);
  const perModel = /^inference\.[\w.-]+\.(\w+)$/.exec(name)?.[1];
  if (perModel !== undefined) return own(INFERENCE, perModel);
  if (name.startsWith('state.') && flagOf(name.slice('state.'.length)) !== null) return WEIGHT;
  if (/^frame\.[a-z]\w*Ms$/.test(name)) return number('ms', MS, 'frame', "a stage of the bot's own");
  return undefined;
}

/** A name from outside, such as `constructor`, must not find what every object inherits. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/**
 * Whether a value can be this fact's; otherwise the sentence that says what was expected and what came.
 * Refuses non-finite numbers and NVML's sentinels 9223372036854775794 and 65535 by range.
 */
export function refuseValue(definition: FactDefinition, value: FactValue): string | null {
  if (definition.type === 'boolean') {
    return typeof value === 'boolean' ? null : `expected true or false, got ${JSON.stringify(value)}`;
  }
  if (definition.type === 'word') {
    if (typeof value !== 'string') return `expected a word, got ${JSON.stringify(value)}`;
    if (definition.words !== undefined && !definition.words.includes(value)) {
      return `expected one of ${definition.words.join(', ')}, got "${value}"`;
    }
    return null;
  }
  if (typeof value !== 'number' || !Number.isFinite(value)) {
    return `expected a number, got ${typeof value === 'number' ? String(value) : JSON.stringify(value)}`;
  }
  const { range } = definition;
  if (range !== undefined && (value < range[0] || value > range[1])) {
    const [min, max] = range;
    const unit = definition.unit === '' ? '' : ` ${definition.unit}`;
    return `expected ${min} to ${max}${unit}, got ${value}`;
  }
  return null;
}
