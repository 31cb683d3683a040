import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DEFAULT_FRAME_RULES } from '../../src/frames/importance.js';
import lineCases from '../cases/bot-lines.json' with { type: 'json' };
import { AUTHORIZED, type FakeAgent, openFakeAgent, waitUntil } from '../helpers/fake-agent.js';
import { type Answer, ask, openSse, openUpload } from '../helpers/http.js';

const HELLO = {
  protocol: 1,
  name: 'osrs-bot',
  pid: 1,
  sdk: 'test',
  loop: 'newest',
  models: [{ name: 'yolov8n' }, { name: 'yolov8s' }],
  knobs: {
    model: { values: ['yolov8n', 'yolov8s'], value: 'yolov8n', safe: 'yolov8n' },
    resolution: { values: [416, 512, 640], value: 640, safe: 416 },
    frameSkip: { range: [0, 0.8], value: 0, safe: 0 },
  },
};
const FRAME = { kind: 'frame', id: 1, atMs: 1000, totalMs: 12.5 };

let agent: FakeAgent;

beforeEach(async () => {
  agent = await openFakeAgent();
});

afterEach(() => agent.server.close());

function hello(body: unknown = HELLO): Promise<Answer> {
  return ask(`${agent.url}/v1/bot/hello`, { method: 'POST', headers: AUTHORIZED, body });
}

async function openSession(): Promise<Record<string, string>> {
  const { json } = await hello();
  agent.bots.drain();
  return { ...AUTHORIZED, 'evenkeel-session': json.session };
}

function sendFrames(headers: Record<string, string>, body: unknown): Promise<Answer> {
  return ask(`${agent.url}/v1/bot/frames`, { method: 'POST', headers, body });
}

test('a hello is answered with a session, its lease, the decision and the frame rules', async () => {
  const { status, json } = await hello();
  expect(status).toBe(200);
  expect(json).toEqual({
    session: expect.any(String),
    leaseS: 10,
    decision: { model: 'yolov8n', resolution: 640, frameSkip: 0 },
    revision: expect.any(Number),
    frameRules: DEFAULT_FRAME_RULES,
  });
  expect(agent.bots.drain()).toMatchObject([{ kind: 'hello', event: { name: 'osrs-bot', controls: true } }]);
});

test('a hello is read whatever its content type says', async () => {
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/json; charset=utf-8']) {
    const headers = { ...AUTHORIZED, 'content-type': type };
    const { status } = await ask(`${agent.url}/v1/bot/hello`, { method: 'POST', headers, body: HELLO });
    expect(status, type).toBe(200);
  }
});

test('another protocol is refused with those that are read', async () => {
  const { status, json } = await hello({ ...HELLO, protocol: 2 });
  expect(status).toBe(409);
  expect(json).toMatchObject({ code: 'protocolUnknown', reads: [1] });
});

test('what is no JSON or no hello is a bad request', async () => {
  for (const body of ['{', '[]', 'null', '', { ...HELLO, name: '' }, { ...HELLO, protocol: '1' }]) {
    const { status, json } = await hello(body);
    expect([status, json.code], JSON.stringify(body)).toEqual([400, 'badBody']);
  }
});

test('a batch of lines is counted and answered with the newest decision', async () => {
  const headers = await openSession();
  agent.bots.publish({ resolution: 416 }, DEFAULT_FRAME_RULES);
  const text = [FRAME, { kind: 'pause' }, { kind: 'nonsense' }]
    .map((line) => JSON.stringify(line))
    .join('\n');
  const { status, json } = await sendFrames(headers, `${text}\n\n{"kind":\r\n${JSON.stringify(FRAME)}`);
  expect(status).toBe(200);
  expect(json).toMatchObject({ accepted: 3, rejected: 2, decision: { resolution: 416 } });
  expect(json.errors.map(({ line }: { line: number }) => line)).toEqual([3, 5]);
  expect(agent.bots.drain().map((item) => item.kind)).toEqual(['line', 'line', 'line']);
});

test('a batch may be one array, which is refused as a whole only when it is no JSON', async () => {
  const headers = await openSession();
  const good = await sendFrames(headers, [FRAME, 7]);
  expect(good.json).toMatchObject({ accepted: 1, rejected: 1, errors: [{ line: 2 }] });
  expect((await sendFrames(headers, '[{')).status).toBe(400);
  expect((await sendFrames(headers, '')).json).toMatchObject({ accepted: 0, rejected: 0 });
});

test('a batch beyond the bound is refused without being read', async () => {
  const headers = await openSession();
  const { status, json } = await sendFrames(headers, Buffer.alloc(3_000_000, 'x'));
  expect([status, json.code]).toEqual([413, 'tooBig']);
});

test('frames two seconds older than the newest of their batch are late, not used', async () => {
  const headers = await openSession();
  const { json } = await sendFrames(
    headers,
    [100, 2100, 2101].map((atMs) => ({ ...FRAME, atMs })),
  );
  expect(json).toMatchObject({ accepted: 3, rejected: 0 });
  expect(agent.bots.counters.late).toBe(1);
  expect(agent.bots.drain()).toHaveLength(2);
});

test.each(lineCases.cases)('line: $title', async ({ line, text, message }) => {
  const headers = await openSession();
  const { status, json } = await sendFrames(headers, `${text ?? JSON.stringify(line)}\n`);
  expect(status).toBe(200);
  if (message === null) expect(json).toMatchObject({ accepted: 1, rejected: 0 });
  else expect(json).toMatchObject({ accepted: 0, rejected: 1, errors: [{ line: 1 }] });
  expect(json.errors[0]?.message.startsWith(message) ?? true).toBe(true);
});

test('an unknown or ended session is gone', async () => {
  const unknown = { ...AUTHORIZED, 'evenkeel-session': 'nobody' };
  expect((await sendFrames(unknown, FRAME)).status).toBe(410);
  expect((await ask(`${agent.url}/v1/bot/decision`, { headers: unknown })).status).toBe(410);
  expect((await ask(`${agent.url}/v1/bot/decision`)).json.code).toBe('sessionEnded');
  expect((await openSse(`${agent.url}/v1/bot/events`, unknown)).status).toBe(410);
  const upload = openUpload(`${agent.url}/v1/bot/stream`, unknown);
  upload.sent.write(`${JSON.stringify(FRAME)}\n`);
  expect((await upload.answer).status).toBe(410);

  const headers = await openSession();
  expect((await sendFrames(headers, { kind: 'bye' })).json).toMatchObject({ accepted: 1, decision: {} });
  expect((await sendFrames(headers, FRAME)).status).toBe(410);
});

test('a decision is answered once and then with 304 until it changes', async () => {
  const headers = await openSession();
  const url = `${agent.url}/v1/bot/decision`;
  const first = await ask(url, { headers });
  expect(first.json).toMatchObject({ decision: { model: 'yolov8n' }, frameRules: DEFAULT_FRAME_RULES });
  const tag = first.headers.etag ?? '';
  expect(tag).toBe(`"${first.json.revision}"`);
  expect((await ask(url, { headers: { ...headers, 'if-none-match': `W/${tag}, "x"` } })).status).toBe(304);
  agent.bots.publish({ model: 'yolov8s' }, DEFAULT_FRAME_RULES);
  const second = await ask(url, { headers: { ...headers, 'if-none-match': tag } });
  expect(second.json).toMatchObject({ decision: { model: 'yolov8s' }, revision: expect.any(Number) });
  expect(second.json.revision).toBeGreaterThan(first.json.revision);
});

test('decision events come at once, on change, and end with the session', async () => {
  const headers = await openSession();
  const events = await openSse(`${agent.url}/v1/bot/events`, headers);
  await waitUntil(() => events.events('decision').length === 1);
  agent.bots.publish({ resolution: 512 }, DEFAULT_FRAME_RULES);
  agent.bots.publish({ resolution: 512 }, DEFAULT_FRAME_RULES);
  await waitUntil(() => events.events('decision').length === 2);
  expect(events.events('decision')[1]).toMatchObject({ decision: { resolution: 512 } });
  await sendFrames(headers, { kind: 'bye' });
  await waitUntil(events.isOver);
});

test('where no event came for two seconds a comment does, and every two seconds then', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  try {
    const events = await openSse(`${agent.url}/v1/bot/events`, await openSession());
    vi.advanceTimersByTime(1_000);
    agent.bots.publish({ resolution: 512 }, DEFAULT_FRAME_RULES);
    vi.advanceTimersByTime(1_999);
    agent.bots.publish({ resolution: 416 }, DEFAULT_FRAME_RULES);
    for (let i = 0; i < 3; i++) vi.advanceTimersByTime(2_000);
    const said = (): string[] => events.text().split('\n\n').slice(0, -1);
    await waitUntil(() => said().filter((block) => block === ':').length === 3);
    expect(said().map((block) => block.split('\n')[0])).toEqual([
      'event: decision',
      'event: decision',
      'event: decision',
      ':',
      ':',
      ':',
    ]);
    events.close();
  } finally {
    vi.useRealTimers();
  }
});

test('a stream is taken in as it arrives, whatever the pieces, and answered at its end', async () => {
  const headers = await openSession();
  const { sent, answer } = openUpload(`${agent.url}/v1/bot/stream`, headers);
  const text = Buffer.from(`${JSON.stringify({ ...FRAME, skipReason: 'ü' })}\n`);
  for (const byte of text) sent.write(Buffer.from([byte]));
  await waitUntil(() => agent.bots.counters.accepted === 1);
  sent.write(`{"kind":"frame"}\n${'x'.repeat(40_000)}\n`);
  await waitUntil(() => agent.bots.counters.rejected === 2);
  sent.end(`${JSON.stringify(FRAME)}\n{"kind":"bye"}`);
  const { status, json } = await answer;
  expect(status).toBe(200);
  expect(json).toMatchObject({ accepted: 3, rejected: 2, decision: { model: 'yolov8n' } });
  expect(json.errors).toMatchObject([{ line: 2 }, { line: 3, message: expect.stringContaining('16384') }]);
  expect(agent.bots.drain().map((item) => item.kind)).toEqual(['line', 'line', 'bye']);
});

test('a stream whose client vanishes leaves the server and the session as they are', async () => {
  const headers = await openSession();
  const { sent } = openUpload(`${agent.url}/v1/bot/stream`, headers);
  sent.write(`${JSON.stringify(FRAME)}\n{"kind":"fra`);
  await waitUntil(() => agent.bots.counters.accepted === 1);
  sent.destroy();
  expect((await sendFrames(headers, FRAME)).json).toMatchObject({ accepted: 1 });
});

test('a stream whose session ran out is told so', async () => {
  const headers = await openSession();
  const { sent, answer } = openUpload(`${agent.url}/v1/bot/stream`, headers);
  sent.write(`${JSON.stringify(FRAME)}\n`);
  await waitUntil(() => agent.bots.counters.accepted === 1);
  agent.bots.expire(performance.now() + 20_000);
  expect((await answer).status).toBe(410);
});

test('closing ends every stream with its answer', async () => {
  const headers = await openSession();
  const { sent, answer } = openUpload(`${agent.url}/v1/bot/stream`, headers);
  sent.write(`${JSON.stringify(FRAME)}\n`);
  const events = await openSse(`${agent.url}/v1/bot/events`, headers);
  await waitUntil(() => agent.bots.counters.accepted === 1);
  await agent.server.close();
  expect((await answer).json).toMatchObject({ accepted: 1 });
  await waitUntil(events.isOver);
});
