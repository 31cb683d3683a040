/** A run that is killed, and the one that goes on from it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { AgentState } from '../../src/shapes/port.js';
import {
  addressOf,
  lastLine,
  type Running,
  runCli,
  startCli,
  temporaryFolder,
  until,
} from '../helpers/cli.js';

const running: Running[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) {
    if (one.child.exitCode === null) one.child.kill('SIGKILL');
    await one.ended;
  }
});

const RULES = `version: 1
rules:
  - id: alone
    when: { bot.connected: { is: false } }
    for: 1s
    then: [ { alert: { severity: info, title: no bot } } ]
    because: no bot is connected
`;

async function stateOf(url: string): Promise<AgentState> {
  return (await (await fetch(`${url}/v1/state`)).json()) as AgentState;
}

test('a run after a killed one has its active rules and its level at the first tick, and both replay', {
  timeout: 90_000,
}, async () => {
  const stateDir = temporaryFolder();
  const rules = temporaryFolder();
  writeFileSync(join(rules, 'mine.yaml'), RULES);
  const start = (...more: string[]): Running => {
    const args = ['run', '--port', '0', '--gpu', 'none', '--interval', '100', '--rules', rules, '--json'];
    const one = startCli([...args, ...more], { stateDir });
    running.push(one);
    return one;
  };
  const first = start();
  const url = await addressOf(first);
  expect((await runCli(['set', 'level', 'aggressive'], { stateDir })).code).toBe(0);
  await until('the rule is active', async () =>
    (await stateOf(url)).rules.some(({ id, state }) => id === 'alone' && state === 'active'),
  );
  const killed = String((await stateOf(url)).recording);
  const file = join(killed, '000001.ndjson');
  await until('that is recorded', () => {
    const states = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('{"kind":"state"'));
    return states.some((line) => line.includes('"alone"') && line.includes('"level":{"value":"aggressive"'));
  });
  first.child.kill('SIGKILL');
  await first.ended;

  const second = await start('--duration', '1').ended;
  expect(second.stderr).toMatch(/goes on from the run before, as it was \d+ s ago, alone active/);
  const totals = lastLine(second.stdout);
  const lines = readFileSync(join(String(totals.recording), '000001.ndjson'), 'utf8').split('\n');
  const decision = JSON.parse(lines.find((line) => line.startsWith('{"kind":"decision"')) ?? '');
  const decided = JSON.parse(decision.line);
  expect(decided).toMatchObject({ atMs: 0, active: expect.arrayContaining(['alone']) });
  expect(decided.knobs.level[0]).toBe('aggressive');

  const replays = await runCli(['dry-run', killed, String(totals.recording), '--json']);
  expect(replays).toMatchObject({ code: 0, stderr: '' });
  const { results } = JSON.parse(replays.stdout) as { results: { digest: string }[] };
  expect(results[1]?.digest).toBe(totals.digest);
  const told = await runCli(['dry-run', killed, String(totals.recording)]);
  expect(told.stdout).not.toContain('remembers differs');

  const third = await start('--duration', '1', '--level', 'balanced', '--log-level', 'debug').ended;
  expect(third.stderr).toContain('alone active');
  const other = readdirSync(join(stateDir, 'recordings')).sort().at(-1) ?? '';
  expect(readFileSync(join(stateDir, 'recordings', other, '000001.ndjson'), 'utf8')).toContain(
    '[\\"balanced\\"',
  );
});
