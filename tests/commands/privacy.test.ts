/** What a recording of a real run tells of whose machine it is: nothing, unless it was asked for. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addressOf, lastLine, runCli, startCli, temporaryFolder, until } from '../helpers/cli.js';
import { ask } from '../helpers/http.js';

const RULES = `version: 1
# yaml-language-server: $schema=HOME/evenkeel/schemas/rules.schema.json
rules:
  - id: smaller
    when: { bot.connected: { is: true } }
    then: [ { set: { resolution: 512 } } ]
    because: a bot is here
`;

/** Runs an agent with a bot that tells much in an error, and returns its recording's text and its totals. */
async function recordRun(
  ...flags: string[]
): Promise<{ text: string; totals: Record<string, unknown>; home: string }> {
  const home = temporaryFolder();
  const stateDir = join(home, 'state');
  const rules = join(home, 'my-rules');
  mkdirSync(rules);
  writeFileSync(join(rules, 'mine.yaml'), RULES.replace('HOME', home));
  const agent = startCli(
    [
      'run',
      '--port',
      '0',
      '--gpu',
      'simulated',
      '--interval',
      '100',
      '--rules',
      rules,
      '--duration',
      '3',
      '--json',
      ...flags,
    ],
    { stateDir, env: { HOME: home, USERPROFILE: home } },
  );
  const url = await addressOf(agent);
  const token = await until('the token is there', () => {
    try {
      return readFileSync(join(stateDir, 'token'), 'utf8').trim();
    } catch {
      return undefined;
    }
  });
  const headers = { authorization: `Bearer ${token}` };
  const knobs = { resolution: { values: [512, 640], value: 640 } };
  const hello = await ask(`${url}/v1/bot/hello`, {
    method: 'POST',
    headers,
    body: {
      protocol: 1,
      name: `bot-of-${userInfo().username}@${hostname()}`,
      pid: 4711,
      gpuUuid: 'GPU-simulated-0',
      knobs,
    },
  });
  const applied = {
    kind: 'applied',
    knob: 'resolution',
    value: 640,
    ok: false,
    error: `ENOENT: ${home}/models/a.onnx on ${hostname()} for ${userInfo().username}; GPU-simulated-0 is busy`,
    tookMs: 3,
    revision: 1,
  };
  const frame = { kind: 'frame', id: 1, atMs: 5, totalMs: 12, password: 'hunter2' };
  const sent = await fetch(`${url}/v1/bot/frames`, {
    method: 'POST',
    headers: {
      ...headers,
      'evenkeel-session': String(hello.json.session),
      'content-type': 'application/x-ndjson',
    },
    body: `${JSON.stringify(frame)}\n${JSON.stringify(applied)}\n`,
  });
  expect(sent.ok).toBe(true);
  const totals = lastLine((await agent.ended).stdout);
  const folder = String(totals.recording);
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
  const replay = await runCli(['dry-run', folder, '--json']);
  expect([replay.code, JSON.parse(replay.stdout).digest]).toEqual([0, totals.digest]);
  return { text, totals, home };
}

test('host, user, paths, command line and card stay out of a recording, and it replays', {
  timeout: 60_000,
}, async () => {
  const { text, home } = await recordRun();
  expect(text).toContain('a.onnx');
  expect(text).toContain('"ok":false');
  expect(text).not.toContain('"kind":"frame"');
  const common = ['root', 'admin', 'administrator', 'user'];
  for (const secret of [
    home,
    hostname(),
    userInfo().username,
    'GPU-simulated-0',
    'my-rules',
    '4711',
    process.execPath,
  ]) {
    if (!common.includes(secret.toLowerCase()) && secret.length > 2)
      expect(text.includes(secret), secret).toBe(false);
  }
});

test('they are in it where they were asked for, and frames too, as far as they are known', {
  timeout: 60_000,
}, async () => {
  const { text, home } = await recordRun('--identify', '--record-frames');
  const [first = '', ...rest] = text.split('\n');
  expect(JSON.parse(first).identity).toMatchObject({
    host: hostname(),
    user: userInfo().username,
    cardUuids: ['GPU-simulated-0'],
    commandLine: expect.arrayContaining(['run', '--identify']),
  });
  expect(rest.join('\n')).toContain(`${home}/models/a.onnx`);
  const frame = rest.find((line) => line.startsWith('{"kind":"frame"')) ?? '{}';
  expect(JSON.parse(frame)).toMatchObject({ frame: { id: 1, atMs: 5, totalMs: 12 } });
  expect(text).not.toContain('hunter2');
});
