/** The remote evaluation, as OpenFeature's own SDK reads it and as its protocol says it. */
import { OFREPProvider } from '@openfeature/ofrep-provider';
import { type Client, OpenFeature } from '@openfeature/server-sdk';
import { Ajv } from 'ajv';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { KnobState } from '../../src/shapes/port.js';
import { readJson } from '../helpers/checkout.js';
import { AUTHORIZED, FAKE_STATE, type FakeAgent, openFakeAgent } from '../helpers/fake-agent.js';
import { type Answer, ask } from '../helpers/http.js';

const KNOBS: Record<string, KnobState> = {
  model: {
    value: 'yolov8s',
    decided: 'yolov8n',
    winner: 'model-down',
    reason: 'step',
    boundedBy: [],
    expiresAt: null,
    offer: { values: ['yolov8n', 'yolov8s'], value: 'yolov8s' },
  },
  resolution: {
    value: 512,
    decided: 512,
    winner: 'override',
    reason: 'override',
    boundedBy: ['bot'],
    expiresAt: '2026-01-31T21:14:03.000Z',
    offer: { values: [512, 640], value: 512 },
  },
  frameSkip: {
    value: 0,
    decided: 0,
    winner: 'base',
    reason: 'base',
    boundedBy: [],
    expiresAt: null,
    wouldBe: 0.2,
    offer: { range: [0, 0.8], value: 0 },
  },
};

const ajv = new Ajv({ strict: true });
ajv.addSchema(readJson('schemas/ofrep.schema.json'));
let agent: FakeAgent;

const evaluate = (key: string, body?: unknown, headers = {}): Promise<Answer> =>
  ask(`${agent.url}/ofrep/v1/evaluate/flags${key}`, { method: 'POST', headers, body });

function expectOf(definition: string, json: unknown): void {
  const validate = ajv.compile({ $ref: `ofrep.schema.json#/definitions/${definition}` });
  expect(validate(json), JSON.stringify(validate.errors)).toBe(true);
}

beforeAll(async () => {
  agent = await openFakeAgent();
});
beforeEach(() => {
  agent.port.shown = { ...FAKE_STATE, knobs: KNOBS };
});
afterAll(() => agent.server.close());

describe("OpenFeature's SDK with its own provider", () => {
  let client: Client;
  beforeAll(async () => {
    await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl: agent.url }));
    client = OpenFeature.getClient();
  });
  afterAll(() => OpenFeature.close());

  test('reads a decision as a flag, with the rule as metadata', async () => {
    expect(await client.getStringDetails('model', 'none')).toMatchObject({
      value: 'yolov8n',
      variant: 'yolov8n',
      reason: 'TARGETING_MATCH',
      flagMetadata: { rule: 'model-down', decidedBy: 'step', inForce: 'yolov8s' },
    });
    expect(await client.getNumberDetails('resolution', 0, { targetingKey: 'osrs-bot' })).toMatchObject({
      value: 512,
      variant: '512',
      reason: 'STATIC',
      flagMetadata: { rule: 'override', boundedBy: 'bot', expiresAt: '2026-01-31T21:14:03.000Z' },
    });
    expect(await client.getNumberDetails('frameSkip', 1)).toMatchObject({
      value: 0,
      reason: 'STATIC',
      flagMetadata: { rule: 'base', wouldBe: 0.2 },
    });
  });

  test('reads the next decision as soon as it stands', async () => {
    agent.port.shown = {
      ...FAKE_STATE,
      knobs: { ...KNOBS, model: { ...KNOBS.resolution, decided: 'v8m' } as KnobState },
    };
    expect(await client.getStringValue('model', 'none')).toBe('v8m');
  });

  test('falls back to its default for a knob that nobody offers, and for one of another type', async () => {
    expect(await client.getStringDetails('warp', 'none')).toMatchObject({
      value: 'none',
      reason: 'ERROR',
      errorCode: 'FLAG_NOT_FOUND',
      errorMessage: 'no knob "warp" is offered; expected one of model, resolution, frameSkip',
    });
    expect(await client.getNumberDetails('model', 7)).toMatchObject({ value: 7, errorCode: 'TYPE_MISMATCH' });
  });
});

test('all flags come with a tag, and nothing is sent again while they are the same', async () => {
  const { status, headers, json } = await evaluate('', {});
  expectOf('bulk', json);
  expect([status, json.flags.map(({ key }: { key: string }) => key)]).toEqual([200, Object.keys(KNOBS)]);
  const again = await evaluate('', {}, { 'if-none-match': headers.etag });
  expect([again.status, again.text, again.headers.etag]).toEqual([304, '', headers.etag]);
  agent.port.shown = { ...FAKE_STATE, knobs: {} };
  const changed = await evaluate('', {}, { 'if-none-match': headers.etag });
  expect([changed.status, changed.json]).toEqual([200, { flags: [] }]);
});

test('the body and the context may be left out', async () => {
  for (const body of [undefined, {}, { context: {} }, { context: { targetingKey: 'a', any: [1] } }]) {
    const { status, json } = await evaluate('/model', body);
    expectOf('evaluation', json);
    expect([status, json.value]).toEqual([200, 'yolov8n']);
  }
});

test.each([
  ['{', 'PARSE_ERROR'],
  ['[]', 'PARSE_ERROR'],
  ['null', 'PARSE_ERROR'],
  ['"context"', 'PARSE_ERROR'],
  [{ context: 7 }, 'INVALID_CONTEXT'],
  [{ context: { targetingKey: 7 } }, 'INVALID_CONTEXT'],
])('the body %j is refused as %s', async (body, errorCode) => {
  for (const [key, place] of Object.entries({ model: '/model', '': '' })) {
    const { status, json } = await evaluate(place, body);
    expectOf('failure', json);
    expect([status, json.errorCode, json.code]).toEqual([400, errorCode, 'badBody']);
    expect(json.key ?? '').toBe(key);
  }
});

test('a flag that is not there is told with its key, whatever its name', async () => {
  for (const key of ['warp', 'constructor', '__proto__', 'a%20b']) {
    const { status, json } = await evaluate(`/${key}`, {});
    expectOf('failure', json);
    expect([status, json.key, json.errorCode], key).toEqual([404, decodeURIComponent(key), 'FLAG_NOT_FOUND']);
  }
});

test('it is a read: anyone on the loopback may, a foreign page or name may not', async () => {
  expect((await evaluate('/model', {}, AUTHORIZED)).status).toBe(200);
  const foreign = await evaluate('/model', {}, { origin: 'http://evil.example' });
  expect([foreign.status, foreign.json.code, foreign.json.errorCode]).toEqual([
    403,
    'foreignOrigin',
    'GENERAL',
  ]);
  expect((await evaluate('', {}, { host: 'evil.example' })).status).toBe(421);
  expect((await evaluate('', 'x'.repeat(300_000))).status).toBe(413);
});
