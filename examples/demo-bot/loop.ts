/** The frame loop: capture → yolo → minimap → ocr → act, every stage timed, every frame told to the SDK. */
import type { Frame as Picture, Runtime } from 'evenkeel/models';
import type { Bot, Frame, FrameEnd, Inference } from 'evenkeel/sdk';
import { chooseDeed, type Deed } from './act.js';
import type { Settings } from './knobs.js';
import { FRAME } from './layout.js';
import type { MinimapReader } from './minimap.js';
import type { TextReader } from './ocr.js';
import type { Pacer } from './pacer.js';
import type { Scene } from './scene.js';
import { STEP_MS, type World } from './world.js';

/** What of the SDK's inference the loop needs. */
type LoopInference = Pick<Inference, 'recordPreprocessing' | 'recordInference' | 'recordPostprocessing'> & {
  finish(detections: number): unknown;
};

/** What of the SDK's frame the loop needs. */
export interface LoopFrame extends Pick<Frame, 'stage'> {
  inference(model: string, size: [number, number]): LoopInference;
  finish(end: FrameEnd): unknown;
}

export interface LoopParts {
  bot: Pick<Bot, 'shouldSkip'> & { frame(size: [number, number]): LoopFrame };
  runtime: Pick<Runtime, 'infer' | 'model'>;
  settings: Settings;
  world: World;
  scene: Scene;
  minimap: MinimapReader;
  ocr: TextReader;
  pacer: Pacer;
  nowMs: () => number;
}

export interface LoopTotals {
  processed: number;
  skipped: number;
  deeds: Record<Deed, number>;
}

/** Run until the signal is given; frames inside are finished first. Rejects when a frame cannot be inferred. */
export async function runLoop(parts: LoopParts, signal: AbortSignal): Promise<LoopTotals> {
  const { bot, settings, world, scene, pacer, nowMs } = parts;
  const totals: LoopTotals = {
    processed: 0,
    skipped: 0,
    deeds: { eat: 0, fight: 0, loot: 0, walk: 0 },
  };
  const inside = new Set<Promise<void>>();
  const spare: Picture['data'][] = [];
  const failures: unknown[] = [];
  const startMs = nowMs() - world.step * STEP_MS;

  while (!signal.aborted && failures.length === 0) {
    // A decision made while frames were inside counts from here on: a frame meets one model and one size.
    while (inside.size >= settings.streams) await Promise.race(inside);
    const { waitMs, missed } = await pacer.next(signal);
    if (signal.aborted) break;
    world.advance(Math.max(0, Math.floor((nowMs() - startMs) / STEP_MS) - world.step));
    // The SDK tells what is true of the scene with the skipped frame, or with the one that begins next.
    if (bot.shouldSkip(world.readFlags())) {
      totals.skipped += 1;
      continue;
    }
    const frame = bot.frame([FRAME.width, FRAME.height]);
    const picture = frame.stage('capture', () => capture(scene, world, spare.pop()));
    const work = processFrame(parts, frame, picture)
      .then(({ deed, data }) => {
        frame.finish({ waitMs, drops: missed, queueSize: inside.size - 1 });
        spare.push(data);
        totals.processed += 1;
        totals.deeds[deed] += 1;
      })
      .catch((error: unknown) => {
        failures.push(error);
      })
      .finally(() => inside.delete(work));
    inside.add(work);
  }
  await Promise.all(inside);
  // A frame that was refused because everything ends is no fault.
  if (failures.length > 0 && !signal.aborted) throw failures[0];
  return totals;
}

/** Draw the world and copy it, as a screen grab does. */
function capture(scene: Scene, world: World, buffer: Picture['data'] | undefined): Picture {
  scene.draw(world);
  const data = buffer ?? new Uint8Array(scene.bytes.length);
  data.set(scene.bytes);
  return { data, width: FRAME.width, height: FRAME.height };
}

async function processFrame(
  { runtime, settings, minimap, ocr }: LoopParts,
  frame: LoopFrame,
  picture: Picture,
): Promise<{ deed: Deed; data: Picture['data'] }> {
  const size: [number, number] = [settings.resolution, settings.resolution];
  const result = await frame.stage('yolo', () => runtime.infer(picture, size));
  const inference = frame.inference(result.model, size);
  inference.recordPreprocessing(result.preprocessMs);
  inference.recordInference(result.inferenceMs);
  inference.recordPostprocessing(result.postprocessMs);
  inference.finish(result.detections.length);

  const { data } = result.frame;
  const map = frame.stage('minimap', () => minimap.read(data));
  const text = frame.stage('ocr', () => ocr.read(data));
  const deed = frame.stage('act', () => chooseDeed(map, text));
  return { deed, data };
}
