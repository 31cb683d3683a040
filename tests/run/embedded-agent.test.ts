/** An agent inside this process, with the simulated card and a bot of the SDK. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type AgentEvent,
  type CreateAgentOptions,
  createAgent,
  type EmbeddedAgent,
  EvenkeelError,
} from '../../src/index.js';
import { type Bot, connect } from '../../src/sdk/index.js';
import { temporaryFolder } from '../helpers/cli.js';
import { waitUntil } from '../helpers/fake-agent.js';

let folder: string;
let agents: EmbeddedAgent[];
let bots: Bot[];
let logged: string[];

beforeEach(() => {
  folder = temporaryFolder();
  agents = [];
  bots = [];
  logged = [];
});

afterEach(async () => {
  await Promise.all(bots.map((bot) => bot.close()));
  await Promise.all(agents.map((agent) => agent.stop()));
  rmSync(folder, { recursive: true, force: true });
});

const SETTINGS: CreateAgentOptions['settings'] = {
  gpu: 'simulated',
  profile: 'rtx-4090',
  port: 0,
  hardware: 'allow',
  intervals: { tickMs: 50 },
  recording: { enabled: false },
};

function make(name: string, options: CreateAgentOptions = {}): EmbeddedAgent {
  const agent = createAgent({
    stateDir: join(folder, name),
    log: (level, message) => logged.push(`${level} ${message}`),
    ...options,
    settings: { ...SETTINGS, ...options.settings },
  });
  agents.push(agent);
  return agent;
}

function enter(agent: EmbeddedAgent, name: string): Bot {
  const { url = '', token = '' } = agent.place ?? {};
  const bot = connect(name, { knobs: { model: ['yolov8n', 'yolov8s'], frameSkip: true }, url, token });
  bots.push(bot);
  return bot;
}

test('starts, is joined by a bot, answers as over HTTP, is steered, exports, and stops with its totals', async () => {
  const agent = make('one');
  expect(agent.place).toBeNull();
  const seen: AgentEvent['kind'][] = [];
  const off = agent.on('sample', (event) => {
    seen.push(event.kind);
    throw new Error('the program’s own');
  });
  const place = await agent.start();
  expect(await agent.start()).toEqual(place);
  expect(agent.place).toEqual(place);
  const bot = enter(agent, 'inside');
  await waitUntil(() => agent.state().bot?.name === 'inside');
  bot.frame([640, 480], (frame) => frame.stage('ocr', () => 'text'));
  await waitUntil(() => (agent.snapshot().bot?.frames ?? 0) === 1);

  expect(agent.snapshot()).toMatchObject({ simulated: ['gpu'], gpu: [{ simulated: true }] });
  expect((await bot.snapshot())?.bot).toEqual(agent.snapshot().bot);
  expect(agent.bottleneck()).toMatchObject({ goalFps: 60 });
  expect(agent.recommendations()).toEqual(await bot.recommendations());
  expect((await agent.optimizeNow()).knobs).toHaveProperty('model');
  expect(await agent.applyPreset('performance', 60)).toMatchObject({ knob: 'preset', value: 'performance' });
  expect(agent.state().level).toBe('aggressive');
  await expect(agent.applyPreset('performence')).rejects.toMatchObject({ code: 'unknownName' });

  const file = await agent.exportData(join(folder, 'out.json'));
  expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')))).toEqual([
    'at',
    'snapshot',
    'knobs',
    'bottleneck',
    'recommendations',
    'decisions',
  ]);
  await expect(agent.exportData(join(folder, 'none', 'out.json'))).rejects.toMatchObject({ code: 'badFile' });

  expect(seen.length).toBeGreaterThan(1);
  expect(logged.filter((line) => line.includes('a listener of sample failed')).length).toBe(seen.length);
  off();
  const count = seen.length;
  await agent.optimizeNow();
  expect(seen.length).toBe(count);

  const totals = await agent.stop();
  expect(totals).toMatchObject({ kind: 'totals', processed: 1, simulated: ['gpu'] });
  expect(await agent.stop()).toBeNull();
  expect(existsSync(join(folder, 'one', 'address'))).toBe(false);
  expect(() => agent.snapshot()).toThrow(EvenkeelError);
  expect(() => agent.snapshot()).toThrow('call start() first');
});

test('two agents live in one process, each with its own bot, and one may be started again', async () => {
  const one = make('one');
  const two = make('two');
  const places = await Promise.all([one.start(), two.start()]);
  expect(places[0]?.url).not.toBe(places[1]?.url);
  enter(one, 'first');
  enter(two, 'second');
  await waitUntil(() => one.state().bot?.name === 'first' && two.state().bot?.name === 'second');
  await one.stop();
  expect(two.state().bot?.name).toBe('second');
  await one.start();
  expect(one.state().bot).toBeNull();
});

test('what is wrong is an error of the table, and the next start is not kept from its turn', async () => {
  const wrong = make('one', { settings: { level: 'balancd' } });
  await expect(wrong.start()).rejects.toMatchObject({ name: 'EvenkeelError', code: 'badConfig' });
  const untyped = make('two', { settings: { port: 'any' as unknown as number } });
  await expect(untyped.start()).rejects.toThrow(
    'settings.port: "any" is of the wrong type; expected a whole number',
  );
  const nested = make('two', { settings: { intervals: { tickMs: 50, slowMs: -1, fast: 3 } as never } });
  await expect(nested.start()).rejects.toThrow(
    /^settings\.intervals\.slowMs: .*\nsettings\.intervals\.fast: /,
  );
  const file = make('three', { config: join(folder, 'none.yaml') });
  await expect(file.start()).rejects.toMatchObject({ code: 'badFile' });
  const said = make('four', { env: { EVENKEEL_LEVEL: 'maximum' } });
  await said.start();
  expect(said.state().level).toBe('maximum');
  const { url = '' } = said.place ?? {};
  const taken = make('five', { settings: { port: Number(new URL(url).port) } });
  await expect(taken.start()).rejects.toMatchObject({ code: 'portTaken' });
  expect(taken.place).toBeNull();
});
