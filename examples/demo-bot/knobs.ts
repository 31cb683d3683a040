/** What the agent may change in this bot, and how each change is made. */
import type { Frame, Runtime } from 'evenkeel/models';
import type { Bot, ConnectOptions } from 'evenkeel/sdk';

export const MODEL_NAMES = ['yolov8n', 'yolov8s'];
export const SIZES = [256, 320, 416, 512, 640];

/** What the loop reads at the start of each frame. */
export interface Settings {
  resolution: number;
  streams: number;
}

export const START = { model: 'yolov8s', resolution: 640, streams: 1 } as const;

/** The offer; `resolutionGapMs` is what a change of size was measured to cost. */
export function offerKnobs(resolutionGapMs: number): NonNullable<ConnectOptions['knobs']> {
  return {
    // Loaded and warmed in a second worker: frames do not stand still.
    model: { values: MODEL_NAMES, value: START.model, safe: 'yolov8n', switchGapMs: 0 },
    resolution: { values: SIZES, value: START.resolution, safe: 416, switchGapMs: resolutionGapMs },
    frameSkip: { range: [0, 0.8], value: 0, safe: 0 },
    streams: { values: [1, 2], value: START.streams, safe: 1, switchGapMs: 0 },
  };
}

/** Make what the agent decides happen; the next frame meets it. Frame skipping is the SDK's own. */
export function applyKnobs(bot: Bot, runtime: Runtime, settings: Settings): void {
  bot.on('model', async (value) => {
    const outcome = await runtime.load(String(value));
    if (outcome.kind === 'superseded') throw new Error('a newer choice of model came first');
  });
  bot.on('resolution', (value) => {
    settings.resolution = Number(value);
  });
  bot.on('streams', async (value) => {
    const outcome = await runtime.setStreams(Number(value));
    if (outcome.kind === 'superseded') throw new Error('a newer number of streams came first');
    settings.streams = runtime.streams;
  });
}

/** How much longer the first frame at another size takes than the second, in milliseconds. */
export async function measureResolutionGapMs(runtime: Runtime, frame: Frame): Promise<number> {
  const first = await runtime.infer(frame, 416);
  const second = await runtime.infer(first.frame, 416);
  const costOf = ({ preprocessMs, inferenceMs }: typeof first): number => preprocessMs + inferenceMs;
  return Math.max(0, Math.round(costOf(first) - costOf(second)));
}
