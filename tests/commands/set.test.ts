import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { registerDoctor } from '../../src/commands/doctor.js';
import { registerRelease } from '../../src/commands/release.js';
import { describeAnswer, registerSet } from '../../src/commands/set.js';
import { type ErrorCode, EvenkeelError } from '../../src/errors.js';
import { type FakeAgent, openFakeAgent, TOKEN } from '../helpers/fake-agent.js';
import { runCommand } from './fake-io.js';

let agent: FakeAgent;
let folder: string;

beforeAll(async () => {
  agent = await openFakeAgent();
});
afterAll(() => agent.server.close());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-set-'));
  agent.port.wishes.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

const byUrl = (): Record<string, string> => ({
  EVENKEEL_URL: agent.url,
  EVENKEEL_TOKEN: TOKEN,
  EVENKEEL_STATE_DIR: folder,
});

/** What a command ends with. */
async function failureOf(
  running: Promise<unknown>,
): Promise<{ code: ErrorCode; exit: number; message: string }> {
  const error = await running.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof EvenkeelError)) throw error;
  return { code: error.code, exit: error.exitCode, message: error.message };
}

describe('set', () => {
  test('a level is set, and the answer is told in JSON', async () => {
    const ran = await runCommand(registerSet, ['set', 'level', 'aggressive', '--json'], byUrl());
    expect(ran.json()).toEqual({
      knob: 'level',
      value: 'aggressive',
      effective: 'aggressive',
      boundedBy: [],
      expiresAt: null,
    });
    expect([ran.exit, ran.stderr]).toEqual([0, '']);
    expect(agent.port.wishes).toEqual([{ kind: 'level', value: 'aggressive' }]);
  });

  test('a preset is set for a time', async () => {
    await runCommand(registerSet, ['set', 'preset', 'battery_saver', '--for', '20m'], byUrl());
    expect(agent.port.wishes).toEqual([{ kind: 'preset', value: 'battery_saver', forS: 1200 }]);
  });

  test('a number becomes one for a knob', async () => {
    const ran = await runCommand(registerSet, ['set', 'resolution', '512'], byUrl());
    expect(agent.port.wishes).toEqual([{ kind: 'override', knob: 'resolution', value: 512, forS: 1200 }]);
    expect(ran.stdout).toBe('override is 512\n');
  });

  test('a value of hardware says until when and how to keep it', async () => {
    const ran = await runCommand(registerSet, ['set', 'powerLimitW', '300'], byUrl());
    expect(ran.stdout).toBe(
      'powerLimitW is 300; it goes back at 2026-01-31T21:14:13.000Z unless it is kept: evenkeel set powerLimitW 300 --keep\n',
    );
    expect(agent.port.waiting.splice(0)).toEqual(['powerLimitW']);
  });

  test('a value of hardware is kept with --keep, and one of the bot needs none', async () => {
    const ran = await runCommand(registerSet, ['set', 'powerLimitW', '300', '--keep'], byUrl());
    expect(ran.stdout).toBe('powerLimitW is 300\n');
    expect(agent.port.waiting).toEqual([]);
    const bot = await runCommand(registerSet, ['set', 'resolution', '512', '--keep'], byUrl());
    expect(bot.stdout).toBe('override is 512\n');
  });

  test('the agent is found by the state folder', async () => {
    writeFileSync(join(folder, 'address'), `${agent.url}\n`);
    writeFileSync(join(folder, 'token'), `${TOKEN}\n`);
    const ran = await runCommand(registerSet, ['set', 'level', 'maximum'], { EVENKEEL_STATE_DIR: folder });
    expect(ran.stdout).toBe('level is maximum\n');
  });

  test.each([
    [['set', 'resolution', '4096'], 'outOfRange', 'expected a resolution from 416 to 640, got 4096'],
    [['set', 'nothing', '1'], 'unknownKnob', 'no knob nothing is offered'],
    [['set', 'a/b', '1'], 'unknownKnob', 'no knob a/b is offered'],
  ])('%j: the refusal of the agent is passed on', async (args, code, sentence) => {
    expect(await failureOf(runCommand(registerSet, args, byUrl()))).toEqual({
      code,
      exit: 2,
      message: `the agent refused: ${sentence}`,
    });
    expect(agent.port.wishes).toEqual([]);
  });

  test('a wrong token is refused with where it comes from', async () => {
    const env = { ...byUrl(), EVENKEEL_TOKEN: 'another' };
    expect(await failureOf(runCommand(registerSet, ['set', 'level', 'maximum'], env))).toEqual({
      code: 'unauthorized',
      exit: 2,
      message:
        'the agent refused: expected "Authorization: Bearer TOKEN" with the token from the state folder; EVENKEEL_TOKEN, if it is set, outranks the state folder',
    });
  });

  test('without an agent it says where it looked and how to start one', async () => {
    const env = { EVENKEEL_STATE_DIR: folder };
    expect(await failureOf(runCommand(registerSet, ['set', 'level', 'maximum'], env))).toEqual({
      code: 'agentAbsent',
      exit: 2,
      message: `no agent is running: EVENKEEL_URL is not set and there is no file ${join(folder, 'address')}; start one with "evenkeel run", or set EVENKEEL_URL and EVENKEEL_TOKEN`,
    });
  });

  test('an address that nobody answers is told with where it stands', async () => {
    const path = join(folder, 'address');
    writeFileSync(path, 'http://127.0.0.1:1\n');
    const failure = await failureOf(
      runCommand(registerSet, ['set', 'level', 'maximum'], { EVENKEEL_STATE_DIR: folder }),
    );
    expect(failure).toMatchObject({ code: 'agentAbsent', exit: 2 });
    expect(failure.message).toContain(`no agent answers at http://127.0.0.1:1 (from ${path}): `);
  });

  test('a URL that is none is told', async () => {
    const env = { EVENKEEL_URL: '127.0.0.1:7410' };
    expect(await failureOf(runCommand(registerSet, ['set', 'level', 'maximum'], env))).toMatchObject({
      code: 'badConfig',
      message: 'EVENKEEL_URL: expected a URL such as http://127.0.0.1:7410, got "127.0.0.1:7410"',
    });
  });

  test.each(['0', '20x', 'soon', '8d', '169h'])('--for %s is refused', async (time) => {
    const args = ['set', 'level', 'maximum', '--for', time];
    expect(await failureOf(runCommand(registerSet, args, byUrl()))).toMatchObject({
      code: 'badFlag',
      message: `expected --for to be a time such as 90, 30s, 20m or 2h, more than 0 and at most 604800 s, got "${time}"`,
    });
  });
});

describe('something else answers', () => {
  let server: Server;
  let answer: { status: number; text: string };

  beforeAll(async () => {
    server = createServer((_, response) => response.writeHead(answer.status).end(answer.text));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());

  test.each([
    [{ status: 404, text: '<h1>no</h1>' }, 'but what answers says 404'],
    [{ status: 200, text: 'hello' }, 'got other text'],
  ])('%j is no agent', async (one, sentence) => {
    answer = one;
    const { port } = server.address() as AddressInfo;
    const env = { EVENKEEL_URL: `http://127.0.0.1:${port}/`, EVENKEEL_STATE_DIR: folder };
    const failure = await failureOf(runCommand(registerSet, ['set', 'level', 'maximum'], env));
    expect(failure).toMatchObject({ code: 'agentRefused', exit: 2 });
    expect(failure.message).toContain(sentence);
  });

  test('a code that this version does not know keeps its sentence', async () => {
    answer = { status: 418, text: JSON.stringify({ code: 'teapot', message: 'no coffee' }) };
    const { port } = server.address() as AddressInfo;
    const env = { EVENKEEL_URL: `http://127.0.0.1:${port}`, EVENKEEL_STATE_DIR: folder };
    expect(await failureOf(runCommand(registerSet, ['set', 'level', 'maximum'], env))).toEqual({
      code: 'agentRefused',
      exit: 2,
      message: 'the agent refused: no coffee',
    });
  });
});

test('release gives a knob back to the rules', async () => {
  const ran = await runCommand(registerRelease, ['release', 'resolution', '--json'], byUrl());
  expect(agent.port.wishes).toEqual([{ kind: 'release', knob: 'resolution' }]);
  expect(ran.json()).toMatchObject({ knob: 'release' });
  expect((await runCommand(registerRelease, ['release', 'model'], byUrl())).stdout).toMatch(/^release is /);
});

test('an answer in words says what was asked, what bounds it and when it ends', () => {
  const answer = {
    knob: 'resolution',
    value: 896,
    effective: 640,
    boundedBy: ['cool-down', 'bot'],
    expiresAt: '2026-01-31T21:34:03.000Z',
  };
  expect(describeAnswer(answer)).toBe(
    'resolution is 640, asked for 896, bounded by cool-down, bot, until 2026-01-31T21:34:03.000Z',
  );
});

test('an answer in words says why hardware is not written', () => {
  const why = 'no right to it; start "evenkeel gpu-helper"';
  const answer = {
    knob: 'powerLimitW',
    value: 300,
    effective: 450,
    boundedBy: ['readOnly'],
    expiresAt: null,
    why,
  };
  expect(describeAnswer(answer)).toBe(
    'powerLimitW is 450, asked for 300, bounded by readOnly (no right to it; start "evenkeel gpu-helper")',
  );
});

test.each([
  ['set', registerSet],
  ['release', registerRelease],
  ['doctor', registerDoctor],
] as const)('the help of %s has an example', async (verb, register) => {
  const { stdout } = await runCommand(register, [verb, '--help']);
  expect(stdout).toMatch(new RegExp(`Examples?:\\n {2}evenkeel ${verb}`));
});
