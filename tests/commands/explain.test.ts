/** `evenkeel explain` against a real agent behind a real server, and against what that agent recorded. */
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Agent, type Recorded, replay } from '../../src/agent/index.js';
import { registerExplain } from '../../src/commands/explain.js';
import { cardSet } from '../../src/gpu/card-set.js';
import { NoCard } from '../../src/gpu/none.js';
import { readRecording } from '../../src/recordings/reader.js';
import { startRecording } from '../../src/recordings/writer.js';
import { type AgentServer, openServer } from '../../src/server/index.js';
import type { AgentState, DecisionEntry, Explanation } from '../../src/shapes/port.js';
import { temporaryFolder, until } from '../helpers/cli.js';
import { TOKEN } from '../helpers/fake-agent.js';
import { SETTINGS } from '../helpers/loop.js';
import { shippedBook, shippedProfile, shippedProfileFiles } from '../helpers/shipped.js';
import { runCommand } from './fake-io.js';

const RULES = `
version: 1
name: mine
mode: recommend
rules:
  - id: save-power
    when: { level.targetFps: { above: 1 } }
    then:
      - cap: { level: conservative }
      - recommend: { title: Ask for less, try: the level conservative }
    because: "{level.targetFps} FPS are asked for"
`;

let agent: Agent;
let server: AgentServer;
let recording: string;
/** A tick that was, in seconds since the first. */
let then: string;
const told: string[] = [];

beforeAll(async () => {
  const profile = shippedProfile('cpu');
  const settings = { ...SETTINGS, intervalMs: 50 };
  agent = new Agent({
    version: '0.0.0',
    settings,
    profile,
    book: shippedBook(profile, RULES),
    watch: null,
    resume: null,
    cards: cardSet([new NoCard()], { note: 'no card' }),
    log: (level, message) => told.push(`${level} ${message}`),
  });
  server = await openServer({
    port: agent,
    bots: agent.bots,
    token: TOKEN,
    listenPort: 0,
    log: pino({ level: 'silent' }),
  });
  recording = join(temporaryFolder(), 'recording');
  const writer = await startRecording(recording, { onFailure: () => undefined });
  writer.write({
    kind: 'header',
    format: 'evenkeel-recording',
    version: 1,
    agentVersion: '0.0.0',
    startedAt: new Date().toISOString(),
    settings,
    profile: {
      name: 'cpu',
      files: shippedProfileFiles(),
      overlay: { limits: {}, level: {}, knobs: {} },
    },
    card: { name: 'none', simulated: false },
    simulated: [],
  });
  await agent.start(writer);
  const ticks = new Set<number>();
  const newest = (): number => agent.explain('save-power')[0]?.at ?? 0;
  await until('the first ticks', () => ticks.add(newest()).size > 3);
  then = String(newest());
  await until('a tick after them', () => newest() > Number(then));
});

afterAll(async () => {
  await agent.stop();
  await server.close();
});

/** What is on the disk so far. */
const textOf = (folder: string): string => readFileSync(join(folder, '000001.ndjson'), 'utf8');

const explain = (...args: string[]): ReturnType<typeof runCommand> =>
  runCommand(registerExplain, ['explain', ...args], { EVENKEEL_URL: server.url });

describe('the running agent', () => {
  test('explains its newest tick, and one that was, the same in JSON as over HTTP', async () => {
    const { json, exit } = await explain('--rule', 'save-power', '--at', then, '--json');
    expect(exit).toBe(0);
    const explanation: Explanation = json();
    expect(explanation).toMatchObject({
      rule: 'save-power',
      state: 'active',
      mode: 'recommend',
      file: 'overlay-1/own.yaml',
      because: '10 FPS are asked for',
      waits: ['mode recommend: it would move level to conservative'],
    });
    expect(explanation.at).toBe(Number(then));
    const answer = await fetch(`${server.url}/v1/explain?rule=save-power&at=${then}`);
    expect(await answer.json()).toEqual(explanation);
    const newest: Explanation = (await explain('--rule', 'save-power', '--json')).json();
    expect(newest.at).toBeGreaterThan(Number(then));
  });

  test('tells all rules, nearest to firing first, in words', async () => {
    const { stdout } = await explain('--at', '-1ms');
    const [head, , first] = stdout.split('\n');
    expect(head).toMatch(/^At [\d.]+ s \(.+Z\), the rules nearest to firing first:$/);
    expect(first).toBe('save-power is active (overlay-1/own.yaml:6)');
    expect(stdout).toContain('blind: frame.loadPercent is unknown (');
    expect(stdout).not.toContain('\x1b[');
    const all = (await explain('--json')).json() as { at: number; closest: Explanation[] };
    expect(all.at).toBe(all.closest[0]?.at);
    expect(all.closest.length).toBe(
      stdout.split('\n').filter((line) => / is (idle|pending|active|cooling)/.test(line)).length,
    );
  });

  test('refuses an unknown rule, a moment that is none, and one to come, with its span', async () => {
    await expect(explain('--rule', 'save-pwer')).rejects.toThrow('did you mean "save-power"?');
    await expect(explain('--at', 'noon')).rejects.toMatchObject({ code: 'badFlag' });
    const answer = await fetch(`${server.url}/v1/explain?at=3600`);
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({
      code: 'outOfRange',
      message: expect.stringMatching(
        /^expected a moment that the agent remembers, from .+ to .+ s\); .+--at …$/,
      ),
      range: [expect.any(Number), expect.any(Number)],
      recording,
    });
  });

  test('shows what is recommended in state, decisions and log', async () => {
    const state = (await (await fetch(`${server.url}/v1/state`)).json()) as AgentState;
    expect(state.notices).toMatchObject([{ kind: 'recommend', rule: 'save-power', title: 'Ask for less' }]);
    expect(state.wouldBe).toEqual([
      { mode: 'recommend', knobs: { level: { value: 'conservative', winner: 'save-power' } } },
    ]);
    const answer = await fetch(`${server.url}/v1/decisions`);
    const { decisions } = (await answer.json()) as { decisions: DecisionEntry[] };
    expect(decisions).toMatchObject([
      { mode: 'recommend', outcome: 'wouldBe', knob: 'level', to: 'conservative', grade: null },
    ]);
    expect(decisions[0]?.facts).toEqual({ 'level.targetFps': 10 });
    expect(told).toContain(
      'info recommended: level balanced → conservative by save-power: 10 FPS are asked for',
    );
    expect(told.filter((line) => line.includes('Ask for less'))).toHaveLength(1);
  });
});

describe('a recording', () => {
  test('explains the same tick as the agent that wrote it', async () => {
    const live: Explanation = (await explain('--rule', 'save-power', '--at', then, '--json')).json();
    await until('the tick is written', () => textOf(recording).includes(`"wallMs":${Date.parse(live.time)}`));
    const recorded: Explanation = (
      await explain(recording, '--rule', 'save-power', '--at', live.time, '--json')
    ).json();
    expect(recorded).toEqual(live);
  });

  test('holds what would be done, which a replay leaves out', async () => {
    const kinds: string[] = [];
    const report = { rejectedRows: 0, reasons: [] };
    for await (const line of readRecording(recording, report)) {
      kinds.push(line.kind);
      if (line.kind !== 'wouldBe') continue;
      expect(line).toMatchObject({
        mode: 'recommend',
        knob: 'level',
        value: 'conservative',
        winner: 'save-power',
      });
    }
    expect(report.reasons).toEqual([]);
    expect(kinds.filter((kind) => kind === 'wouldBe')).toHaveLength(1);
    const recorded: Recorded = { header: null, decisions: [], digest: null, otherStateAtMs: null };
    const lines: string[] = [];
    for await (const { result } of replay(readRecording(recording, report), recorded))
      if (result.digestLine !== null) lines.push(result.digestLine);
    expect(lines).toEqual(recorded.decisions);
  });

  describe('of an agent that has forgotten the moment', () => {
    let forgetful: Server;

    beforeAll(async () => {
      forgetful = createServer((_request, response) => {
        response.writeHead(422, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ code: 'outOfRange', message: 'forgotten', recording }));
      });
      await new Promise<void>((resolve) => forgetful.listen(0, '127.0.0.1', resolve));
    });

    afterAll(() => forgetful.close());

    test('is asked instead', async () => {
      const { port } = forgetful.address() as AddressInfo;
      const env = { EVENKEEL_URL: `http://127.0.0.1:${port}` };
      const { json } = await runCommand(
        registerExplain,
        ['explain', '--at', then, '--rule', 'save-power', '--json'],
        env,
      );
      expect(json()).toMatchObject({ rule: 'save-power', state: 'active' });
    });
  });
});
