import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type FakeAgent, openFakeAgent } from '../helpers/fake-agent.js';
import { ask } from '../helpers/http.js';

const agents: FakeAgent[] = [];
const others: Pick<Server, 'close' | 'listen' | 'address'>[] = [];

afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.server.close()));
  for (const other of others.splice(0)) other.close();
});

async function open(options: Parameters<typeof openFakeAgent>[0] = {}): Promise<FakeAgent> {
  const agent = await openFakeAgent(options);
  agents.push(agent);
  return agent;
}

async function occupy(other: Pick<Server, 'close' | 'listen' | 'address'>): Promise<number> {
  others.push(other);
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  return (other.address() as { port: number }).port;
}

test('port 0 takes a free one and tells it', async () => {
  const agent = await open();
  expect(agent.server.port).toBeGreaterThan(0);
  expect(agent.url).toBe(`http://127.0.0.1:${agent.server.port}`);
});

test('a port of another agent is told with its version and with what to do', async () => {
  const first = await open();
  await expect(open({ listenPort: first.server.port })).rejects.toMatchObject({
    code: 'portTaken',
    message: expect.stringMatching(/another evenkeel agent \(version 0\.1\.0\).*--port/),
  });
});

test.each([
  ['answers else', createServer((_, response) => response.end('{"version":7}'))],
  ['answers nonsense', createServer((_, response) => response.end('<html>'))],
  ['is no HTTP', createTcpServer((socket) => socket.end('SSH-2.0-x\r\n'))],
])('a port of a program that %s is told as another program’s', async (_, other) => {
  const listenPort = await occupy(other as Server);
  await expect(open({ listenPort })).rejects.toMatchObject({
    code: 'portTaken',
    message: expect.stringContaining('another program'),
  });
});

test('an address that this machine does not have is a wrong flag', async () => {
  await expect(open({ listenAddress: '203.0.113.7' })).rejects.toMatchObject({ code: 'badFlag' });
});

test('more groups of routes stand behind the same guard', async () => {
  const agent = await open({
    routes: [
      async (app) => {
        app.get('/more', () => 'up 1\n');
        app.post('/ask', { config: { access: 'read' } }, () => ({ fine: true }));
      },
    ],
  });
  expect((await ask(`${agent.url}/more`)).text).toBe('up 1\n');
  expect((await ask(`${agent.url}/ask`, { method: 'POST', body: {} })).status).toBe(200);
  expect((await ask(`${agent.url}/more`, { headers: { host: 'evil.example' } })).status).toBe(421);
});

test('a closed server lets go of its port', async () => {
  const agent = await open();
  const { port } = agent.server;
  await agent.server.close();
  expect((await open({ listenPort: port })).server.port).toBe(port);
});
