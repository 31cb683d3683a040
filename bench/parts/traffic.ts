/** Samples as a run takes them: a bot at 60 frames a second under a load that comes and goes, a card that warms and cools. */
import type { TickResult } from '#src/agent/tick-types.js';
import { Folder } from '#src/facts/sketch.js';
import type { Profile } from '#src/shapes/profile.js';
import type { Readings } from '#src/shapes/reading.js';
import type { Fold, HelloEvent, Sample, TickEvent } from '#src/shapes/sample.js';
import { createRandom } from './random.js';

/** Time between ticks in ms, as the agent's default is. */
export const TICK_MS = 500;
const FRAMES_A_S = 60;
const SESSION = 'bench';
const SIZES = [416, 512, 640, 768, 896];

const HELLO: HelloEvent = {
  kind: 'hello',
  session: SESSION,
  name: 'bench-bot',
  controls: true,
  loop: 'newest',
  models: ['yolov8n', 'yolov8s', 'yolov8m', 'yolov8l', 'yolov8x'].map((name) => ({ name, sizes: SIZES })),
  knobs: {
    model: { values: ['yolov8n', 'yolov8s', 'yolov8m', 'yolov8l', 'yolov8x'], value: 'yolov8m' },
    resolution: { values: SIZES, value: 640 },
    frameSkip: { range: [0, 0.8], value: 0 },
    streams: { range: [1, 4], value: 1 },
    captureFps: { range: [10, 120], value: 60 },
  },
};

/** The same number gives the same samples on every machine. */
export class Traffic {
  readonly #random: () => number;
  readonly #profile: Profile;
  readonly #tickMs: number;
  readonly #frames: number;
  #ticks = 0;
  #owed: TickEvent[] = [HELLO];
  #model = String(HELLO.knobs.model?.value);
  #size = Number(HELLO.knobs.resolution?.value);

  /** The same number gives the same samples. A frame takes what the profile says of its model and size. */
  constructor(start: number, profile: Profile, tickMs: number = TICK_MS) {
    this.#random = createRandom(start);
    this.#profile = profile;
    this.#tickMs = tickMs;
    this.#frames = Math.max(1, Math.round((FRAMES_A_S * tickMs) / 1000));
  }

  /** The next sample; each change of the tick before is applied with it. */
  next(): Sample {
    const atMs = ++this.#ticks * this.#tickMs;
    const events = [...this.#owed, this.#framesEvent()];
    this.#owed = [];
    return {
      kind: 'sample',
      atMs,
      wallMs: 1_700_000_000_000 + atMs,
      cause: 'interval',
      readings: this.#readings(),
      events,
    };
  }

  answer({ changes, decision }: TickResult): void {
    for (const { knob, to } of changes) {
      if (knob === 'model') this.#model = String(to);
      if (knob === 'resolution') this.#size = Number(to);
    }
    this.#owed = changes
      .filter(({ knob }) => knob !== 'level')
      .map(({ knob, to }) => ({
        kind: 'applied',
        knob,
        value: to,
        ok: true,
        tookMs: 1,
        revision: decision.revision,
      }));
  }

  /** Swings between -1 and 1 once in so many ticks of the default. */
  #wave(ticks: number): number {
    return Math.sin((2 * Math.PI * this.#ticks * this.#tickMs) / (ticks * TICK_MS));
  }

  /** Time of an inference, as a multiple of the one that the bot begins with. */
  #cost(): number {
    const costOf = (model: unknown, size: unknown): number =>
      (this.#profile.models.find(({ name }) => name === model)?.cost ?? 1) *
      (this.#profile.resolutions.find((rung) => rung.size === size)?.cost ?? 1);
    const { model, resolution } = HELLO.knobs;
    return costOf(this.#model, this.#size) / costOf(model?.value, resolution?.value);
  }

  #framesEvent(): TickEvent {
    const inferenceMs = (9 + 4 * this.#wave(120)) * this.#cost();
    const inference = this.#fold(inferenceMs, 0.2);
    const stages = { capture: 2, ocr: 2.5, minimap: 1 };
    return {
      kind: 'frames',
      session: SESSION,
      processed: this.#frames,
      skipped: 0,
      dropped: this.#random() < 0.1 ? 1 : 0,
      folds: {
        ...Object.fromEntries(
          Object.entries(stages).map(([stage, ms]) => [`frame.${stage}Ms`, this.#fold(ms, 0.3)]),
        ),
        'frame.yoloMs': inference,
        'frame.totalMs': this.#fold(inferenceMs + 5.5, 0.2),
        'frame.intervalMs': this.#fold(16.7, 0.05),
        'frame.queueSize': this.#fold(1 + this.#wave(70), 0.5),
        'inference.totalMs': inference,
        'inference.preprocessMs': this.#fold(1, 0.1),
        'inference.inferenceMs': this.#fold(inferenceMs - 2, 0.2),
        'inference.postprocessMs': this.#fold(1, 0.1),
        'inference.detections': this.#fold(12, 0.5),
      },
      scene: {
        motionDetected: this.#random() < 0.5,
        newObjects: this.#random() < 0.2,
        uiChanges: this.#random() < 0.1,
        combatActive: this.#wave(200) > 0.7,
        criticalEvent: this.#random() < 0.02,
      },
    };
  }

  #fold(middle: number, spread: number): Fold {
    const folder = new Folder();
    for (let i = 0; i < this.#frames; i++) folder.add(middle * (1 + spread * (this.#random() - 0.5)));
    return folder.take();
  }

  #readings(): Readings {
    const temperatureC = Math.round(72 + 9 * this.#wave(300));
    const powerW = 300 + 90 * this.#wave(120);
    const values: Record<string, number | string | boolean> = {
      'system.cpuPercent': 55 + 30 * this.#wave(80) + 5 * this.#random(),
      'system.cpuTemperatureC': 70 + 8 * this.#wave(300),
      'system.memoryPercent': 60 + 10 * this.#wave(400),
      'system.memoryUsedMib': 19_000 + 3_000 * this.#wave(400),
      'system.diskReadMegabytesPerS': 5 * this.#random(),
      'system.diskWriteMegabytesPerS': 20 * this.#random(),
      'system.networkReceiveMegabytesPerS': 2 * this.#random(),
      'system.networkTransmitMegabytesPerS': this.#random(),
      'system.load1': 3 + this.#wave(80),
      'system.onBattery': false,
      'gpu.utilizationPercent': 70 + 25 * this.#wave(120),
      'gpu.memoryBusyPercent': 40 + 10 * this.#wave(120),
      'gpu.memoryUsedMib': 9_000 + 500 * this.#wave(400),
      'gpu.memoryUsedPercent': 37 + 2 * this.#wave(400),
      'gpu.temperatureC': temperatureC,
      'gpu.hotSpotC': temperatureC + 11,
      'gpu.thermalMarginC': 83 - temperatureC,
      'gpu.powerW': powerW,
      'gpu.powerLimitW': 450,
      'gpu.graphicsClockMhz': 2_600 + 100 * this.#wave(120),
      'gpu.memoryClockMhz': 10_501,
      'gpu.fanPercent': 55 + 20 * this.#wave(300),
      'gpu.limitedBy': powerW > 380 ? 'power' : 'none',
      'gpu.limitedByOurs': false,
      'gpu.performanceState': 2,
      'gpu.encoderPercent': 10 * this.#random(),
    };
    return Object.fromEntries(
      Object.entries(values).map(([fact, value]) => [fact, [value, 'measured', 0] as const]),
    ) as Readings;
  }
}
