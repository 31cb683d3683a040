/** A closed loop on values: a bot whose frames take a given time at each tick, and the core that steers it. */
import { Core } from '../../src/agent/core.js';
import type { CoreOptions, CoreSettings, TickResult } from '../../src/agent/tick-types.js';
import { costRatio } from '../../src/decision/predict.js';
import { Folder } from '../../src/facts/sketch.js';
import type { KnobValue } from '../../src/shapes/knob.js';
import { isOfAgent } from '../../src/shapes/knob-table.js';
import type { Profile } from '../../src/shapes/profile.js';
import type { Readings, ReadingTuple } from '../../src/shapes/reading.js';
import type { Book } from '../../src/shapes/rule.js';
import type { Fold, HelloEvent, TickEvent } from '../../src/shapes/sample.js';

export const TICK_MS = 500;

export const SETTINGS: CoreSettings = {
  intervalMs: TICK_MS,
  tierMs: { frame: TICK_MS, fast: TICK_MS, slow: 5_000, rare: 30_000, tick: TICK_MS },
  mode: 'enforce',
  level: 'balanced',
  consent: true,
};

export const SESSION = 'session-1';

export function hello(overrides: Partial<HelloEvent> = {}): HelloEvent {
  const sizes = [256, 320, 416, 512, 640];
  return {
    kind: 'hello',
    session: SESSION,
    name: 'test-bot',
    controls: true,
    loop: 'newest',
    models: [
      { name: 'yolov8n', sizes },
      { name: 'yolov8s', sizes },
    ],
    knobs: {
      model: { values: ['yolov8n', 'yolov8s'], value: 'yolov8s', safe: 'yolov8n' },
      resolution: { values: sizes, value: 640, safe: 416 },
      frameSkip: { range: [0, 0.8], value: 0, safe: 0 },
      streams: { range: [1, 2], value: 1, safe: 1 },
    },
    ...overrides,
  };
}

export function fold(values: readonly number[]): Fold {
  const folder = new Folder();
  for (const value of values) folder.add(value);
  return folder.take();
}

/** One `frames` event of `n` equal frames of `totalMs`, of which inference takes `inferenceMs`. */
export function frames(
  n: number,
  totalMs: number,
  inferenceMs: number,
  extra: { intervalMs?: number; scene?: Record<string, boolean>; queueSize?: number } = {},
): TickEvent {
  const each = (ms: number): Fold => fold(new Array<number>(n).fill(ms));
  return {
    kind: 'frames',
    session: SESSION,
    processed: n,
    skipped: 0,
    dropped: 0,
    folds: {
      'frame.totalMs': each(totalMs),
      'frame.yoloMs': each(inferenceMs),
      'frame.captureMs': each(totalMs - inferenceMs),
      'frame.intervalMs': each(extra.intervalMs ?? totalMs),
      'frame.queueSize': each(extra.queueSize ?? 0),
      'inference.totalMs': each(inferenceMs),
    },
    scene: { combatActive: false, criticalEvent: false, ...extra.scene },
  };
}

export const COOL: Readings = {
  'gpu.temperatureC': [55, 'simulated', 0],
  'gpu.thermalMarginC': [28, 'simulated', 0],
  'gpu.powerW': [120, 'simulated', 0],
  'gpu.powerLimitW': [450, 'simulated', 0],
  'gpu.limitedBy': ['none', 'simulated', 0],
  'gpu.utilizationPercent': [40, 'simulated', 0],
  'gpu.memoryUsedPercent': [20, 'simulated', 0],
  'system.memoryPercent': [40, 'measured', 0],
};

export interface Step {
  result: TickResult;
  atMs: number;
}

/** Drives a core tick by tick. Changes are applied at the next tick unless `answer` is off. */
export class Loop {
  readonly core: Core;
  readonly profile: Profile;
  nowMs = 0;
  answer = true;
  readonly changes: { atMs: number; knob: string; to: KnobValue; winner: string }[] = [];
  #owed: TickEvent[] = [];

  constructor(profile: Profile, book: Book, settings: Partial<CoreSettings> = {}, options: CoreOptions = {}) {
    this.profile = profile;
    this.core = new Core({ ...SETTINGS, ...settings }, profile, book, options);
  }

  async tick(
    events: TickEvent[] = [],
    readings: Readings = COOL,
    dtMs: number = TICK_MS,
  ): Promise<TickResult> {
    this.nowMs += dtMs;
    const sample = {
      kind: 'sample' as const,
      atMs: this.nowMs,
      wallMs: 1_700_000_000_000 + this.nowMs,
      cause: 'interval' as const,
      readings,
      events: [...this.#owed, ...events],
    };
    this.#owed = [];
    // Through JSON, as a recording would hand it back.
    const result = await this.core.tick(JSON.parse(JSON.stringify(sample)));
    this.#checkPair(result);
    for (const { knob, to } of result.changes) {
      this.changes.push({ atMs: this.nowMs, knob, to, winner: result.decision.knobs[knob]?.winner ?? '' });
      if (this.answer && !isOfAgent(knob)) {
        this.#owed.push({
          kind: 'applied',
          knob,
          value: to,
          ok: true,
          tookMs: 1,
          revision: result.decision.revision,
        });
      }
    }
    return result;
  }

  /**
   * Runs an unpaced or paced bot for a time. `loadOf` gives what `from` (s at 640) would take, in ms, at each moment; the
   * time follows the knobs in force by the profile's own cost ratios, times `error`.
   */
  async run(
    seconds: number,
    loadOf: (atMs: number) => number,
    options: {
      otherMs?: number;
      pacedFps?: number;
      from?: { model: string; resolution: number };
      error?: number;
      /** What a rung really costs, from its declared ratio; a loop bound elsewhere gives 1 for every rung. */
      costOf?: (declaredRatio: number) => number;
      readings?: Readings;
      scene?: Record<string, boolean>;
    } = {},
  ): Promise<void> {
    const { otherMs = 10, pacedFps, error = 1 } = options;
    const costOf = options.costOf ?? ((ratio: number) => (ratio === 1 ? 1 : ratio * error));
    const endMs = this.nowMs + seconds * 1000;
    while (this.nowMs < endMs) {
      const { model, resolution } = this.core.memory.knobs;
      const from = options.from ?? { model: 'yolov8s', resolution: 640 };
      const to = { model: model?.applied ?? 'yolov8s', resolution: resolution?.applied ?? 640 };
      const ratio = costRatio(from, to, this.profile) ?? 1;
      const inferenceMs = loadOf(this.nowMs) * costOf(ratio);
      const totalMs = otherMs + inferenceMs;
      const intervalMs = pacedFps === undefined ? totalMs : Math.max(totalMs, 1000 / pacedFps);
      const n = Math.max(1, Math.round(TICK_MS / intervalMs));
      const extra = options.scene === undefined ? { intervalMs } : { intervalMs, scene: options.scene };
      await this.tick([frames(n, totalMs, inferenceMs, extra)], options.readings ?? COOL);
    }
  }

  /** No decision may ever name a model and size that the bot did not offer. */
  #checkPair({ decision }: TickResult): void {
    const { model, resolution } = decision.knobs;
    const sizes = this.core.memory.models.find(({ name }) => name === model?.value)?.sizes;
    if (sizes === undefined || resolution === undefined || sizes.includes(Number(resolution.value))) return;
    throw new Error(`${model?.value} at ${resolution.value} was decided, offered are ${sizes.join(', ')}`);
  }

  value(knob: string): KnobValue | undefined {
    return this.core.memory.knobs[knob]?.applied;
  }

  quality(): { atMs: number; knob: string; to: KnobValue }[] {
    return this.changes.filter(({ knob }) => ['model', 'resolution', 'frameSkip'].includes(knob));
  }
}

/** Shorthand for a measured reading. */
export function measured(value: number | boolean | string): ReadingTuple {
  return [value, 'measured', 0];
}
