import { expect, test } from 'vitest';
import { type LoopParts, runLoop } from '../../examples/demo-bot/loop.js';
import { createMinimapReader } from '../../examples/demo-bot/minimap.js';
import { createTextReader } from '../../examples/demo-bot/ocr.js';
import { createScene } from '../../examples/demo-bot/scene.js';
import { createWorld } from '../../examples/demo-bot/world.js';

interface Reported {
  stages: string[];
  inference: [model: string, width: number, height: number][];
  finished: Record<string, unknown> | null;
}

interface Rig {
  parts: LoopParts;
  stop: AbortController;
  reported: Reported[];
  scenes: object[];
  /** Most frames that were in the model at once. */
  most: () => number;
}

/** A bot and a model that only note what they are told; the loop is stopped after `frames`, skipped ones included. */
function rig(
  frames: number,
  overrides: { isSkipped?: (frame: number) => boolean; fails?: boolean } = {},
): Rig {
  const stop = new AbortController();
  const reported: Reported[] = [];
  const scenes: object[] = [];
  let taken = 0;
  let inside = 0;
  let most = 0;
  const take = (): void => {
    taken += 1;
    if (taken >= frames) stop.abort();
  };
  const parts: LoopParts = {
    bot: {
      shouldSkip: (scene = {}) => {
        scenes.push(scene);
        const isSkipped = overrides.isSkipped?.(taken) ?? false;
        if (isSkipped) take();
        return isSkipped;
      },
      frame: () => {
        const one: Reported = { stages: [], inference: [], finished: null };
        reported.push(one);
        return {
          stage: (name, work) => {
            one.stages.push(name);
            return work();
          },
          recordStage: () => undefined,
          inference: (model, size) => {
            const [width, height] = size;
            one.inference.push([model, width, height]);
            return {
              recordPreprocessing: () => undefined,
              recordInference: () => undefined,
              recordPostprocessing: () => undefined,
              finish: () => undefined,
            };
          },
          finish: (extra = {}) => {
            one.finished = { ...extra };
            take();
          },
        };
      },
    },
    runtime: {
      model: 'yolov8n',
      infer: async (frame, size) => {
        inside += 1;
        most = Math.max(most, inside);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside -= 1;
        if (overrides.fails) throw new Error('the model has ended');
        const [width, height] = typeof size === 'number' ? [size, size] : size;
        return {
          detections: [],
          preprocessMs: 1,
          inferenceMs: 2,
          postprocessMs: 3,
          model: 'yolov8n',
          size: [width, height],
          frame,
        };
      },
    },
    settings: { resolution: 640, streams: 1 },
    world: createWorld(1),
    scene: createScene(1),
    minimap: createMinimapReader(0),
    ocr: createTextReader(0),
    pacer: { fps: 10, next: async () => ({ waitMs: 4, missed: 1 }) },
    nowMs: () => performance.now(),
  };
  return { parts, stop, reported, scenes, most: () => most };
}

test('every frame passes every stage in order and is told with its wait and drops, its scene before it', async () => {
  const { parts, stop, reported, scenes, most } = rig(4);
  const totals = await runLoop(parts, stop.signal);
  expect(scenes).toHaveLength(4);
  expect(scenes[0]).toHaveProperty('combatActive');
  expect(totals).toMatchObject({ processed: 4, skipped: 0 });
  expect(most()).toBe(1);
  for (const one of reported) {
    expect(one.stages).toEqual(['capture', 'yolo', 'minimap', 'ocr', 'act']);
    expect(one.inference).toEqual([['yolov8n', 640, 640]]);
    expect(one.finished).toMatchObject({ waitMs: 4, drops: 1, queueSize: 0 });
  }
});

test('a frame that is to be skipped is counted and neither captured nor inferred', async () => {
  const { parts, stop, reported } = rig(6, { isSkipped: (frame) => frame % 3 !== 0 });
  const totals = await runLoop(parts, stop.signal);
  expect(totals).toMatchObject({ processed: 2, skipped: 4 });
  expect(reported).toHaveLength(2);
});

test('a change of size is met by the next frame', async () => {
  const { parts, stop, reported } = rig(4);
  const { frame } = parts.bot;
  parts.bot.frame = (size) => {
    parts.settings.resolution = reported.length < 2 ? 640 : 416;
    return frame(size);
  };
  await runLoop(parts, stop.signal);
  expect(reported.map((one) => one.inference[0]?.[1])).toEqual([640, 640, 416, 416]);
});

test('two streams hold two frames at once, and what is inside is finished at the end', async () => {
  const { parts, stop, reported, most } = rig(8);
  parts.settings.streams = 2;
  const totals = await runLoop(parts, stop.signal);
  expect(most()).toBe(2);
  expect(reported.every((one) => one.finished !== null)).toBe(true);
  expect(totals.processed).toBe(reported.length);
});

test('a model that is gone ends the loop with its reason', async () => {
  const { parts, stop } = rig(4, { fails: true });
  await expect(runLoop(parts, stop.signal)).rejects.toThrow('the model has ended');
});

test('a frame refused because the bot ends is no fault', async () => {
  const { parts, stop } = rig(4, { fails: true });
  setTimeout(() => stop.abort(), 2);
  const { infer } = parts.runtime;
  parts.runtime.infer = async (frame, size) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return infer(frame, size);
  };
  expect(await runLoop(parts, stop.signal)).toMatchObject({ processed: 0 });
});
