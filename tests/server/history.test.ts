/** `GET /v1/history`: what is asked is checked, and a running agent answers from memory and from disk. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Agent } from '../../src/agent/index.js';
import { openCards } from '../../src/gpu/choose.js';
import { DayFiles } from '../../src/recordings/history/day-files.js';
import { openServer } from '../../src/server/index.js';
import { until } from '../helpers/cli.js';
import { type FakeAgent, openFakeAgent, TOKEN } from '../helpers/fake-agent.js';
import { type Answer, ask } from '../helpers/http.js';
import { SETTINGS } from '../helpers/loop.js';
import { shippedBook, shippedProfile } from '../helpers/shipped.js';

describe('a question', () => {
  let agent: FakeAgent;
  beforeEach(async () => {
    agent = await openFakeAgent();
  });
  afterEach(() => agent.server.close());
  const get = (query: string): Promise<Answer> => ask(`${agent.url}/v1/history${query}`);

  test('is of the last quarter of an hour in 300 points unless it says else', async () => {
    const before = Date.now();
    expect((await get('?fact=gpu.powerW')).status).toBe(200);
    const [{ fact, fromMs, toMs, points } = { fact: '', fromMs: 0, toMs: 0, points: 0 }] =
      agent.port.questions;
    expect([fact, toMs - fromMs, points]).toEqual(['gpu.powerW', 900_000, 300]);
    expect(toMs).toBeGreaterThanOrEqual(before);
    await get('?fact=gpu.powerW&from=2026-11-01T00:00:00Z&to=2026-11-01T01:00:00%2B00:00&points=2000');
    expect(agent.port.questions.at(-1)).toMatchObject({
      fromMs: Date.parse('2026-11-01T00:00:00Z'),
      toMs: Date.parse('2026-11-01T01:00:00Z'),
      points: 2_000,
    });
    await get('?fact=gpu.powerW&from=-1h&to=-30m&points=2');
    const { fromMs: early = 0, toMs: late = 0 } = agent.port.questions.at(-1) ?? {};
    expect(late - early).toBe(1_800_000);
  });

  test.each([
    ['', 'the key fact is missing'],
    ['?fact=', 'fewer than 1'],
    ['?fact=a&fact=b', 'must be string'],
    ['?fact=a&points=1', 'pattern'],
    ['?fact=a&points=2001', 'pattern'],
    ['?fact=a&points=1e2', 'pattern'],
    ['?fact=a&from=yesterday', 'expected from as ISO 8601'],
    ['?fact=a&from=12', 'from: expected a time as ISO 8601, or -30m from now'],
    ['?fact=a&from=-30m&to=-1h', 'from: expected a time before to, got -30m and -1h'],
    ['?fact=a&from=1066-10-14T00:00:00Z', 'from: expected a time'],
    ['?fact=a&step=3', 'unknown key "step"'],
  ])('%s is refused with what was expected', async (query, told) => {
    const { status, json } = await get(query);
    expect([status, json.code]).toEqual([400, 'badBody']);
    expect(json.message).toContain(told);
    expect(agent.port.questions).toEqual([]);
  });
});

describe('a running agent', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'evenkeel-past-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('answers from memory and from what was kept, says where nothing was, and writes on', async () => {
    const nowMs = Date.now();
    const before = new DayFiles(folder, 30);
    for (const [agoMs, watts] of [
      [3_000_000, 100],
      [2_400_000, 300],
    ] as const)
      await before.append({
        wallMs: Math.floor((nowMs - agoMs) / 10_000) * 10_000,
        facts: ['gpu.powerW'],
        values: [[watts, watts, watts + 1]],
      });
    const profile = shippedProfile('rtx-4090');
    const agent = new Agent({
      version: '0.0.0',
      settings: { ...SETTINGS, intervalMs: 100 },
      profile,
      book: shippedBook(profile),
      watch: null,
      resume: null,
      cards: await openCards('simulated'),
      history: { folder, keepDays: 30 },
      log: () => undefined,
    });
    const server = await openServer({
      port: agent,
      bots: agent.bots,
      token: TOKEN,
      listenPort: 0,
      log: pino({ level: 'silent' }),
    });
    try {
      await agent.start(null);
      await until('some ticks were taken', () => agent.totals().samples > 5);
      const old = (await ask(`${server.url}/v1/history?fact=gpu.powerW&from=-1h&points=360`)).json;
      expect(old).toMatchObject({ fact: 'gpu.powerW', unit: 'W', stepMs: 10_000 });
      const known = old.mean.filter((one: number | null) => one !== null);
      expect(known.slice(0, 2)).toEqual([100, 300]);
      expect(old.max).toContain(301);
      expect(known.length).toBeLessThan(6);
      expect(old.mean).toContain(null);
      const { json } = await ask(`${server.url}/v1/history?fact=system.memoryPercent&from=-20s`);
      expect(json.stepMs).toBe(1_000);
      expect(json.mean.filter((one: number | null) => one !== null).length).toBeGreaterThan(0);
      const missing = await ask(`${server.url}/v1/history?fact=gpu.powrW`);
      expect([missing.status, missing.json.code]).toEqual([404, 'unknownName']);
      expect(missing.json.message).toContain('did you mean "gpu.powerW"');
      expect((await ask(`${server.url}/v1/history?fact=gpu.limitedBy`)).status).toBe(404);
    } finally {
      await agent.stop();
      await server.close();
    }
    const [name = ''] = readdirSync(folder).sort().reverse();
    const lines = readFileSync(join(folder, name), 'utf8').trimEnd().split('\n');
    // Facts are named once, before the first of the stretches that have them.
    const named = lines.map((line) => JSON.parse(line).facts).findLast((facts) => facts !== undefined);
    expect(named).toContain('system.memoryPercent');
  });
});
