/** Whatever is thrown at the server, it refuses and counts, and the honest bot beside it loses nothing. */
import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AUTHORIZED, type FakeAgent, openFakeAgent, TOKEN, waitUntil } from '../helpers/fake-agent.js';
import { type Answer, ask, openUpload } from '../helpers/http.js';

/** `npm run soak` throws as much as the bar says; `npm test` a taste of each. */
const isLong = process.env.EVENKEEL_SOAK === '1';
const LINES = isLong ? 10_000 : 500;
const CONNECTIONS = isLong ? 1_000 : 60;
const FRAMES = 2_000;
/** Heap that may be left in use when all is over: what compiled code and pools of the test itself take. */
const GROWTH_MIB = 24;

let agent: FakeAgent;
beforeEach(async () => {
  agent = await openFakeAgent({ bodyMs: 400 });
});
afterEach(() => agent.server.close());

const KNOBS = { frameSkip: { range: [0, 0.8], value: 0 } };
async function join(name: string): Promise<Record<string, string>> {
  const body = { protocol: 1, name, knobs: KNOBS };
  const { json } = await ask(`${agent.url}/v1/bot/hello`, { method: 'POST', headers: AUTHORIZED, body });
  return { ...AUTHORIZED, 'evenkeel-session': json.session };
}

const FRAME = '"kind":"frame","id":1,"atMs":1';
/** Lines that are none, each in its own way; none of them has a newline inside. */
const BAD: readonly (string | Buffer)[] = [
  '{',
  'null',
  '[]',
  '"frame"',
  '1e999',
  '\u0000',
  `{${FRAME}}`,
  `{${FRAME},"totalMs":-1}`,
  `{${FRAME},"totalMs":1e400}`,
  `{${FRAME},"totalMs":"12"}`,
  `{${FRAME},"totalMs":1,"totalMs":"twice"}`,
  `{${FRAME},"totalMs":1,"stagesMs":{"__proto__":1}}`,
  `{${FRAME},"totalMs":1,"scene":{"__proto__":{"combatActive":true}}}`,
  `{${FRAME},"totalMs":1,"inference":{"model":7}}`,
  '{"kind":"__proto__"}',
  '{"kind":"constructor"}',
  '{"__proto__":{"kind":"bye"}}',
  '{"kind":["bye"]}',
  '{"kind":"applied","knob":"warp","value":1,"ok":true,"tookMs":1,"revision":1}',
  '['.repeat(8_000),
  `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`,
  'x'.repeat(40_000),
  Buffer.from([0x7b, 0xff, 0xfe, 0x7d]),
  Buffer.from('{"kind":"frame\xc3\x28"}', 'latin1'),
];
const badLine = (i: number): string | Buffer => BAD[i % BAD.length] ?? '';

/** Sends bytes as they are and waits until the server hung up. */
function throwAt(bytes: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(agent.server.port, '127.0.0.1', () => socket.write(bytes));
    let told = '';
    socket.on('data', (piece) => {
      told += piece.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(told));
  });
}

const HEAD = `Host: 127.0.0.1\r\nAuthorization: Bearer ${TOKEN}\r\n`;
/** What is no proper request, and how it is answered; all of them end the connection. */
const GARBAGE: readonly [name: string, bytes: string, status: number][] = [
  ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n', 400],
  ['a line feed in a header', `GET /v1/state HTTP/1.1\r\n${HEAD}X-A: 1\n\nSet-Cookie: a\r\n\r\n`, 400],
  ['a name that is none', `GET /v1/state HTTP/1.1\r\n${HEAD}X A: 1\r\n\r\n`, 400],
  ['two lengths', `POST /v1/auto HTTP/1.1\r\n${HEAD}Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}`, 400],
  [
    'length and chunks',
    `POST /v1/auto HTTP/1.1\r\n${HEAD}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    400,
  ],
  [
    'a chunk of no size',
    `POST /v1/auto HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n`,
    400,
  ],
  [
    'a chunk beyond all bounds',
    `POST /v1/auto HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n`,
    400,
  ],
  ['a head without end', `GET /v1/state HTTP/1.1\r\n${HEAD}X-A: ${'a'.repeat(40_000)}\r\n\r\n`, 413],
  ['a body that never comes', `POST /v1/auto HTTP/1.1\r\n${HEAD}Content-Length: 100\r\n\r\n{`, 408],
  [
    'a body of whom nobody knows',
    'POST /v1/auto HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{',
    401,
  ],
];

/** A bot that streams its frames, a few at a time. */
async function honest(): Promise<{ send(n: number): void; end(): Promise<Answer> }> {
  const headers = await join('honest');
  const { sent, answer } = openUpload(`${agent.url}/v1/bot/stream`, headers);
  let id = 0;
  return {
    send(n) {
      for (let i = 0; i < n; i++, id++)
        sent.write(`{"kind":"frame","id":${id},"atMs":${1_000 + id},"totalMs":12.5}\n`);
    },
    end() {
      sent.end();
      return answer;
    },
  };
}

function heapMib(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed / 1_048_576;
}

test('an honest bot loses no frame beside malformed lines, bodies, heads and connections, and memory stays', async () => {
  const bot = await honest();
  const headers = await join('hostile');
  agent.bots.drain();
  const startMib = heapMib();
  const before = { ...agent.bots.counters };

  const lines = Array.from({ length: LINES }, (_, i) =>
    Buffer.concat([Buffer.from(badLine(i)), Buffer.from('\n')]),
  );
  bot.send(FRAMES / 4);
  const stream = openUpload(`${agent.url}/v1/bot/stream`, headers);
  for (const line of lines)
    if (!stream.sent.write(line)) await new Promise((go) => stream.sent.once('drain', go));
  stream.sent.end();
  const streamed = (await stream.answer).json;
  expect([streamed.accepted, streamed.rejected, streamed.errors.length]).toEqual([0, LINES, 100]);

  bot.send(FRAMES / 4);
  let batches = 0;
  // Each batch begins with a brace: one that begins with a bracket is an array.
  for (let i = 0; i < LINES; i += BAD.length) {
    const body = Buffer.concat(lines.slice(i, i + BAD.length));
    const { json } = await ask(`${agent.url}/v1/bot/frames`, { method: 'POST', headers, body });
    batches += json.rejected;
  }
  expect(batches).toBe(LINES);

  bot.send(FRAMES / 4);
  for (let i = 0; i < LINES; i += 10) {
    const [path, method] = i % 20 === 0 ? ['/v1/bot/hello', 'POST'] : ['/v1/override/frameSkip', 'PUT'];
    const { status, json } = await ask(`${agent.url}${path}`, {
      method,
      headers: AUTHORIZED,
      body: badLine(i),
    });
    expect([status, json.code], String(badLine(i)).slice(0, 60)).toEqual([400, 'badBody']);
  }
  expect(({} as Record<string, unknown>).combatActive).toBeUndefined();

  bot.send(FRAMES / 4);
  const { json } = await bot.end();
  expect([json.accepted, json.rejected]).toEqual([FRAMES, 0]);
  const frames = agent.bots
    .drain()
    .flatMap((item) => (item.kind === 'line' && item.line.kind === 'frame' ? [item.line.id] : []));
  expect(frames).toEqual(Array.from({ length: FRAMES }, (_, id) => id));
  const { accepted, rejected, dropped } = agent.bots.counters;
  expect([accepted - before.accepted, rejected - before.rejected, dropped]).toEqual([FRAMES, 2 * LINES, 0]);
  expect(heapMib() - startMib).toBeLessThan(GROWTH_MIB);
}, 120_000);

test.each(GARBAGE)('%s is refused and hung up on', async (_, bytes, status) => {
  const told = await throwAt(bytes);
  expect(told.split('\r\n')[0]).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(told.toLowerCase()).not.toContain('set-cookie');
  expect((await ask(`${agent.url}/v1/state`)).status).toBe(200);
});

test('connections that say nothing take no room from a bot', async () => {
  const sockets = Array.from({ length: CONNECTIONS }, () => {
    const socket = connect(agent.server.port, '127.0.0.1', () =>
      socket.write('POST /v1/bot/stream HTTP/1.1\r\n'),
    );
    return socket.on('error', () => undefined);
  });
  await waitUntil(() => sockets.every((socket) => !socket.connecting));
  const bot = await honest();
  bot.send(FRAMES);
  const { json } = await bot.end();
  expect(json.accepted).toBe(FRAMES);
  for (const socket of sockets) socket.destroy();
}, 60_000);

test('a foreign Host or Origin is refused on every path, with the right token too', async () => {
  for (const route of agent.server.routes) {
    const [method = '', path = ''] = route.split(' ');
    const url = `${agent.url}${path.replace(/:\w+/, 'model')}`;
    for (const [header, value, status] of [
      ['host', 'evil.example', 421],
      ['host', '127.0.0.1.evil.example:7410', 421],
      ['origin', 'https://evil.example', 403],
      ['origin', 'null', 403],
    ] as const) {
      const headers = { ...AUTHORIZED, [header]: value };
      expect((await ask(url, { method, headers })).status, `${route} ${value}`).toBe(status);
    }
  }
});
