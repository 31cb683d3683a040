/** The profiling calls, without an agent: what a frame comes to, as metrics and as a line. */
import { fc, test as property } from '@fast-check/vitest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkLine } from '../../src/bot/lines.js';
import { type FrameHome, TimedFrame } from '../../src/sdk/frame.js';
import { type FrameRecord, frameText } from '../../src/sdk/frame-record.js';
import { type Bot, connect, type Frame, type FrameEnd, type Inference } from '../../src/sdk/index.js';
import { BOT_KNOBS } from '../../src/sdk/mistakes.js';
import { Problems } from '../../src/sdk/problems.js';
import type { FrameLine } from '../../src/shapes/generated/bot-line.js';
import { KNOBS } from '../../src/shapes/knob-table.js';
import { readText } from '../helpers/checkout.js';

let sent: FrameRecord[];
let home: FrameHome;
let bots: Bot[];

beforeEach(() => {
  sent = [];
  bots = [];
  home = { problems: new Problems(), finished: (_, record) => sent.push(record) };
});

afterEach(() => Promise.all(bots.map((bot) => bot.close())));

function begin(isTimed = true): TimedFrame {
  const frame = new TimedFrame(1, home, isTimed);
  frame.begin([1920, 1080], null);
  return frame;
}

/** A bot of which no agent hears. */
function alone(options: { sample?: number } = {}): Bot {
  const bot = connect('alone', { knobs: { frameSkip: true }, url: 'http://127.0.0.1:9', ...options });
  bots.push(bot);
  return bot;
}

/** The line as an agent reads it. */
function line(at = 0): FrameLine {
  const parsed = JSON.parse(frameText(sent[at] as FrameRecord));
  expect(checkLine(parsed)).toEqual({ ok: true, value: parsed });
  return parsed;
}

test('tells what a frame came to, and sends the same', () => {
  const frame = begin();
  frame.recordStage('capture', 50);
  frame.recordStage('ocr', 1.5);
  frame.recordStage('ocr', 2);
  const run = frame.inference('yolov8n', [640, 384]);
  run.recordPreprocessing(1);
  run.recordInference(6.5);
  run.recordPostprocessing(0.25);
  expect(run.finishInference(7, 812)).toMatchObject({ inference: { totalMs: 7.75, detections: 7 } });
  const metrics = frame.finishFrame({ queueSize: 2, drops: 1, waitMs: 3, scene: { uiChanges: true } });
  expect(metrics).toEqual({
    id: 1,
    totalMs: expect.any(Number),
    fps: 1000 / metrics.totalMs,
    width: 1920,
    height: 1080,
    stagesMs: { capture: 50, ocr: 3.5 },
    inference: {
      model: 'yolov8n',
      size: 640,
      preprocessMs: 1,
      inferenceMs: 6.5,
      postprocessMs: 0.25,
      totalMs: 7.75,
      detections: 7,
      gpuMemoryMib: 812,
    },
    queueSize: 2,
    drops: 1,
    waitMs: 3,
  });
  // The capture came before the frame was begun and belongs to its time.
  expect(metrics.totalMs).toBeGreaterThanOrEqual(50);
  expect(frame.finish()).toBe(metrics);
  expect(sent).toHaveLength(1);
  const { totalMs: runMs, ...inference } = metrics.inference ?? { totalMs: 0 };
  expect(runMs).toBe(7.75);
  const { id, totalMs, width, height, stagesMs } = metrics;
  expect(line()).toEqual({
    kind: 'frame',
    id,
    atMs: expect.any(Number),
    totalMs,
    width,
    height,
    stagesMs,
    inference,
    waitMs: 3,
    queueSize: 2,
    drops: 1,
    scene: { uiChanges: true },
  });
});

test('what was not told is null in the metrics and absent in the line', () => {
  const metrics = begin().finish();
  expect(metrics).toMatchObject({
    inference: null,
    queueSize: null,
    drops: null,
    waitMs: null,
    stagesMs: {},
  });
  expect(Object.keys(line())).toEqual(['kind', 'id', 'atMs', 'totalMs', 'width', 'height']);
  const frame = begin();
  frame.inference('yolov8n', 640).recordInference(2);
  expect(frame.finish().inference).toMatchObject({ preprocessMs: null, inferenceMs: 2, detections: null });
  expect(line(1).inference).toEqual({ model: 'yolov8n', size: 640, inferenceMs: 2 });
});

test('blocks end what they begin: frame, run and stage, also when their work fails or waits', async () => {
  const bot = alone();
  const told = bot.frame([640, 480], (frame) => {
    expect(frame.stage('ocr', () => 'text')).toBe('text');
    expect(frame.inference('yolov8n', 640, (run) => (run.detections = 3))).toBe(3);
    return frame;
  });
  expect(told.finish()).toMatchObject({ inference: { detections: 3, inferenceMs: expect.any(Number) } });
  const failed: Frame[] = [];
  expect(() =>
    bot.frame([640, 480], (frame) => {
      failed.push(frame);
      return frame.stage('act', () => {
        throw new Error('the bot’s own');
      });
    }),
  ).toThrow('the bot’s own');
  expect(Object.keys(failed[0]?.finish().stagesMs ?? {})).toEqual(['act']);
  const waited = bot.frame([640, 480], async (frame) => {
    await frame.stage('minimap', async () => 'map');
    return frame;
  });
  expect(Object.keys((await waited).finish().stagesMs)).toEqual(['minimap']);
  await expect(bot.frame([640, 480], () => Promise.reject(new Error('its own')))).rejects.toThrow('its own');
});

test('with using a frame ends where its block does', () => {
  const bot = alone();
  let frame: Frame;
  let run: Inference;
  {
    using inside = bot.frame([640, 480]);
    using its = inside.inference('yolov8n', 640);
    its.detections = 2;
    frame = inside;
    run = its;
  }
  const metrics = frame.finish({ drops: 9 });
  expect(metrics).toMatchObject({ drops: null, inference: { detections: 2 } });
  run.recordInference(50);
  expect(run.finish(9).inference?.detections).toBe(2);
});

test('a run begins on the frame that is open, else on one of its own that ends with it', () => {
  const bot = alone();
  const frame = bot.startFrame([640, 480]);
  const inside = bot.startInference('yolov8n', 640);
  inside.recordInference(4);
  expect(inside.finish(1)).toMatchObject({ id: frame.id, width: 640 });
  expect(frame.finish()).toMatchObject({ inference: { inferenceMs: 4 } });
  const own = bot.startInference('yolov8s', [512, 512]);
  own.recordPreprocessing(3);
  own.recordInference(40);
  const metrics = own.finishInference(5);
  expect(metrics).toMatchObject({
    id: frame.id + 1,
    width: null,
    height: null,
    inference: { model: 'yolov8s', size: 512, totalMs: 43, detections: 5 },
  });
  // Told after it ran, the run began before its frame did.
  expect(metrics.totalMs).toBeGreaterThanOrEqual(43);
  expect(own.finishInference(9)).toBe(metrics);
});

test('a run of which no part is told counts as one', () => {
  const run = begin().inference('yolov8n', 640);
  expect(run.finish(1).inference).toMatchObject({
    preprocessMs: null,
    inferenceMs: expect.any(Number),
    detections: 1,
  });
});

test('of a frame that is not timed its begin, total, model and what was found are told, and no stage', () => {
  const frame = begin(false);
  frame.recordStage('capture', 20);
  expect(frame.stage('ocr', () => 'text')).toBe('text');
  const run = frame.inference('yolov8n', 640);
  run.recordInference(5);
  run.finish(4);
  const metrics = frame.finish({ queueSize: 1, scene: { combatActive: true } });
  expect(metrics.stagesMs).toEqual({});
  expect(metrics.totalMs).toBeGreaterThanOrEqual(20);
  expect(line()).toMatchObject({ scene: { combatActive: true }, queueSize: 1 });
  expect(line().inference).toEqual({ model: 'yolov8n', size: 640, detections: 4 });
  expect(Object.hasOwn(line(), 'stagesMs')).toBe(false);
});

test('a capture that did not fit into the frame came before it, and one recorded after others is told of', () => {
  const frame = begin();
  const { atMs } = frame;
  frame.recordStage('capture', 400);
  expect(atMs - frame.atMs).toBeGreaterThan(300);
  expect(frame.finish().totalMs).toBeGreaterThanOrEqual(400);
  expect(home.problems.newest).toBeNull();
  const later = begin();
  later.recordStage('ocr', 1);
  later.recordStage('capture', 0);
  expect(later.atMs).toBeGreaterThan(atMs - 1);
  expect(home.problems.newest).toMatch(/^recordStage: capture: expected to be recorded before other stages/);
});

test('asked within an open frame, shouldSkip skips that one: its number, its begin, no second line', () => {
  const bot = alone();
  const numbers = Array.from({ length: 4 }, () => {
    const frame = bot.frame();
    frame.stage('capture', () => 'image');
    expect(bot.shouldSkip({ combatActive: true })).toBe(false);
    return frame.finish().id;
  });
  expect(numbers).toEqual([1, 2, 3, 4]);
});

test('names that are most likely mistakes are told of', () => {
  const bot = connect('alone', { knobs: { resolutions: [416], frameSkipp: [0, 1], ocrScale: [1, 2] } });
  bots.push(bot);
  expect(bot.problem).toBe(
    'knobs: frameSkipp: expected a knob that rules know, such as frameSkip, got "frameSkipp"; no shipped rule steers it',
  );
  begin().recordStage('interval', 1);
  expect(home.problems.newest).toMatch(/^stage: interval: expected another name, .*; no fact is made of it$/);
  const offered = Object.entries(KNOBS).filter(([, { hardware, kind }]) => !hardware && kind !== 'target');
  expect(BOT_KNOBS).toEqual(offered.map(([name]) => name));
  const python = readText('clients/python/evenkeel/mistakes.py').match(/BOT_KNOBS = \(([^)]*)\)/)?.[1] ?? '';
  expect([...python.matchAll(/"(\w+)"/g)].map(([, name]) => name)).toEqual(BOT_KNOBS);
});

test('a second run takes the place of the first, and that is told', () => {
  const frame = begin();
  frame.inference('yolov8n', 640).finish(1);
  frame.inference('minimap', 64).finish(2);
  expect(frame.finish().inference).toMatchObject({ model: 'minimap', detections: 2 });
  expect(home.problems.newest).toBe(
    'inference: second: expected one run a frame, got "minimap"; it takes the place of the first',
  );
});

test('without knobs a bot observes, and what it offers by mistake is told', () => {
  const bot = connect('alone');
  bots.push(bot);
  expect(bot.decision).toEqual({});
  bot.offer(null as never);
  expect(bot.problem).toMatch(/^offer: knobs: expected knobs and models as connect takes them/);
});

test('one processed frame in n is timed, the first of them too', () => {
  const bot = alone({ sample: 3 });
  const timed = Array.from({ length: 7 }, () => {
    const frame = bot.frame([640, 480]);
    frame.recordStage('ocr', 1);
    return Object.keys(frame.finish().stagesMs).length === 1;
  });
  expect(timed).toEqual([true, false, false, true, false, false, true]);
});

test('what cannot be is left out, and the newest such problem is told once', () => {
  const { problems } = home;
  const told = (): string | null => {
    const { newest } = problems;
    problems.clear();
    return newest;
  };
  const frame = new TimedFrame(1, home, true);
  frame.begin(undefined, null);
  expect(told()).toBeNull();
  frame.begin(640 as never, null);
  expect(told()).toBe('frame: size: expected [width, height] in pixels, got 640; it is left out');
  frame.recordStage('not a name', 1);
  expect(told()).toContain('stage: not a name: expected a name of letters');
  frame.recordStage('not a name', 1);
  expect(told()).toBeNull();
  frame.recordStage('ocr', Number.NaN);
  expect(told()).toBe('stage: ocr: expected milliseconds, got NaN; it is left out');
  frame.stage('act', 7 as never);
  expect(told()).toContain('a function that does the work, got 7');
  for (let stage = 0; stage < 40; stage += 1) frame.recordStage(`stage${stage}`, 1);
  expect(told()).toContain('32 stages at most');
  const run = frame.inference('', 0.5);
  expect(told()).toContain('a side in whole pixels, got 0.5');
  run.recordPreprocessing(-1);
  run.recordInference('6' as never);
  run.recordPostprocessing(Number.POSITIVE_INFINITY);
  expect(told()).toContain('recordPostprocessing');
  run.finish(1.5, -1);
  expect(told()).toContain('gpuMemoryMib: expected MiB, got -1');
  frame.finish({ queueSize: -1, drops: 0.5, waitMs: Number.NaN, scene: { 'no flag': true } });
  expect(told()).toContain('waitMs: expected milliseconds, got NaN');
  expect(Object.keys(line().stagesMs ?? {})).toHaveLength(32);
  expect(Object.keys(line())).toEqual(['kind', 'id', 'atMs', 'totalMs', 'stagesMs', 'inference']);
});

const anything = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
  fc.constant(undefined),
  fc.constant([]),
  fc.constant(Object.create(null)),
);
const number = fc.oneof(
  fc.double(),
  fc.double({ min: 0, max: 1e7 }),
  fc.integer({ min: 0, max: 100 }),
  anything,
);
const names = fc.oneof(
  fc.constantFrom('capture', 'ocr', 'constructor', '__proto__', 'toString'),
  fc.string(),
);

property.prop([
  fc.record({
    size: fc.oneof(fc.tuple(number, number), anything),
    model: anything,
    side: fc.oneof(number, fc.tuple(number, number)),
    parts: fc.tuple(number, number, number, number, number),
    stages: fc.array(fc.tuple(names, number), { maxLength: 40 }),
    end: fc.oneof(
      fc.record({ queueSize: number, drops: number, waitMs: number, scene: fc.dictionary(names, anything) }),
      anything,
    ),
    isTimed: fc.boolean(),
  }),
])('whatever a bot says nothing throws, and the agent takes the line', (said) => {
  sent = [];
  const frame = new TimedFrame(1, home, said.isTimed);
  frame.begin(said.size as never, null);
  for (const [name, ms] of said.stages) frame.recordStage(name, ms as never);
  const run = frame.inference(said.model as never, said.side as never);
  run.recordPreprocessing(said.parts[0] as never);
  run.recordInference(said.parts[1] as never);
  run.recordPostprocessing(said.parts[2] as never);
  run.finish(said.parts[3] as never, said.parts[4] as never);
  const metrics = frame.finish(said.end as FrameEnd);
  const { stagesMs = {} } = line();
  expect(stagesMs).toEqual(metrics.stagesMs);
});
