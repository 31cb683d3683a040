import { connect } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RuleState } from '../../src/shapes/port.js';
import { type FakeAgent, openFakeAgent, waitUntil } from '../helpers/fake-agent.js';
import { ask, openSse, type SseClient } from '../helpers/http.js';

const RULE: RuleState = {
  id: 'hot',
  set: 'thermal',
  file: 'thermal.yaml',
  line: 3,
  state: 'active',
  blind: false,
  sinceMs: 0,
  activations: 1,
  because: 'it is hot',
};

let agent: FakeAgent;
let clients: SseClient[];

beforeEach(async () => {
  agent = await openFakeAgent();
  clients = [];
});

afterEach(async () => {
  for (const client of clients) client.close();
  await agent.server.close();
});

async function follow(): Promise<SseClient> {
  const client = await openSse(`${agent.url}/v1/events`);
  clients.push(client);
  return client;
}

test('a sample comes at once, then every event by its name', async () => {
  const client = await follow();
  await waitUntil(() => client.events('sample').length === 1);
  expect(client.events('sample')[0]).toMatchObject({ version: '0.1.0' });
  const { book } = agent.port.state();
  agent.port.emit({ kind: 'rule', rule: RULE });
  agent.port.emit({ kind: 'reload', book });
  const decision = { atMs: 1, revision: 2, knobs: {}, active: ['hot'], wouldBe: [] };
  agent.port.emit({ kind: 'decision', entries: [], decision });
  await waitUntil(() => client.events('decision').length === 1);
  expect(client.events('rule')).toEqual([RULE]);
  expect(client.events('reload')).toEqual([book]);
  expect(client.events('decision')).toEqual([{ entries: [], decision }]);
});

test('samples that come fast are batched, and the newest is never lost', async () => {
  const client = await follow();
  await waitUntil(() => client.events('sample').length === 1);
  const state = agent.port.state();
  for (let atMs = 1; atMs <= 100; atMs += 1) agent.port.emit({ kind: 'sample', state: { ...state, atMs } });
  await waitUntil(() => client.events('sample').some((sample) => sample.atMs === 100));
  expect(client.events('sample').map((sample) => sample.atMs)).toEqual([5_000, 1, 100]);
});

test('nobody asks the agent while nobody follows', async () => {
  const client = await follow();
  const other = await follow();
  expect(agent.port.listeners.size).toBe(1);
  client.close();
  other.close();
  await waitUntil(() => agent.port.listeners.size === 0);
});

test('a client that does not read is dropped, and the others see everything', async () => {
  const good = await follow();
  const slow = connect(agent.server.port, '127.0.0.1');
  slow.on('error', () => undefined);
  slow.pause();
  slow.write('GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  await waitUntil(() => agent.port.listeners.size === 1);
  let isDropped = false;
  slow.on('close', () => {
    isDropped = true;
  });
  const because = 'x'.repeat(200_000);
  // What the kernel takes for the slow client is not known; its share of ours is bounded.
  for (let sent = 1; sent <= 100; sent += 1) {
    agent.port.emit({ kind: 'rule', rule: { ...RULE, because } });
    await waitUntil(() => good.text().length > sent * because.length);
  }
  slow.resume();
  await waitUntil(() => isDropped);
  expect(good.isOver()).toBe(false);
});

test('more followers than there is room for are told so', async () => {
  for (let index = 0; index < 64; index += 1) await follow();
  const { status, json } = await ask(`${agent.url}/v1/events`);
  expect([status, json.code]).toEqual([429, 'tooMany']);
});

test('closing ends the events', async () => {
  const client = await follow();
  await agent.server.close();
  await waitUntil(client.isOver);
  expect(agent.port.listeners.size).toBe(0);
});
