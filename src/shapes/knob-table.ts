/** The knob table: what each knob is, which way relieves, which way is safe, and how long it settles. */
import type { Way } from './rule.js';
import { flagOf } from './weight-knob.js';

/** The part of a run that a knob acts on. */
export type KnobKind = 'quality' | 'throughput' | 'pacing' | 'machine' | 'power' | 'target' | 'frames';

/** One row of the knob table. */
export interface KnobDefinition {
  /** What a value of it is, with its unit. */
  meaning: string;
  kind: KnobKind;
  type: 'number' | 'word';
  /** Its values are names or sizes in an order (a ladder), not a range of numbers. */
  ladder: boolean;
  /** The way that makes room for the frame; null where neither does. */
  relief: Way | null;
  /** Where an unknown may leave the knob; null where neither way is safer. */
  safe: Way | null;
  /** The way that spends margin in hope of gain; `either` for knobs that are tried both ways. */
  probe: Way | 'either' | null;
  /** Time in ms after `applied` until its effect can be judged. */
  settleMs: number;
  /** Frames processed after `applied` until its effect can be judged. */
  settleFrames: number;
  /** One rung of a numeric knob, in its unit, unless the profile says otherwise. */
  rung: number;
  /** Written only with a person's consent. */
  hardware: boolean;
}

const QUALITY = { kind: 'quality', settleMs: 1_000, settleFrames: 30, hardware: false } as const;
const THROUGHPUT = { kind: 'throughput', settleMs: 3_000, settleFrames: 0, hardware: false } as const;
/** A process of one's own needs nobody's consent; an actuator for those of others must ask for it. */
const MACHINE = {
  kind: 'machine',
  type: 'word',
  ladder: true,
  relief: null,
  safe: 'down',
  probe: 'up',
  settleMs: 3_000,
  settleFrames: 0,
  rung: 1,
  hardware: false,
} as const;
const DOWN = { relief: 'down', safe: 'down' } as const;

/** Every knob of a fixed name that rules may name; which of them a run has, bot and devices offer. */
export const KNOBS: Readonly<Record<string, KnobDefinition>> = {
  model: {
    meaning: 'name of the detector the bot runs, low to high along the ladder',
    ...QUALITY,
    ...DOWN,
    type: 'word',
    ladder: true,
    probe: 'up',
    rung: 1,
  },
  resolution: {
    meaning: "side of the detector's square input in px",
    ...QUALITY,
    ...DOWN,
    type: 'number',
    ladder: true,
    probe: 'up',
    rung: 1,
  },
  frameSkip: {
    meaning: 'share of frames the bot is asked to skip, 0 to 0.8',
    ...QUALITY,
    relief: 'up',
    safe: 'up',
    type: 'number',
    ladder: false,
    probe: 'down',
    rung: 0.1,
  },
  streams: {
    meaning: 'inferences in flight at once',
    ...THROUGHPUT,
    ...DOWN,
    type: 'number',
    ladder: false,
    probe: 'either',
    rung: 1,
  },
  batchSize: {
    meaning: 'frames an inference takes at once',
    ...THROUGHPUT,
    ...DOWN,
    type: 'number',
    ladder: false,
    probe: 'either',
    rung: 1,
  },
  cpuThreads: {
    meaning: 'threads of the inference runtime',
    ...THROUGHPUT,
    ...DOWN,
    type: 'number',
    ladder: false,
    probe: 'either',
    rung: 1,
  },
  precision: {
    meaning: 'number format of the model, such as fp16',
    ...THROUGHPUT,
    relief: null,
    safe: null,
    type: 'word',
    ladder: true,
    probe: 'either',
    rung: 1,
  },
  provider: {
    meaning: 'execution provider of the inference runtime, such as cuda',
    ...THROUGHPUT,
    relief: null,
    safe: null,
    type: 'word',
    ladder: true,
    probe: 'either',
    rung: 1,
  },
  captureFps: {
    meaning: 'frames a second that the bot takes',
    ...DOWN,
    kind: 'pacing',
    type: 'number',
    ladder: false,
    probe: 'up',
    settleMs: 2_000,
    settleFrames: 0,
    rung: 5,
    hardware: false,
  },
  processPriority: {
    meaning: 'priority of a process, low to high as its owner offers it',
    ...MACHINE,
  },
  cpuAffinity: {
    meaning: 'processors that a process may use, few to many as its owner offers them',
    ...MACHINE,
  },
  // Fewer watts make no room for a frame: a lower limit spends margin, as a higher rung does.
  powerLimitW: {
    meaning: 'power limit of the card in W',
    relief: null,
    safe: 'down',
    kind: 'power',
    type: 'number',
    ladder: false,
    probe: 'down',
    settleMs: 3_000,
    settleFrames: 0,
    rung: 25,
    hardware: true,
  },
  graphicsClockMaxMhz: {
    meaning: 'highest graphics clock of the card in MHz',
    relief: null,
    safe: 'down',
    kind: 'power',
    type: 'number',
    ladder: false,
    probe: 'down',
    settleMs: 3_000,
    settleFrames: 0,
    rung: 105,
    hardware: true,
  },
  targetTemperatureC: {
    meaning: 'temperature in °C that the card holds itself to',
    relief: null,
    safe: 'down',
    kind: 'power',
    type: 'number',
    ladder: false,
    probe: 'down',
    settleMs: 60_000,
    settleFrames: 0,
    rung: 2,
    hardware: true,
  },
  level: {
    meaning: 'optimization level, low to high in what it asks for',
    ...DOWN,
    kind: 'target',
    type: 'word',
    ladder: true,
    probe: 'up',
    settleMs: 0,
    settleFrames: 0,
    rung: 1,
    hardware: false,
  },
};

/** Quality knobs in the order in which they are moved when priorities are equal. */
export const QUALITY_KNOBS = ['model', 'resolution', 'frameSkip'] as const;

/**
 * The row of each weight of a scene flag. A weight decides which frames are skipped, not how many: neither way relieves, is safer or
 * is tried in hope of gain, and it counts from the next frame on.
 */
export const WEIGHT_KNOB: KnobDefinition = {
  meaning: 'what a scene flag multiplies the importance of a frame by',
  kind: 'frames',
  type: 'number',
  ladder: false,
  relief: null,
  safe: null,
  probe: null,
  settleMs: 0,
  settleFrames: 0,
  rung: 0.1,
  hardware: false,
};

const BY_NAME: ReadonlyMap<string, KnobDefinition> = new Map(Object.entries(KNOBS));

/** What a knob is, the weights of scene flags (`weights.combatActive`) among them; undefined for what is no knob. */
export function lookUpKnob(name: string): KnobDefinition | undefined {
  return BY_NAME.get(name) ?? (flagOf(name) === null ? undefined : WEIGHT_KNOB);
}

/** Whether the agent itself changes the knob, so that what is decided is in force at once and nobody answers. */
export function isOfAgent(knob: string): boolean {
  return knob === 'level' || flagOf(knob) !== null;
}
