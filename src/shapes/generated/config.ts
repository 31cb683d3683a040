// Generated from schemas/config.schema.json by `npm run schemas`.

/**
 * The configuration of a run, evenkeel.yaml. Every key but version may be left out; environment variables and flags outrank it.
 */
export interface ConfigFile {
  /**
   * Version of this format; 1.
   */
  version: 1;
  /**
   * Folders of rules laid over the shipped ones, in order, relative to this file.
   */
  rules?: string[];
  /**
   * Name of the card's profile; without it the card's own name chooses.
   */
  profile?: string;
  /**
   * The card: auto, nvml, smi, simulated, none, recorded:FILE (relative to this file) or a UUID (GPU-…).
   */
  gpu?: string;
  /**
   * Optimization level to start with, a name of the book.
   */
  level?: string;
  /**
   * What becomes of what the rules want, at most; a set of rules may ask for less.
   */
  mode?: 'enforce' | 'recommend' | 'shadow';
  /**
   * Port of the agent's HTTP server; 0 takes any free one.
   */
  port?: number;
  /**
   * Address that the server listens on; one beyond the loopback lets other machines in who know the token.
   */
  listen?: string;
  /**
   * Whether the power limit, the clocks and the target temperature of the card may be written.
   */
  hardware?: 'ask' | 'allow' | 'deny';
  card?: Card;
  /**
   * Whether the rule tests (*.test.yaml) beside the rules must pass before a book goes live, at the start and at every reload.
   */
  testOnReload?: boolean;
  /**
   * The least important line that is logged.
   */
  logLevel?: 'debug' | 'info' | 'warn' | 'error';
  /**
   * Same as logLevel: debug, where logLevel is not given.
   */
  debug?: boolean;
  intervals?: Intervals;
  recording?: Recording;
  targets?: Targets;
  limits?: Limits;
  features?: Features;
  /**
   * Number format asked of a bot that offers the knob precision.
   */
  tensorrtPrecision?: 'fp16' | 'fp32' | 'int8';
}
/**
 * How the settings of the card are borrowed, where hardware allows it.
 */
export interface Card {
  /**
   * What becomes of them at a clean end; after a crash they are always given back.
   */
  onExit?: 'restore' | 'keep' | 'safe';
  /**
   * What is done when another program changes a setting that is borrowed.
   */
  otherWriter?: 'yield' | 'reassert' | 'alert';
  /**
   * Silence in s after which the writer of settings takes the agent for dead and gives all back.
   */
  leaseS?: number;
}
/**
 * How often each tier of facts is read, in ms.
 */
export interface Intervals {
  /**
   * Time between ticks: fast facts, rules, decision.
   */
  tickMs?: number;
  /**
   * Time between readings of what is dear, such as process lists.
   */
  slowMs?: number;
}
/**
 * What a run writes down so that it can be replayed.
 */
export interface Recording {
  /**
   * Whether runs are recorded.
   */
  enabled?: boolean;
  /**
   * Where recordings go, relative to this file; without it recordings/ in the state folder.
   */
  folder?: string;
  /**
   * The oldest recordings are removed when all of them together take more MiB than this.
   */
  keepMib?: number;
  /**
   * Recordings and history whose last line is older than so many days are removed.
   */
  keepDays?: number;
  /**
   * Whether every frame's own line is recorded too; without it frames are rolled up for each tick.
   */
  frames?: boolean;
  /**
   * Whether recordings say which host, user, card and command line they are of, and keep the paths in messages.
   */
  identify?: boolean;
}
/**
 * What is asked of the loop, over every level's own figures.
 */
export interface Targets {
  /**
   * Frames a second that the loop should keep.
   */
  targetFps?: number;
  /**
   * Ceiling of GPU use for a loop that already meets its rate, in %.
   */
  gpuUsageLimitPercent?: number;
}
/**
 * What the machine should be held to, over the profile's own figures; each becomes a fact limits.NAME.
 */
export interface Limits {
  /**
   * Highest temperature of the chip that is wanted, in °C.
   */
  gpuTemperatureC?: number;
  /**
   * Temperature at which the card begins to limit itself, in °C, where the card tells none.
   */
  gpuThrottleC?: number;
  /**
   * Highest processor use that is wanted, in % of all processors.
   */
  cpuPercent?: number;
  /**
   * Highest memory use that is wanted, in % of all memory.
   */
  memoryPercent?: number;
}
/**
 * What rules may use, over every level's own choice.
 */
export interface Features {
  /**
   * Whether rules may change the resolution.
   */
  dynamicResolution?: boolean;
  /**
   * Whether rules may skip frames.
   */
  frameSkipping?: boolean;
  /**
   * Whether TensorRT is preferred where offered.
   */
  tensorrt?: boolean;
  /**
   * Whether rules may batch frames.
   */
  batchProcessing?: boolean;
}
