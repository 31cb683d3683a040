import { beforeEach, expect, test } from 'vitest';
import { type BotItem, BotRegistry, type DecisionAnswer, LEASE_MS } from '../../src/bot/index.js';
import { DEFAULT_FRAME_RULES } from '../../src/frames/importance.js';
import type { FrameLine } from '../../src/shapes/generated/bot-line.js';

const KNOBS = {
  model: { values: ['yolov8n', 'yolov8s'], value: 'yolov8n', safe: 'yolov8n' },
  frameSkip: { range: [0, 0.8], value: 0 },
};
const FRAME = { kind: 'frame', id: 1, atMs: 0, totalMs: 10 } as const;

let nowMs: number;
let bots: BotRegistry;

beforeEach(() => {
  nowMs = 1_000;
  bots = newRegistry();
});

function newRegistry(queueLimit?: number): BotRegistry {
  const limit = queueLimit === undefined ? {} : { queueLimit };
  return new BotRegistry({ now: () => nowMs, frameRules: DEFAULT_FRAME_RULES, ...limit });
}

function join(name: string, extra: Record<string, unknown> = {}): string {
  return bots.hello({ protocol: 1, name, knobs: KNOBS, ...extra }).session;
}

/** Lets time pass and leases with it. */
function pass(ms: number): void {
  nowMs += ms;
  bots.expire(nowMs);
}

/** The hellos and byes among the items, as `hello name controls` and `bye cause`. */
function comings(items: BotItem[]): string[] {
  return items.flatMap((item) => {
    if (item.kind === 'hello') return [`hello ${item.event.name} ${item.event.controls}`];
    return item.kind === 'bye' ? [`bye ${item.cause}`] : [];
  });
}

test('the first session that offers knobs controls, and others observe', () => {
  join('watcher', { knobs: {} });
  join('first');
  join('second');
  expect(comings(bots.drain())).toEqual(['hello watcher false', 'hello first true', 'hello second false']);
});

test('a line renews the lease, a silent session ends with it', () => {
  const session = join('bot');
  nowMs += LEASE_MS;
  bots.receive(session, [{ kind: 'heartbeat' }]);
  pass(LEASE_MS);
  expect(bots.has(session)).toBe(true);
  pass(1);
  expect(bots.has(session)).toBe(false);
  expect(comings(bots.drain())).toEqual(['hello bot true', 'bye lease']);
  expect(() => bots.receive(session, [FRAME])).toThrow(expect.objectContaining({ code: 'sessionEnded' }));
});

test('a bad line shows that the bot is there', () => {
  const session = join('bot');
  nowMs += LEASE_MS;
  bots.reject(session);
  pass(LEASE_MS);
  expect(bots.has(session)).toBe(true);
  expect(bots.counters.rejected).toBe(1);
});

test('when the controlling bot leaves, nobody inherits within its lease, then the oldest who offers knobs', () => {
  const first = join('first');
  const watcher = join('watcher', { knobs: {} });
  const second = join('second');
  bots.receive(first, [{ kind: 'bye' }]);
  const third = join('third');
  bots.drain();
  nowMs += LEASE_MS;
  for (const session of [watcher, second, third]) bots.receive(session, [{ kind: 'heartbeat' }]);
  bots.expire(nowMs);
  expect(bots.drain()).toEqual([]);
  pass(1);
  expect(comings(bots.drain())).toEqual(['hello second true']);
  bots.publish({ model: 'yolov8s' }, DEFAULT_FRAME_RULES);
  expect(bots.answer(second).decision.model).toBe('yolov8s');
  expect(bots.answer(third).decision.model).toBe('yolov8n');
});

test('the bot that left may come back to its control at once, and then nobody else gets it', () => {
  const first = join('first');
  join('second');
  bots.receive(first, [{ kind: 'bye' }]);
  join('first');
  nowMs += LEASE_MS;
  bots.expire(nowMs);
  expect(comings(bots.drain())).toEqual([
    'hello first true',
    'hello second false',
    'bye bye',
    'hello first true',
  ]);
});

test('a bot that says hello again takes the place of what it left behind', () => {
  const batches = join('bot', { pid: 7 });
  pass(1_000);
  const again = join('bot', { pid: 7 });
  expect(bots.has(batches)).toBe(false);
  const disconnect = bots.connect(again);
  const twin = join('bot', { pid: 8 });
  expect(bots.has(again)).toBe(true);
  disconnect();
  join('bot', { pid: 9 });
  expect(bots.has(again)).toBe(false);
  expect(bots.has(twin)).toBe(true);
  expect(comings(bots.drain())).toEqual([
    'hello bot true',
    'bye bye',
    'hello bot true',
    'hello bot false',
    'bye bye',
    'hello bot true',
  ]);
});

test('of bots of one name in one process that come together the first controls', () => {
  const [first, second, third] = [join('bot', { pid: 7 }), join('bot', { pid: 7 }), join('bot', { pid: 7 })];
  for (const session of [first, second, third]) bots.connect(session);
  pass(1_000);
  const fourth = join('bot', { pid: 7 });
  expect([first, second, third, fourth].map((session) => bots.has(session))).toEqual([
    true,
    true,
    true,
    true,
  ]);
  expect(comings(bots.drain())).toEqual([
    'hello bot true',
    'hello bot false',
    'hello bot false',
    'hello bot false',
  ]);
});

test('a bot that says hello under its session goes on, and offers other things', () => {
  const first = join('bot');
  const second = join('other');
  const disconnect = bots.connect(first);
  let ended = '';
  bots.listen(first, { changed: () => {}, ended: (cause) => (ended = cause) });
  const again = bots.hello(
    { protocol: 1, name: 'bot', knobs: { frameSkip: KNOBS.frameSkip } },
    first,
  ).session;
  disconnect();
  expect([bots.has(first), ended]).toEqual([false, 'bye']);
  const hellos = bots.drain().flatMap((item) => (item.kind === 'hello' ? [item.event] : []));
  expect(hellos.at(-1)).toMatchObject({ session: again, controls: true, replaces: first });
  expect(bots.drain()).toEqual([]);
  // Nobody inherits what was never given up.
  pass(LEASE_MS - 1);
  bots.receive(second, [{ kind: 'heartbeat' }]);
  bots.receive(again, [{ kind: 'heartbeat' }]);
  pass(2);
  expect(comings(bots.drain())).toEqual([]);
  // One that offers nothing more gives up control; a session of another bot is none of its own.
  bots.hello({ protocol: 1, name: 'bot', knobs: {} }, again);
  bots.hello({ protocol: 1, name: 'third', knobs: {} }, second);
  expect(bots.has(second)).toBe(true);
  expect(comings(bots.drain())).toEqual(['bye bye', 'hello bot false', 'hello third false']);
});

test('a decision names only what was offered, and its revision grows only with a change', () => {
  const session = join('bot');
  bots.drain();
  const before = bots.answer(session);
  const values = { model: 'yolov8x', frameSkip: 0.9, powerLimitW: 300, constructor: 1 };
  expect(bots.publish(values, DEFAULT_FRAME_RULES)).toBe(before.revision);
  expect(bots.answer(session)).toEqual(before);
  const revision = bots.publish({ model: 'yolov8s', frameSkip: 0.2 }, DEFAULT_FRAME_RULES);
  expect(revision).toBeGreaterThan(before.revision);
  expect(bots.answer(session)).toMatchObject({ decision: { model: 'yolov8s', frameSkip: 0.2 }, revision });
});

test('values decided before a bot’s hello was seen are not for it', () => {
  const session = join('bot');
  bots.publish({ model: 'yolov8s' }, DEFAULT_FRAME_RULES);
  expect(bots.answer(session).decision.model).toBe('yolov8n');
});

test('new frame rules go to all, observers too', () => {
  const told: DecisionAnswer[] = [];
  const ends: string[] = [];
  const [first, second] = [join('first'), join('second')];
  for (const session of [first, second]) {
    const follow = {
      changed: (answer: DecisionAnswer) => told.push(answer),
      ended: (by: string) => ends.push(by),
    };
    bots.listen(session, follow);
  }
  const stop = bots.listen(first, { changed: () => expect.unreachable(), ended: () => expect.unreachable() });
  stop();
  const frameRules = { ...DEFAULT_FRAME_RULES, maxSkipRun: 2 };
  bots.publish({}, frameRules);
  bots.publish({}, { ...frameRules });
  expect(told.map((answer) => answer.frameRules.maxSkipRun)).toEqual([2, 2]);
  expect(bots.hello({ protocol: 1, name: 'third', knobs: {} }).frameRules).toEqual(frameRules);
  bots.receive(second, [{ kind: 'bye' }]);
  expect(ends).toEqual(['bye']);
});

test('lines come out in the order they went in, and a bye ends what follows it', () => {
  const session = join('bot');
  const outcome = {
    kind: 'applied',
    knob: 'model',
    value: 'yolov8s',
    ok: true,
    tookMs: 1,
    revision: 1,
  } as const;
  const refusals = bots.receive(session, [
    FRAME,
    { kind: 'pause' },
    { kind: 'heartbeat' },
    { kind: 'resume' },
    outcome,
    { ...outcome, knob: 'streams' },
    { kind: 'bye' },
    FRAME,
  ]);
  expect(refusals).toEqual([
    null,
    null,
    null,
    null,
    null,
    'knob streams was not offered',
    null,
    'the session has ended',
  ]);
  const items = bots.drain();
  expect(items.map((item) => (item.kind === 'line' ? item.line.kind : item.kind))).toEqual([
    'hello',
    'frame',
    'pause',
    'resume',
    'applied',
    'bye',
  ]);
  expect(items[1]).toMatchObject({ atMs: 1_000, session, name: 'bot', controls: true });
  expect(bots.counters).toEqual({ accepted: 6, rejected: 2, late: 0, dropped: 0 });
});

test('a full queue gives up its oldest frames, never an outcome', () => {
  bots = newRegistry(10);
  const session = join('bot');
  const frame = (id: number): typeof FRAME => ({ ...FRAME, id }) as typeof FRAME;
  const outcome = {
    kind: 'applied',
    knob: 'model',
    value: 'yolov8s',
    ok: true,
    tookMs: 1,
    revision: 1,
  } as const;
  bots.receive(session, [outcome, ...Array.from({ length: 100 }, (_, id) => frame(id)), outcome]);
  const items = bots.drain();
  const ids = items.map((item) =>
    item.kind === 'line' && item.line.kind === 'frame' ? item.line.id : item.kind,
  );
  expect(ids).toEqual(['hello', 'line', 93, 94, 95, 96, 97, 98, 99, 'line']);
  expect(bots.counters.dropped).toBe(93);

  const refusals = bots.receive(
    session,
    Array.from({ length: 12 }, () => outcome),
  );
  expect(refusals.filter((refusal) => refusal !== null)).toHaveLength(2);
  bots.receive(session, [{ kind: 'bye' }]);
  expect(comings(bots.drain())).toEqual(['bye bye']);
});

test('no more bots are let in than the agent keeps', () => {
  for (let index = 0; index < 64; index += 1) join(`bot-${index}`);
  expect(() => join('one-more')).toThrow(expect.objectContaining({ code: 'tooMany' }));
});

test('lines are handed on before the tick once many wait, in their order, but none past a hello or a bye', () => {
  const handed: FrameLine['id'][] = [];
  const onLines = (items: BotItem[]): void => {
    for (const item of items)
      if (item.kind === 'line' && item.line.kind === 'frame') handed.push(item.line.id);
  };
  bots = new BotRegistry({ now: () => nowMs, frameRules: DEFAULT_FRAME_RULES, onLines });
  const session = join('bot');
  const send = (first: number, n: number): void => {
    bots.receive(
      session,
      Array.from({ length: n }, (_, i) => ({ ...FRAME, id: first + i })),
    );
  };
  send(0, 1_000);
  expect(handed).toEqual([]);
  expect(bots.drain()).toHaveLength(1_001);
  send(1_000, 100);
  send(1_100, 100);
  expect(handed).toEqual([]);
  send(1_200, 100);
  expect(handed).toEqual(Array.from({ length: 300 }, (_, i) => 1_000 + i));
  expect(bots.drain()).toEqual([]);
  join('other');
  send(1_300, 300);
  expect(handed).toHaveLength(300);
  expect(bots.counters).toMatchObject({ accepted: 1_600, dropped: 0 });
});
