/** The SDK against the real server over real HTTP. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BotItem } from '../../src/bot/index.js';
import { DEFAULT_FRAME_RULES } from '../../src/frames/importance.js';
import { SDK_NAME } from '../../src/sdk/bot.js';
import { type Bot, type ConnectOptions, connect } from '../../src/sdk/index.js';
import type { AppliedLine, FrameLine } from '../../src/shapes/generated/bot-line.js';
import type { KnobValue } from '../../src/shapes/knob.js';
import { readJson } from '../helpers/checkout.js';
import { type FakeAgent, openFakeAgent, TOKEN, waitUntil } from '../helpers/fake-agent.js';

const KNOBS = { model: ['yolov8n', 'yolov8s'], resolution: [416, 512, 640], frameSkip: true } as const;

let folder: string;
let agents: FakeAgent[];
let bots: Bot[];
let stalled: { server: Server; sockets: Socket[] } | null;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-sdk-'));
  writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
  agents = [];
  bots = [];
  stalled = null;
});

afterEach(async () => {
  await Promise.all(bots.map((bot) => bot.close()));
  await Promise.all(agents.map((agent) => agent.server.close()));
  for (const socket of stalled?.sockets ?? []) socket.destroy();
  stalled?.server.close();
  rmSync(folder, { recursive: true });
});

async function startAgent(): Promise<FakeAgent> {
  const agent = await openFakeAgent();
  agents.push(agent);
  writeFileSync(join(folder, 'address'), `${agent.url}\n`);
  return agent;
}

function startBot(options: Partial<ConnectOptions> = {}, name = 'test-bot'): Bot {
  const bot = connect(name, { knobs: KNOBS, stateDir: folder, ...options });
  bots.push(bot);
  return bot;
}

/** Collects what the agent's ticks would see. */
function collect(agent: FakeAgent): { items: BotItem[]; poll: () => BotItem[] } {
  const items: BotItem[] = [];
  return {
    items,
    poll: () => {
      items.push(...agent.bots.drain());
      return items;
    },
  };
}

function linesOf<K extends 'frame' | 'applied'>(
  items: BotItem[],
  kind: K,
): (K extends 'frame' ? FrameLine : AppliedLine)[] {
  const lines = items.flatMap((item) => (item.kind === 'line' && item.line.kind === kind ? [item.line] : []));
  return lines as (K extends 'frame' ? FrameLine : AppliedLine)[];
}

test('says hello with the short forms written out and has a decision at once', async () => {
  const agent = await startAgent();
  const bot = startBot({ maxFps: 50, gpuUuid: 'GPU-1' });
  expect(bot.connected).toBe(false);
  expect(bot.decision).toEqual({ model: 'yolov8n', resolution: 416, frameSkip: 0 });
  await waitUntil(() => bot.connected);
  expect(agent.bots.drain()).toMatchObject([
    {
      kind: 'hello',
      gpuUuid: 'GPU-1',
      event: {
        name: 'test-bot',
        controls: true,
        maxFps: 50,
        loop: 'newest',
        models: [{ name: 'yolov8n' }, { name: 'yolov8s' }],
        knobs: {
          model: { values: ['yolov8n', 'yolov8s'], value: 'yolov8n', safe: 'yolov8n' },
          resolution: { values: [416, 512, 640], value: 416, safe: 416 },
          frameSkip: { range: [0, 0.8], value: 0, safe: 0 },
        },
      },
    },
  ]);
});

test('names its version as the package does', () => {
  expect(SDK_NAME).toBe(`evenkeel-typescript ${readJson<{ version: string }>('package.json').version}`);
});

test('a knob that offers nothing is refused when the bot starts, not later', () => {
  for (const spec of [[], {}, { values: [1], range: [0, 1] as const }]) {
    expect(() => connect('bot', { knobs: { resolution: spec } })).toThrow(TypeError);
  }
  expect(() => connect('bot', { knobs: { resolution: true } })).toThrow('true is for frameSkip');
});

test.each([
  ['name', '', {}],
  ['name', 'two\nlines', {}],
  ['knobs', 'bot', { knobs: null }],
  ['knobs', 'bot', { knobs: ['model'] }],
  ['knobs', 'bot', { knobs: { Model: ['a'] } }],
  ['loop', 'bot', { loop: 'oldest' }],
  ['maxFps', 'bot', { maxFps: 0 }],
  ['sample', 'bot', { sample: 0.5 }],
  ['token', 'bot', { token: 7 }],
  ['url', 'bot', { url: 'https://example.org' }],
])('a wrong %s is refused with what was expected and what came', (what, name, options) => {
  const call = (): Bot => connect(name, { knobs: {}, ...options } as unknown as ConnectOptions);
  expect(call).toThrow(TypeError);
  expect(call).toThrow(new RegExp(`^connect: ${what}: expected .*, got `));
});

test('sends frames with their stages and inference, and skipped ones by itself', async () => {
  const agent = await startAgent();
  const bot = startBot();
  const seen = collect(agent);
  await waitUntil(() => bot.connected);
  expect(bot.shouldSkip({ motionDetected: true, combatActive: false })).toBe(false);
  const frame = bot.frame([1920, 1080]);
  frame.recordStage('capture', 50);
  frame.recordStage('capture', Number.NaN);
  frame.recordStage('not a name', 1);
  expect(frame.stage('ocr', () => 'text')).toBe('text');
  expect(await frame.stage('minimap', async () => 'map')).toBe('map');
  expect(() =>
    frame.stage('act', () => {
      throw new Error('the bot’s own');
    }),
  ).toThrow('the bot’s own');
  const run = frame.inference('yolov8n', [640, 640]);
  run.recordPreprocessing(1);
  run.recordInference(6.5);
  run.recordPostprocessing(-1);
  run.finish(7, 812);
  frame.finish({ queueSize: 0, drops: 1, waitMs: 3, scene: { uiChanges: true } });
  frame.finish();
  await waitUntil(() => linesOf(seen.poll(), 'frame').length === 1);
  expect(agent.bots.counters.rejected).toBe(0);
  const [line] = linesOf(seen.items, 'frame');
  expect(line).toMatchObject({
    width: 1920,
    height: 1080,
    waitMs: 3,
    queueSize: 0,
    drops: 1,
    scene: { motionDetected: true, combatActive: false, uiChanges: true },
  });
  expect(line?.inference).toEqual({
    model: 'yolov8n',
    size: 640,
    preprocessMs: 1,
    inferenceMs: 6.5,
    detections: 7,
    gpuMemoryMib: 812,
  });
  expect(Object.keys(line?.stagesMs ?? {})).toEqual(['capture', 'ocr', 'minimap', 'act']);
  // The capture came before `frame` and belongs to the frame's time.
  expect(line?.totalMs).toBeGreaterThanOrEqual(50);

  agent.bots.publish({ frameSkip: 0.8 }, DEFAULT_FRAME_RULES);
  await waitUntil(() => bot.decision.frameSkip === 0.8);
  const verdicts = Array.from({ length: 20 }, () => bot.shouldSkip());
  await waitUntil(() => linesOf(seen.poll(), 'frame').length > 1);
  const skipped = linesOf(seen.items, 'frame').filter((frame) => frame.skipped);
  expect(skipped).toHaveLength(verdicts.filter(Boolean).length);
  expect(skipped[0]).toMatchObject({ skipReason: 'share', id: expect.any(Number) });

  // Asked within an open frame it is that one: it becomes one line, with the frame's number.
  bot.frame().finish();
  const began = Array.from({ length: 10 }, () => {
    const open = bot.frame();
    const isSkipped = bot.shouldSkip();
    open.finish();
    return [open.id, isSkipped];
  });
  expect(new Set(began.map(([, isSkipped]) => isSkipped))).toEqual(new Set([true, false]));
  await waitUntil(() => linesOf(seen.poll(), 'frame').some(({ id }) => id === began.at(-1)?.[0]));
  const told = linesOf(seen.items, 'frame').slice(-10);
  expect(told.map(({ id, skipped = false }) => [id, skipped])).toEqual(began);
  // A frame that has its verdict goes on: the question is about the one that comes next.
  while (bot.shouldSkip());
  const judged = bot.frame();
  while (!bot.shouldSkip());
  expect(judged.stage('ocr', () => 1)).toBe(1);
  expect(Object.keys(judged.finish().stagesMs)).toEqual(['ocr']);
});

test('applies a decision, reports it, and of several only the newest after the one in hand', async () => {
  const agent = await startAgent();
  const bot = startBot();
  const calls: KnobValue[] = [];
  let finish: () => void = () => undefined;
  bot.on('resolution', (value) => {
    calls.push(value);
    return new Promise<void>((resolve) => {
      finish = resolve;
    });
  });
  bot.on('model', () => {
    throw new Error('no such file');
  });
  const seen = collect(agent);
  await waitUntil(() => bot.connected);
  seen.poll();
  const first = agent.bots.publish({ resolution: 512 }, DEFAULT_FRAME_RULES);
  await waitUntil(() => calls.length === 1);
  agent.bots.publish({ resolution: 416 }, DEFAULT_FRAME_RULES);
  const last = agent.bots.publish({ resolution: 640, model: 'yolov8s' }, DEFAULT_FRAME_RULES);
  await waitUntil(() => bot.decision.resolution === 640);
  finish();
  await waitUntil(() => calls.length === 2);
  finish();
  await waitUntil(() => linesOf(seen.poll(), 'applied').length === 3);
  expect(calls).toEqual([512, 640]);
  expect(linesOf(seen.items, 'applied').sort((a, b) => a.revision - b.revision)).toMatchObject([
    { knob: 'resolution', value: 512, ok: true, revision: first },
    { knob: 'model', value: 'yolov8n', ok: false, error: 'no such file', revision: last },
    { knob: 'resolution', value: 640, ok: true, revision: last },
  ]);
  expect(bot.problem).toBe(
    'on: model: expected the change to be made, got "no such file"; yolov8n stays in force',
  );
});

test('a knob without a function counts as applied when it is decided', async () => {
  const agent = await startAgent();
  const bot = startBot();
  const seen = collect(agent);
  await waitUntil(() => bot.connected);
  seen.poll();
  const revision = agent.bots.publish({ frameSkip: 0.3 }, DEFAULT_FRAME_RULES);
  await waitUntil(() => linesOf(seen.poll(), 'applied').length === 1);
  expect(linesOf(seen.items, 'applied')).toMatchObject([
    { knob: 'frameSkip', value: 0.3, ok: true, revision },
  ]);
});

test('frame rules that are pushed decide what is skipped', async () => {
  const agent = await startAgent();
  const bot = startBot({ knobs: { frameSkip: { range: [0, 0.8], value: 0.8 } } });
  await waitUntil(() => bot.connected);
  agent.bots.publish(
    {},
    { ...DEFAULT_FRAME_RULES, never: ['uiChanges'], maxSkipRun: 1000, maxAgeMs: 600_000 },
  );
  const skips = (): boolean =>
    Array.from({ length: 5 }, () => bot.shouldSkip({ uiChanges: true })).includes(true);
  await waitUntil(() => !skips());
  expect(skips()).toBe(false);
});

test('two bots: the first controls, the second observes and keeps its own values', async () => {
  const agent = await startAgent();
  const first = startBot();
  await waitUntil(() => first.connected);
  const second = startBot({}, 'second');
  await waitUntil(() => second.connected);
  agent.bots.drain();
  agent.bots.publish({ resolution: 640 }, DEFAULT_FRAME_RULES);
  await waitUntil(() => first.decision.resolution === 640);
  expect(second.decision.resolution).toBe(416);
});

test('comes back to an agent that restarts, and says hello with the values then in force', async () => {
  const first = await startAgent();
  const bot = startBot();
  await waitUntil(() => bot.connected);
  first.bots.drain();
  first.bots.publish({ resolution: 640 }, DEFAULT_FRAME_RULES);
  await waitUntil(() => bot.decision.resolution === 640);
  bot.pause();
  await first.server.close();
  await waitUntil(() => !bot.connected);
  const second = await startAgent();
  const seen = collect(second);
  await waitUntil(() => bot.connected);
  await waitUntil(() => seen.poll().length === 2);
  expect(seen.items).toMatchObject([
    { kind: 'hello', event: { knobs: { resolution: { value: 640 } } } },
    { kind: 'line', line: { kind: 'pause' } },
  ]);
});

test('says hello again when its session has ended', async () => {
  const agent = await startAgent();
  const bot = startBot();
  await waitUntil(() => bot.connected);
  agent.bots.drain();
  agent.bots.expire(performance.now() + 60_000);
  const seen = collect(agent);
  await waitUntil(() => seen.poll().some((item) => item.kind === 'hello'));
  expect(seen.items.map((item) => item.kind)).toEqual(['bye', 'hello']);
});

test('says goodbye when it closes', async () => {
  const agent = await startAgent();
  const bot = startBot();
  await waitUntil(() => bot.connected);
  bot.frame([640, 480]).finish();
  await bot.close();
  const items = agent.bots.drain();
  expect(items.map((item) => item.kind)).toEqual(['hello', 'line', 'bye']);
  expect(items.at(-1)).toMatchObject({ cause: 'bye' });
  bot.frame([640, 480]).finish();
  await bot.close();
});

test('a session that is opened while the bot closes is ended at once', async () => {
  const agent = await startAgent();
  const real = agent.bots.hello.bind(agent.bots);
  const isAsked = new Promise<void>((asked) => {
    agent.bots.hello = (...hello) => {
      asked();
      return real(...hello);
    };
  });
  const bot = startBot();
  await isAsked;
  expect(bot.connected).toBe(false);
  await bot.close();
  expect(agent.bots.drain().map((item) => item.kind)).toEqual(['hello', 'bye']);
  expect(bot.connected).toBe(false);
});

test('an absent agent costs nothing but the oldest lines', async () => {
  const bot = startBot();
  for (let index = 0; index < 3_000; index += 1) bot.frame([640, 480]).finish();
  expect(bot.dropped).toBe(3_000 - 1_024);
  expect(bot.connected).toBe(false);
  expect(bot.refusal).toBeNull();
  await bot.close();
});

test('an agent that takes connections and never reads stops nothing', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.pause();
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  stalled = { server, sockets };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const bot = startBot({ url: `http://127.0.0.1:${port}` });
  await waitUntil(() => sockets.length === 1);
  for (let index = 0; index < 3_000; index += 1) bot.frame([640, 480]).finish();
  expect(bot.dropped).toBe(3_000 - 1_024);
  await bot.close();
});

test('a wrong token or an offer that cannot be is told as the agent’s refusal', async () => {
  await startAgent();
  const bot = startBot({ token: 'wrong' });
  await waitUntil(() => bot.refusal !== null);
  expect(bot.refusal).toContain('unauthorized');
  const twice = startBot({ models: ['yolov8n', 'yolov8s', 'yolov8s'] });
  await waitUntil(() => twice.refusal !== null);
  expect(twice.refusal).toContain('each name once');
});

test('a bot that offers other things goes on in another session, which the agent knows to be the same bot', async () => {
  const agent = await startAgent();
  const bot = startBot();
  await waitUntil(() => bot.connected);
  const { items, poll } = collect(agent);
  await waitUntil(() => poll().length === 1);
  bot.offer({
    knobs: { ...KNOBS, model: ['yolov8n', 'engine'] },
    models: [{ name: 'engine', sizes: [640] }, 'yolov8n'],
  });
  await waitUntil(() => poll().length === 2);
  const [first, second] = items.flatMap((item) => (item.kind === 'hello' ? [item.event] : []));
  expect(second).toMatchObject({
    replaces: first?.session,
    controls: true,
    models: [{ name: 'engine', sizes: [640] }, { name: 'yolov8n' }],
    knobs: { model: { values: ['yolov8n', 'engine'], value: 'yolov8n' } },
  });
  await waitUntil(() => bot.connected);
  bot.offer({ knobs: { model: 'none' as never } });
  expect(bot.problem).toMatch(
    /^offer: knobs: expected knobs and models as connect takes them, got .*; it is left out$/,
  );
  expect(bot.decision).toMatchObject({ model: 'yolov8n' });
});
