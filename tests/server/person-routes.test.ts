import { afterEach, beforeEach, expect, test } from 'vitest';
import { AUTHORIZED, type FakeAgent, openFakeAgent } from '../helpers/fake-agent.js';
import { type Answer, ask } from '../helpers/http.js';

let agent: FakeAgent;

beforeEach(async () => {
  agent = await openFakeAgent();
});

afterEach(() => agent.server.close());

const get = (path: string): Promise<Answer> => ask(`${agent.url}${path}`);
const write = (method: string, path: string, body?: unknown): Promise<Answer> =>
  ask(`${agent.url}${path}`, { method, headers: AUTHORIZED, body });

test('the state and its parts are read by anyone on the loopback', async () => {
  expect((await get('/v1/state')).json).toMatchObject({ version: '0.1.0', level: 'balanced' });
  expect((await get('/v1/facts')).json).toMatchObject({ facts: { 'gpu.temperatureC': { value: 61 } } });
  expect((await get('/v1/rules')).json).toMatchObject({ rules: [], book: { error: null } });
  expect((await get('/v1/explain')).json).toEqual({ at: 5, closest: [] });
});

test('decisions are read since a tick time, or all', async () => {
  expect((await get('/v1/decisions?since=1500')).json).toEqual({ decisions: [] });
  expect((await get('/v1/decisions')).status).toBe(200);
  expect(agent.port.asked).toEqual([1500, Number.NEGATIVE_INFINITY]);
  for (const since of ['', 'yesterday', 'NaN', 'Infinity', '1&since=2']) {
    expect((await get(`/v1/decisions?since=${since}`)).json.code, since).toBe('badBody');
  }
});

test('an explanation needs a rule that is there and a moment that can be read', async () => {
  expect((await get('/v1/explain?rule=cool-dwn')).json.code).toBe('unknownName');
  expect((await get('/v1/explain?rule=a&rule=b')).json.code).toBe('unknownName');
  for (const at of ['yesterday', '', '-5', '5&at=6', 'NaN', '2026-13-01T00:00:00Z']) {
    const { status, json } = await get(`/v1/explain?at=${at}`);
    expect([status, json.code], at).toEqual([400, 'badBody']);
    expect(json.message, at).toContain('expected at as ISO 8601');
  }
});

test('an explanation is of the newest tick, or of a moment in any of the three forms', async () => {
  for (const at of ['', '?at=5', '?at=-30s', '?at=2026-01-31T21:14:03Z', '?at=0.25'])
    expect((await get(`/v1/explain${at}`)).status, at).toBe(200);
  const wallMs = Date.parse('2026-01-31T21:14:03Z');
  expect(agent.port.moments).toEqual([
    undefined,
    { fromStartMs: 5_000 },
    { fromEndMs: 30_000 },
    { wallMs },
    { fromStartMs: 250 },
  ]);
});

test('a rule is explained only once there is a tick', async () => {
  const { status, json } = await get('/v1/explain?rule=early');
  expect([status, json.code]).toEqual([422, 'outOfRange']);
  expect(json.message).toContain('none yet');
});

test('what waits to be confirmed is kept, and where nothing waits that is said', async () => {
  agent.port.waiting = ['powerLimitW'];
  const { status, json } = await write('POST', '/v1/confirm');
  expect([status, json.kept]).toEqual([
    200,
    [expect.objectContaining({ knob: 'powerLimitW', effective: 300 })],
  ]);
  const again = await write('POST', '/v1/confirm');
  expect([again.status, again.json.code]).toEqual([409, 'nothingToConfirm']);
  expect((await ask(`${agent.url}/v1/confirm`, { method: 'POST' })).status).toBe(401);
});

test('a fault is answered without its inner words', async () => {
  const { status, json } = await get('/v1/explain?rule=broken');
  expect([status, json.code]).toEqual([500, 'fault']);
  expect(json.message).not.toContain('ours');
});

test('each wish reaches the agent and is answered from its decision', async () => {
  const answer = { boundedBy: [], expiresAt: null };
  expect((await write('PUT', '/v1/level', { value: 'aggressive' })).json).toMatchObject({
    knob: 'level',
    ...answer,
  });
  await write('PUT', '/v1/level', { value: 'aggressive', forS: 60 });
  await write('PUT', '/v1/preset', { value: 'battery_saver', forS: 60 });
  await write('PUT', '/v1/preset', { value: 'balanced' });
  await write('PUT', '/v1/override/resolution', { value: 512 });
  await write('PUT', '/v1/override/resolution', { value: 416, forS: 5 });
  await write('DELETE', '/v1/override/resolution');
  await write('POST', '/v1/auto', { value: false });
  expect(agent.port.wishes).toEqual([
    { kind: 'level', value: 'aggressive' },
    { kind: 'level', value: 'aggressive', forS: 60 },
    { kind: 'preset', value: 'battery_saver', forS: 60 },
    { kind: 'preset', value: 'balanced' },
    { kind: 'override', knob: 'resolution', value: 512, forS: 1200 },
    { kind: 'override', knob: 'resolution', value: 416, forS: 5 },
    { kind: 'release', knob: 'resolution' },
    { kind: 'auto', value: false },
  ]);
});

test('evaluating now needs no body and takes an empty one', async () => {
  expect((await write('POST', '/v1/optimize')).json).toMatchObject({ revision: 1 });
  expect((await write('POST', '/v1/optimize', {})).status).toBe(200);
  expect(agent.port.optimized).toBe(2);
});

test('an unknown knob and a value out of range are told with the range', async () => {
  expect((await write('PUT', '/v1/override/warp', { value: 9 })).status).toBe(404);
  const { status, json } = await write('PUT', '/v1/override/resolution', { value: 999 });
  expect(status).toBe(422);
  expect(json).toMatchObject({
    code: 'outOfRange',
    range: [416, 640],
    message: expect.stringContaining('999'),
  });
});

test.each([
  ['PUT', '/v1/level', undefined],
  ['PUT', '/v1/level', '{'],
  ['PUT', '/v1/level', '[]'],
  ['PUT', '/v1/level', { value: 7 }],
  ['PUT', '/v1/level', { value: 'balanced', for: 7 }],
  ['PUT', '/v1/preset', { value: '' }],
  ['PUT', '/v1/preset', { value: 'balanced', forS: 0 }],
  ['PUT', '/v1/override/resolution', { forS: 60 }],
  ['PUT', '/v1/override/resolution', { value: true }],
  ['PUT', '/v1/override/resolution', '{"value":1e999}'],
  ['PUT', '/v1/override/resolution', { value: 512, forS: 1e9 }],
  ['POST', '/v1/auto', { value: 'false' }],
  ['POST', '/v1/auto', 'nonsense'],
])('%s %s with the body %j is a bad request', async (method, path, body) => {
  const { status, json } = await write(method, path, body);
  expect([status, json.code]).toEqual([400, 'badBody']);
  expect(agent.port.wishes).toEqual([]);
});
