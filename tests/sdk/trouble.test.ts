/** Agents that break off, stand still, answer nonsense, or sit behind something that carries no long request. */
import { createServer, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BotItem } from '../../src/bot/index.js';
import { DEFAULT_FRAME_RULES } from '../../src/frames/importance.js';
import { type Bot, type ConnectOptions, connect } from '../../src/sdk/index.js';
import { type FakeAgent, openFakeAgent, TOKEN, waitUntil } from '../helpers/fake-agent.js';

let bots: Bot[];
let servers: Server[];
let agents: FakeAgent[];

beforeEach(() => {
  bots = [];
  servers = [];
  agents = [];
});

afterEach(async () => {
  await Promise.all(bots.map((bot) => bot.close()));
  await Promise.all(agents.map((agent) => agent.server.close()));
  for (const server of servers) server.close().closeAllConnections();
});

function enter(url: string, options: Partial<ConnectOptions> = {}): Bot {
  const knobs = { resolution: { values: [416, 640], value: 640, safe: 416 } };
  const bot = connect('troubled', { knobs, url, token: TOKEN, ...options });
  bots.push(bot);
  return bot;
}

async function serve(answer: Parameters<typeof createServer>[1]): Promise<string> {
  const server = createServer(answer as never);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Passes on what it does not refuse. */
async function openProxy(to: string, refused: Record<string, number>): Promise<string> {
  return serve((from, back) => {
    const status = refused[from.url ?? ''];
    if (status !== undefined) {
      back.writeHead(status, { connection: 'close' }).end('<html>no');
      return;
    }
    const { method, headers } = from;
    const on = request(new URL(from.url ?? '', to), { method, headers }, (answer) => {
      back.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(back);
    });
    on.on('error', () => back.destroy());
    back.on('close', () => on.destroy());
    from.pipe(on);
  });
}

async function startAgent(): Promise<FakeAgent> {
  const agent = await openFakeAgent();
  agents.push(agent);
  return agent;
}

/** Frames by their id, as ticks see them. */
function collect(agent: FakeAgent): () => number[] {
  const items: BotItem[] = [];
  return () => {
    items.push(...agent.bots.drain());
    return items.flatMap((item) =>
      item.kind === 'line' && item.line.kind === 'frame' ? [Number(item.line.id)] : [],
    );
  };
}

test('where long requests are refused lines go in batches, and none that was sent before is lost', async () => {
  const agent = await startAgent();
  const bot = enter(await openProxy(agent.url, { '/v1/bot/stream': 411 }));
  const frames = collect(agent);
  for (let frame = 0; frame < 5; frame += 1) bot.frame([640, 480]).finish();
  await waitUntil(() => frames().length === 5);
  bot.frame([640, 480]).finish();
  await waitUntil(() => frames().length === 6);
  expect(frames()).toEqual([1, 2, 3, 4, 5, 6]);
  agent.bots.publish({ resolution: 416 }, DEFAULT_FRAME_RULES);
  await waitUntil(() => bot.decision.resolution === 416);
  bot.frame([640, 480]).finish();
  await bot.close();
  expect(frames()).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(agent.bots.counters.rejected).toBe(0);
});

test('where nothing long passes, the answers to batches tell decisions and frame rules', async () => {
  const agent = await startAgent();
  const bot = enter(await openProxy(agent.url, { '/v1/bot/stream': 501, '/v1/bot/events': 502 }), {
    knobs: { frameSkip: { range: [0, 0.8], value: 0 } },
  });
  const frames = collect(agent);
  await waitUntil(() => {
    bot.frame([640, 480]).finish();
    return frames().length > 3;
  });
  const rules = { ...DEFAULT_FRAME_RULES, never: ['uiChanges'], maxSkipRun: 1_000, maxAgeMs: 600_000 };
  agent.bots.publish({ frameSkip: 0.8 }, rules);
  await waitUntil(() => {
    bot.frame([640, 480]).finish();
    return bot.decision.frameSkip === 0.8;
  });
  const skips = Array.from({ length: 20 }, () => bot.shouldSkip({ uiChanges: true }));
  expect(skips).not.toContain(true);
});

/** An agent of a few lines with a lease of 0.6 s, which can be made to stand still. */
async function openSmall(): Promise<{ url: string; hellos: () => number; stand: (still: boolean) => void }> {
  let hellos = 0;
  let isStill = false;
  const waiting: (() => void)[] = [];
  const streams = new Set<ServerResponse>();
  const timer = setInterval(() => {
    if (!isStill) for (const stream of streams) stream.write(':\n\n');
  }, 50);
  const url = await serve((from, back) => {
    const answer = (): void => {
      if (from.url === '/v1/bot/hello') {
        hellos += 1;
        const told = { decision: {}, revision: 1, frameRules: DEFAULT_FRAME_RULES };
        back.end(JSON.stringify({ session: 's', leaseS: 0.6, ...told }));
      } else if (from.url === '/v1/bot/events') {
        back.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
        streams.add(back);
        back.on('close', () => streams.delete(back));
      }
    };
    from.resume();
    if (isStill) waiting.push(answer);
    else answer();
  });
  servers.at(-1)?.on('close', () => clearInterval(timer));
  const stand = (still: boolean): void => {
    isStill = still;
    if (!still) for (const answer of waiting.splice(0)) answer();
  };
  return { url, hellos: () => hellos, stand };
}

test('an agent that stands still is left after its lease, and joined again when it goes on', async () => {
  const agent = await openSmall();
  const bot = enter(agent.url);
  await waitUntil(() => bot.connected);
  agent.stand(true);
  await waitUntil(() => bot.decision.resolution === 416);
  expect(bot.connected).toBe(false);
  for (let frame = 0; frame < 2_000; frame += 1) bot.frame([640, 480]).finish();
  expect(bot.dropped).toBeGreaterThanOrEqual(2_000 - 1_024);
  agent.stand(false);
  await waitUntil(() => bot.connected);
  expect(agent.hellos()).toBe(2);
});

test('a bot whose own loop stood still does not take its deafness for the agent’s silence', async () => {
  const agent = await openSmall();
  const bot = enter(agent.url);
  await waitUntil(() => bot.connected);
  const endMs = performance.now() + 1_700;
  while (performance.now() < endMs);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(bot.decision.resolution).toBe(640);
  expect(bot.connected).toBe(true);
  expect(agent.hellos()).toBe(1);
});

const LONG = 'x'.repeat(2_000_000);
const NONSENSE: [name: string, status: number, body: string, refusal: RegExp | null][] = [
  ['text', 200, 'hello yourself', null],
  ['half of JSON', 200, '{"session":', null],
  ['another JSON', 200, '{"session":7,"leaseS":-1,"decision":[],"revision":"x"}', null],
  ['null', 200, 'null', null],
  ['what has no end', 200, LONG, null],
  ['a newer protocol', 409, '{"code":"protocolUnknown","message":"reads 2"}', /^409 .*reads 2/],
  ['a failure', 500, '<html>oops', /^500 /],
  ['a page', 404, LONG, /^404 |^$/],
];

test.each(NONSENSE)(
  '%s for an answer to the hello is ordinary: the bot runs on and asks again',
  async (...one) => {
    const [, status, body, refusal] = one;
    let asked = 0;
    const url = await serve((from, back) => {
      from.resume();
      asked += 1;
      back.writeHead(status).end(body);
    });
    const bot = enter(url);
    bot.frame([640, 480], (frame) => frame.stage('ocr', () => undefined));
    await waitUntil(() => asked >= 2);
    expect(bot.connected).toBe(false);
    expect(bot.decision.resolution).toBe(640);
    if (refusal === null) expect(bot.refusal).toBeNull();
    else expect(bot.refusal ?? '').toMatch(refusal);
  },
);

test('a stream of events that is none, and an agent that cuts every connection, cost nothing', async () => {
  let cuts = 0;
  const url = await serve((from, back) => {
    from.resume();
    if (from.url === '/v1/bot/hello') {
      const told = { decision: { resolution: null, model: {} }, revision: 1, frameRules: { weights: 5 } };
      back.end(JSON.stringify({ session: 's', leaseS: 5, ...told }));
      return;
    }
    cuts += 1;
    if (from.url === '/v1/bot/events') back.write(`event: decision\ndata: \u0000\n\n${'y'.repeat(100_000)}`);
    setTimeout(() => from.socket.destroy(), 5);
  });
  const bot = enter(url);
  await waitUntil(() => cuts >= 4);
  expect(bot.decision).toEqual({ resolution: 640 });
});
