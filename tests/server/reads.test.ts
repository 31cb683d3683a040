/** What an agent that runs on the simulated card answers, each answer of its schema. */
import { Ajv } from 'ajv';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Agent } from '../../src/agent/index.js';
import { openCards } from '../../src/gpu/choose.js';
import { type AgentServer, openServer } from '../../src/server/index.js';
import { readJson } from '../helpers/checkout.js';
import { readExposition } from '../helpers/exposition.js';
import { AUTHORIZED, TOKEN } from '../helpers/fake-agent.js';
import { type Answer, ask } from '../helpers/http.js';
import { SETTINGS } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

const ADVICE = `
version: 1
name: own
rules:
  - id: watts
    when: { gpu.powerW: { above: 0 } }
    then: [ { cap: { powerLimitW: 320 } } ]
    because: "it draws {gpu.powerW} W"
  - id: browser
    when: { system.memoryPercent: { above: 0 } }
    then:
      - alert: { severity: warning, title: The machine is short of memory }
      - recommend: { title: Close the browser, try: fewer tabs, gain: a GiB }
    because: "it is used"
`;

const ajv = new Ajv({ strict: true });
for (const name of ['answers', 'state', 'bot-answer', 'bot-decision'])
  ajv.addSchema(readJson(`schemas/${name}.schema.json`));
let agent: Agent;
let server: AgentServer;
let session = '';

const get = (path: string): Promise<Answer> => ask(`${server.url}${path}`);

/** The answer's JSON, found to be of the schema at a place such as `state#rules`. */
async function expectOf(place: string, answer: Promise<Answer>): Promise<Answer['json']> {
  const { status, json } = await answer;
  expect(status, place).toBe(200);
  const [file, definition] = place.split('#');
  const validate = ajv.compile({ $ref: `${file}.schema.json#/definitions/${definition}` });
  expect(validate(json), JSON.stringify([place, validate.errors])).toBe(true);
  return json;
}

const read = (name: string): Promise<Answer['json']> => expectOf(`answers#${name}`, get(`/v1/${name}`));
const write = (method: string, path: string, body?: unknown): Promise<Answer> =>
  ask(`${server.url}${path}`, { method, headers: AUTHORIZED, body });

/** Frames of 20 ms, half of it the detector, and a tick that takes them in. */
async function play(): Promise<void> {
  const lines = Array.from({ length: 40 }, (_, i) => ({
    kind: 'frame',
    id: i,
    atMs: 1_000 + i * 25,
    totalMs: 20,
    stagesMs: { capture: 2, ocr: 6 },
    inference: { model: 'yolov8n', size: 640, preprocessMs: 1, inferenceMs: 8, postprocessMs: 1 },
    scene: { combatActive: i === 0 },
  }));
  const headers = { ...AUTHORIZED, 'evenkeel-session': session };
  await expectOf(
    'bot-answer#lines',
    ask(`${server.url}/v1/bot/frames`, { method: 'POST', headers, body: lines }),
  );
  await agent.optimize();
}

/** Half a second of frames is the least that a mean is taken of. */
async function playUntilKnown(): Promise<void> {
  do await play();
  while (agent.state().facts['frame.totalMs']?.value !== 20);
}

beforeAll(async () => {
  const profile = shippedProfile('rtx-4090');
  const pace = { fastMs: 60_000, slowMs: 60_000, rareMs: 60_000 };
  agent = new Agent({
    version: '0.1.0',
    settings: { ...SETTINGS, intervalMs: 100, consent: false },
    profile,
    book: shippedBook(profile, ADVICE),
    watch: null,
    resume: null,
    cards: await openCards('simulated', { isDemo: true, pace, writer: undefined }),
    log: () => undefined,
  });
  server = await openServer({
    port: agent,
    bots: agent.bots,
    token: TOKEN,
    listenPort: 0,
    log: pino({ level: 'silent' }),
  });
  await agent.start(null);
});

afterAll(async () => {
  await server.close();
  await agent.stop();
});

test('without a bot there is a machine and a card, and no frames', async () => {
  const { frame, inference, bot, gpu, system, simulated } = await read('snapshot');
  expect([frame, inference, bot, simulated]).toEqual([null, null, null, ['gpu']]);
  expect(gpu).toMatchObject([{ simulated: true, temperatureC: expect.any(Number) }]);
  expect(system.memoryPercent).toBeGreaterThan(0);
  expect(await read('bottleneck')).toMatchObject({
    bottleneck: null,
    why: 'no frames to measure',
    stages: [],
  });
});

test('what a bot tells is in the snapshot, and the stages of its frames in the bottleneck', async () => {
  const knobs = {
    model: { values: ['yolov8n'], value: 'yolov8n' },
    resolution: { values: [640], value: 640 },
  };
  const said = { protocol: 1, name: 'osrs', sdk: 'test', maxFps: 60, models: [{ name: 'yolov8n' }], knobs };
  const hello = await expectOf('bot-answer#hello', write('POST', '/v1/bot/hello', said));
  session = hello.session;
  await playUntilKnown();
  const { frame, inference, bot, scene } = await read('snapshot');
  expect(frame).toMatchObject({ totalMs: 20, ocrMs: 6, yoloMs: 10 });
  expect(inference).toMatchObject({ model: 'yolov8n', resolution: 640, totalMs: 10, inferenceMs: 8 });
  expect(inference.models.yolov8n.totalMs).toBe(10);
  expect(bot).toMatchObject({
    name: 'osrs',
    paused: false,
    frames: expect.any(Number),
    observers: [],
    maxFps: 60,
  });
  expect(scene.combatActive).toBe(true);
  expect(await read('bottleneck')).toMatchObject({
    bottleneck: 'yolo',
    goalFps: 60,
    frameMs: 20,
    stages: [
      { name: 'yolo', ms: 10, percent: 50 },
      { name: 'ocr', ms: 6, percent: 30 },
      { name: 'capture', ms: 2, percent: 10 },
    ],
  });
});

test('every fact is told with its unit, quality and age, and what is unknown with its reason', async () => {
  const { facts } = await read('facts');
  expect(facts['gpu.powerW']).toMatchObject({ unit: 'W', quality: 'simulated', ageMs: expect.any(Number) });
  expect(facts['predicted.modelUpLoadPercent']).toMatchObject({ value: null, why: "the ladder's end" });
});

test('what rules advise, and hardware without consent, stands with its since from tick to tick', async () => {
  const { recommendations } = await read('recommendations');
  const own = recommendations.filter(({ rule }: { rule: string }) => ['watts', 'browser'].includes(rule));
  const since = expect.stringMatching(/Z$/);
  expect(own).toEqual([
    { rule: 'browser', text: 'The machine is short of memory: it is used', since, severity: 'warning' },
    { rule: 'browser', text: 'Close the browser: it is used; try: fewer tabs; gain: a GiB', since },
    {
      rule: 'watts',
      text: expect.stringContaining('powerLimitW 320 instead of 450; it draws'),
      since,
      knob: 'powerLimitW',
      value: 320,
    },
  ]);
  expect(own[2].text).toContain('--allow-hardware');
  await play();
  expect((await read('recommendations')).recommendations).toEqual(recommendations);
  expect((await get('/v1/state')).json.recommendations).toEqual(recommendations);
});

test('the decisions, the rules and their reasons, and what wishes are answered with are of their schemas too', async () => {
  await expectOf('state#set', write('PUT', '/v1/override/resolution', { value: 640, forS: 60 }));
  await expectOf('state#set', write('PUT', '/v1/override/powerLimitW', { value: 300 }));
  await expectOf('state#set', write('PUT', '/v1/level', { value: 'aggressive' }));
  await expectOf('state#set', write('PUT', '/v1/preset', { value: 'batterySaver', forS: 60 }));
  await expectOf('state#set', write('POST', '/v1/auto', { value: false }));
  const { knobs } = await expectOf('state#decision', write('POST', '/v1/optimize'));
  expect(knobs.powerLimitW.losers.length).toBeGreaterThan(0);
  await expectOf('state#set', write('DELETE', '/v1/override/resolution'));
  const state = await expectOf('state#state', get('/v1/state'));
  expect(state).toMatchObject({ auto: false, preset: 'batterySaver', bot: { name: 'osrs' } });
  await expectOf('state#rules', get('/v1/rules'));
  const { decisions } = await expectOf('state#decisions', get('/v1/decisions'));
  expect(decisions.length).toBeGreaterThan(1);
  const { closest } = await expectOf('state#explained', get('/v1/explain'));
  await expectOf('state#explanation', get(`/v1/explain?rule=${closest[0].rule}`));
  const history = await expectOf('state#history', get('/v1/history?fact=gpu.powerW&from=-10s&points=10'));
  expect(history.mean.some((mean: number | null) => mean !== null)).toBe(true);
});

test('the metrics are a text that Prometheus reads, with what is known, counted and in force', async () => {
  await playUntilKnown();
  const { status, headers, text } = await get('/metrics');
  expect([status, headers['content-type']]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const families = readExposition(text);
  const first = (name: string): unknown => families.get(`evenkeel_${name}`)?.samples[0];
  const { knobs } = agent.state();
  expect(first('gpu_power_watts')).toEqual({
    labels: { gpu: '0', simulated: 'true' },
    value: expect.any(Number),
  });
  expect(first('frame_total_seconds')).toEqual({ labels: {}, value: 0.02 });
  expect(first('inference_model_total_seconds')).toEqual({ labels: { model: 'yolov8n' }, value: 0.01 });
  expect(first('knob_info')).toEqual({
    labels: { knob: Object.keys(knobs)[0], value: String(Object.values(knobs)[0]?.value) },
    value: 1,
  });
  const { processed, samples } = agent.totals();
  expect(first('frames_total')).toEqual({ labels: { outcome: 'processed' }, value: processed });
  expect(first('lines_accepted_total')).toEqual({ labels: {}, value: processed });
  expect(first('ticks_total')).toEqual({ labels: {}, value: expect.toSatisfy((n) => n > 5 && n <= samples) });
  expect(families.get('evenkeel_rule_active')?.samples).toContainEqual({
    labels: { rule: 'browser' },
    value: 1,
  });
  expect(families.has('evenkeel_predicted_model_up_load_ratio')).toBe(false);
});
