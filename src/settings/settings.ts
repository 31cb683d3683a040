/** The settings of a run: every key with its default. */
import type { Card, ConfigFile, Features, Limits, Targets } from '../shapes/generated/config.js';

/** Whether power limit and clocks of the card may be written; `ask` waits for a person's word. */
export type Hardware = NonNullable<ConfigFile['hardware']>;
/** The least that is told; what is below it is dropped. */
export type LogLevel = NonNullable<ConfigFile['logLevel']>;
/** Number formats that the TensorRT of a bot may use. */
export type TensorrtPrecision = NonNullable<ConfigFile['tensorrtPrecision']>;

/** What a run is started with. A key that may be left out has its value from the profile, the level or the card. */
export interface Settings {
  /** Folders over the shipped rules, in order, relative to where the agent was started. */
  rules: string[];
  profile?: string;
  /** As `--gpu` takes it. */
  gpu: string;
  level: string;
  mode: NonNullable<ConfigFile['mode']>;
  /** 0 takes any free one. */
  port: number;
  listen: string;
  /** `ask` writes nothing until a person has said so. */
  hardware: Hardware;
  /** How the settings of the card are borrowed. */
  card: CardSettings;
  /** The rule tests beside the rules must pass before a book goes live. */
  testOnReload: boolean;
  /** `debug` has been taken into account. */
  logLevel: LogLevel;
  debug: boolean;
  intervals: { tickMs: number; slowMs: number };
  /** Without a folder: `recordings` in the state folder. */
  recording: {
    enabled: boolean;
    folder?: string;
    keepMib: number;
    keepDays: number;
    frames: boolean;
    identify: boolean;
  };
  /** Laid over every level. */
  targets: Targets;
  /** Laid over the profile's. */
  limits: Limits;
  /** Laid over every level. */
  features: Features;
  tensorrtPrecision?: TensorrtPrecision;
  run: RunSettings;
}

/** How the settings of the card are borrowed. */
export interface CardSettings {
  /** What becomes of them at a clean end; after a crash they are always given back. */
  onExit: NonNullable<Card['onExit']>;
  /** What is done when another program changes one that is borrowed. */
  otherWriter: NonNullable<Card['otherWriter']>;
  /** Silence after which the writer takes the agent for dead, in s. */
  leaseS: number;
}

/** What only flags and their variables say, for one run. */
export interface RunSettings {
  demo: boolean;
  /** Counts from the first tick; without it the run goes on until it is stopped. */
  durationS?: number;
  /** The demo bot's pace: `target`, `none` or frames a second. */
  pace: string;
  /** Factor on the work of the demo bot's stages. */
  work: number;
}

/** Every key by its path, with its default; null where the profile, the level or the card decides. */
export const DEFAULTS: Readonly<Record<string, unknown>> = {
  rules: [],
  profile: null,
  gpu: 'auto',
  level: 'balanced',
  mode: 'enforce',
  port: 7410,
  listen: '127.0.0.1',
  hardware: 'ask',
  'card.onExit': 'restore',
  'card.otherWriter': 'yield',
  'card.leaseS': 10,
  testOnReload: false,
  logLevel: 'info',
  debug: false,
  'intervals.tickMs': 500,
  'intervals.slowMs': 5000,
  'recording.enabled': true,
  'recording.folder': null,
  'recording.keepMib': 2048,
  'recording.keepDays': 30,
  'recording.frames': false,
  'recording.identify': false,
  'targets.targetFps': null,
  'targets.gpuUsageLimitPercent': null,
  'limits.gpuTemperatureC': null,
  'limits.gpuThrottleC': null,
  'limits.cpuPercent': null,
  'limits.memoryPercent': null,
  'features.dynamicResolution': null,
  'features.frameSkipping': null,
  'features.tensorrt': null,
  'features.batchProcessing': null,
  tensorrtPrecision: null,
  'run.demo': false,
  'run.durationS': null,
  'run.pace': 'target',
  'run.work': 1,
};
