/** Who may ask. Every case is asked of a read, a write and a path that does not exist. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AUTHORIZED, type FakeAgent, openFakeAgent, TOKEN, waitUntil } from '../helpers/fake-agent.js';
import { ask } from '../helpers/http.js';

let agent: FakeAgent;

beforeEach(async () => {
  agent = await openFakeAgent();
});

afterEach(() => agent.server.close());

const PLACES: [method: string, path: string][] = [
  ['GET', '/v1/state'],
  ['PUT', '/v1/level'],
  ['POST', '/v1/bot/hello'],
  ['GET', '/nowhere'],
  ['OPTIONS', '/v1/level'],
];

test.each([
  'evil.example',
  'evil.example:7410',
  '127.0.0.1.evil.example',
  'localhost.evil.example',
  '192.168.1.7',
  '0.0.0.0',
  '[::2]:7410',
  '127.0.0.1@evil.example',
])('the foreign Host %s is refused everywhere', async (host) => {
  for (const [method, path] of PLACES) {
    const { status, json } = await ask(`${agent.url}${path}`, { method, headers: { ...AUTHORIZED, host } });
    expect([status, json.code], `${method} ${path}`).toEqual([421, 'foreignHost']);
  }
  expect(agent.port.wishes).toEqual([]);
});

test.each(['127.0.0.1', 'localhost', 'LOCALHOST:7410', '127.0.0.1:80', '[::1]', '[::1]:7410', '127.8.8.8'])(
  'the Host %s is of this machine',
  async (host) => {
    expect((await ask(`${agent.url}/v1/state`, { headers: { host } })).status).toBe(200);
  },
);

/** Sends text as it is and reads until the server hangs up or a whole head came. */
async function sendText(text: string): Promise<string> {
  const socket = connect(agent.server.port, '127.0.0.1');
  let answer = '';
  socket.on('error', () => undefined);
  socket.on('data', (piece) => {
    answer += String(piece);
  });
  socket.write(text);
  await waitUntil(() => answer.includes('\r\n\r\n'));
  socket.destroy();
  return answer;
}

test('a request without a Host is refused', async () => {
  expect(await sendText('GET /v1/state HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /);
});

test('what is no HTTP, and a head without end, are answered and hung up on', async () => {
  const nonsense = await sendText('hello\r\n\r\n');
  expect(nonsense).toMatch(/^HTTP\/1\.1 400 .*"code":"badBody"/s);
  const endless = await sendText(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`);
  expect(endless).toMatch(/^HTTP\/1\.1 413 .*"code":"tooBig"/s);
});

test.each([
  'http://evil.example',
  'null',
  'http://127.0.0.1',
  'https://127.0.0.1:PORT',
  'http://localhost:PORT',
])('a page of the origin %s is refused everywhere', async (pattern) => {
  const origin = pattern.replace('PORT', String(agent.server.port));
  for (const [method, path] of PLACES) {
    const { status, json } = await ask(`${agent.url}${path}`, { method, headers: { ...AUTHORIZED, origin } });
    expect([status, json.code], `${method} ${path}`).toEqual([403, 'foreignOrigin']);
  }
});

test('our own page may read, and write with the token', async () => {
  const headers = { ...AUTHORIZED, origin: agent.url };
  expect((await ask(`${agent.url}/v1/state`, { headers: { origin: agent.url } })).status).toBe(200);
  const body = { value: 'aggressive' };
  expect((await ask(`${agent.url}/v1/level`, { method: 'PUT', headers, body })).status).toBe(200);
});

test.each([undefined, '', 'Bearer', 'Bearer ', `Basic ${TOKEN}`, TOKEN, 'Bearer wrong', `Bearer ${TOKEN}x`])(
  'writes with the authorization %s are refused',
  async (authorization) => {
    const headers = authorization === undefined ? {} : { authorization };
    for (const [method, path] of [
      ['POST', '/v1/bot/hello'],
      ['POST', '/v1/bot/stream'],
      ['POST', '/v1/bot/frames'],
      ['PUT', '/v1/level'],
      ['PUT', '/v1/preset'],
      ['PUT', '/v1/override/resolution'],
      ['DELETE', '/v1/override/resolution'],
      ['POST', '/v1/optimize'],
      ['POST', '/v1/auto'],
    ]) {
      const answer = await ask(`${agent.url}${path}`, { method: method ?? '', headers });
      expect([answer.status, answer.json.code], `${method} ${path}`).toEqual([401, 'unauthorized']);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect(agent.port.wishes).toEqual([]);
    expect(agent.bots.drain()).toEqual([]);
  },
);

test('the word Bearer is read in any case', async () => {
  const headers = { authorization: `bearer ${TOKEN}` };
  expect((await ask(`${agent.url}/v1/optimize`, { method: 'POST', headers })).status).toBe(200);
});

test('a body beyond the bound is refused, told or not', async () => {
  const body = `{"value":"${'x'.repeat(300_000)}"}`;
  const told = await ask(`${agent.url}/v1/level`, { method: 'PUT', headers: AUTHORIZED, body });
  expect([told.status, told.json.code]).toEqual([413, 'tooBig']);
  const status = await new Promise((resolve, reject) => {
    const sent = request(`${agent.url}/v1/level`, { method: 'PUT', headers: AUTHORIZED, agent: false });
    sent.on('response', (response) => resolve(response.statusCode));
    sent.on('error', reject);
    sent.write(body);
  });
  expect(status).toBe(413);
});

test('what is under no path is told so', async () => {
  const { status, json } = await ask(`${agent.url}/v1/nothing?at=1`);
  expect([status, json]).toEqual([404, { code: 'unknownPath', message: 'nothing is under GET /v1/nothing' }]);
  expect((await ask(`${agent.url}/v1/level`, { method: 'DELETE', headers: AUTHORIZED })).status).toBe(404);
});

test('elsewhere than on the loopback, addresses are good Hosts and names are not', async () => {
  await agent.server.close();
  agent = await openFakeAgent({ listenAddress: '0.0.0.0' });
  const url = `http://127.0.0.1:${agent.server.port}/v1/state`;
  expect((await ask(url, { headers: { host: '192.168.1.7:7410' } })).status).toBe(200);
  expect((await ask(url, { headers: { host: 'evil.example' } })).status).toBe(421);
});

const outside = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

// A machine without a network has no address to ask from.
test.runIf(outside !== undefined)('from elsewhere than the loopback, reads need the token too', async () => {
  await agent.server.close();
  agent = await openFakeAgent({ listenAddress: '0.0.0.0' });
  const url = `http://${outside}:${agent.server.port}/v1/state`;
  expect((await ask(url)).status).toBe(401);
  expect((await ask(url, { headers: AUTHORIZED })).status).toBe(200);
});
