/** A bot's questions to a real server, to one that is no agent, and to nobody. */
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isAbsolute, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Bot, type ConnectOptions, connect } from '../../src/sdk/index.js';
import { temporaryFolder } from '../helpers/cli.js';
import { type FakeAgent, openFakeAgent, TOKEN } from '../helpers/fake-agent.js';

let folder: string;
let agent: FakeAgent;
let bots: Bot[];

beforeEach(async () => {
  folder = temporaryFolder();
  agent = await openFakeAgent();
  bots = [];
});

afterEach(async () => {
  await Promise.all(bots.map((bot) => bot.close()));
  await agent.server.close();
  rmSync(folder, { recursive: true });
});

function enter(options: Partial<ConnectOptions> = {}): Bot {
  const bot = connect('curious', { knobs: {}, stateDir: folder, ...options });
  bots.push(bot);
  return bot;
}

/** Everything that can be asked. */
function askAll(bot: Bot): Promise<unknown[]> {
  return Promise.all([
    bot.forceOptimization(),
    bot.applyPreset('performance', 60),
    bot.recommendations(),
    bot.snapshot(),
    bot.bottleneckAnalysis(),
    bot.export(join(folder, 'out.json')),
  ]);
}

test('an agent answers, and takes a preset and a wish to optimize', async () => {
  const bot = enter({ url: agent.url, token: TOKEN });
  const [decision, preset, recommendations, snapshot, bottleneck, file] = await askAll(bot);
  expect(bot.problem).toBeNull();
  expect(decision).toMatchObject({ revision: 1, knobs: {} });
  expect(preset).toMatchObject({ knob: 'preset', value: 'performance' });
  expect(agent.port.wishes).toEqual([{ kind: 'preset', value: 'performance', forS: 60 }]);
  expect(agent.port.optimized).toBe(1);
  expect(recommendations).toEqual([]);
  expect(snapshot).toMatchObject({ system: {}, simulated: ['gpu'] });
  expect(bottleneck).toMatchObject({ stages: [] });
  const document = JSON.parse(readFileSync(String(file), 'utf8'));
  expect(document).toEqual({
    at: expect.any(String),
    snapshot: expect.objectContaining({ simulated: ['gpu'] }),
    knobs: {},
    bottleneck: expect.objectContaining({ stages: [] }),
    recommendations: [],
    decisions: [],
  });
});

test('the exported file is told by its absolute path; one that cannot be written is a problem', async () => {
  const bot = enter({ url: agent.url, token: TOKEN });
  const file = await bot.export(relative(process.cwd(), join(folder, 'near.json')));
  expect(isAbsolute(String(file))).toBe(true);
  expect(await bot.export(join(folder, 'none', 'out.json'))).toBeNull();
  expect(bot.problem).toMatch(/^export: expected a file that can be written, got .*out\.json: ENOENT/);
});

test('without an agent every answer is null, and the problem says what to do', async () => {
  const bot = enter();
  expect(bot.problem).toBeNull();
  expect(await askAll(bot)).toEqual([null, null, null, null, null, null]);
  expect(bot.problem).toContain('no agent is running; start one with "evenkeel run"');
});

test('a refusal is null too, with the agent’s own words', async () => {
  const bot = enter({ url: agent.url, token: 'wrong' });
  expect(await bot.applyPreset('performance')).toBeNull();
  expect(bot.problem).toMatch(
    /^PUT \/v1\/preset: expected the agent's answer, got none: the agent refused: 401/,
  );
  // A read needs no token, and once it is answered there is no problem any more.
  expect(await bot.snapshot()).not.toBeNull();
  expect(bot.problem).toBeNull();
});

test('who is no agent, or never answers, is told within 2 s', async () => {
  const server = createServer((from, back) => {
    if (from.url === '/v1/snapshot') back.end('"no"');
    if (from.url === '/v1/recommendations') back.end('{');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bot = enter({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
  expect(await bot.snapshot()).toBeNull();
  expect(bot.problem).toContain('the answer is no JSON object');
  expect(await bot.recommendations()).toBeNull();
  expect(bot.problem).toContain('JSON');
  expect(await bot.bottleneckAnalysis()).toBeNull();
  expect(bot.problem).toBe("GET /v1/bottleneck: expected the agent's answer, got none: nothing came for 2 s");
  server.closeAllConnections();
  server.close();
});
