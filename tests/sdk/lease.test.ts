/** What the bot does when the agent falls silent. The agent here is a few lines with a short lease. */
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_FRAME_RULES } from '../../src/frames/importance.js';
import { type Bot, connect } from '../../src/sdk/index.js';
import type { KnobValue } from '../../src/shapes/knob.js';
import { waitUntil } from '../helpers/fake-agent.js';

let server: Server;
let streams: ServerResponse[];
let hellos: { knobs: { resolution: { value: KnobValue } } }[];
let answers: boolean;
let bot: Bot | null;

beforeEach(async () => {
  streams = [];
  hellos = [];
  answers = true;
  bot = null;
  server = createServer((request, response) => {
    if (!answers) return void request.socket.destroy();
    if (request.url === '/v1/bot/events') {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      streams.push(response);
      return;
    }
    let text = '';
    request.on('data', (piece) => {
      text += piece;
    });
    if (request.url !== '/v1/bot/hello') return;
    request.on('end', () => {
      hellos.push(JSON.parse(text));
      const told = { decision: {}, revision: 1, frameRules: DEFAULT_FRAME_RULES };
      response.end(JSON.stringify({ session: 's', leaseS: 0.4, ...told }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  await bot?.close();
  server.closeAllConnections();
  server.close();
});

function start(): { bot: Bot; applied: KnobValue[] } {
  const { port } = server.address() as AddressInfo;
  const started = connect('lonely', {
    knobs: { resolution: { values: [416, 640], value: 640, safe: 416 } },
    url: `http://127.0.0.1:${port}`,
    token: 'any',
  });
  bot = started;
  const applied: KnobValue[] = [];
  started.on('resolution', (value) => {
    applied.push(value);
  });
  return { bot: started, applied };
}

function tell(body: unknown): void {
  streams.at(-1)?.write(`event: decision\ndata: ${JSON.stringify(body)}\n\n`);
}

test('past the lease of a silent agent the safe values return, and the next hello tells them', async () => {
  const { bot: lonely, applied } = start();
  await waitUntil(() => streams.length === 1);
  answers = false;
  await waitUntil(() => applied.length === 1);
  expect(applied).toEqual([416]);
  expect(lonely.decision.resolution).toBe(416);
  answers = true;
  const before = hellos.length;
  await waitUntil(() => hellos.length > before);
  expect(hellos[0]?.knobs.resolution.value).toBe(640);
  expect(hellos.at(-1)?.knobs.resolution.value).toBe(416);
});

test('what is no decision, of another kind, not offered, or older is not obeyed', async () => {
  const { bot: lonely, applied } = start();
  await waitUntil(() => streams.length === 1);
  const stream = streams[0];
  stream?.write('event: decision\ndata: {\n\n');
  stream?.write(`event: other\ndata: {"decision":{"resolution":416},"revision":5}\n\n`);
  tell(null);
  tell({ decision: { resolution: 417, model: 'x', __proto__: { a: 1 } }, revision: 2, frameRules: 7 });
  tell({ decision: { resolution: 416 }, revision: 1 });
  tell({ decision: { resolution: 416 }, revision: 3 });
  await waitUntil(() => applied.length === 1);
  tell({ decision: { resolution: 640 }, revision: 2 });
  tell({ decision: { resolution: 416 }, revision: 4 });
  await waitUntil(() => lonely.decision.resolution === 416);
  expect(applied).toEqual([416]);
});
