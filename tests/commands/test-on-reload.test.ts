/** `run --test-on-reload` with rule tests that pass and fail. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { AgentState } from '../../src/shapes/port.js';
import { addressOf, type Running, runCli, startCli, temporaryFolder, until } from '../helpers/cli.js';

let run: Running | undefined;
afterEach(async () => {
  if (run?.child.exitCode === null) run.child.kill('SIGKILL');
  await run?.ended;
});

const rule = (seconds: number): string => `version: 1
rules:
  - id: warm
    when: { gpu.temperatureC: { above: 70 } }
    for: ${seconds}s
    then: [ { alert: { severity: info, title: warm } } ]
    because: "{gpu.temperatureC} °C"
`;
const TEST = `version: 1
rules: [ mine.yaml ]
interval: 1s
tests:
  - name: it warns after two seconds
    given: { gpu.temperatureC: "60 75x4" }
    expect: [ { at: 3s, rule: warm, is: active } ]
`;

test('a run does not start, and a save does not go live, while a test beside the rules fails', {
  timeout: 90_000,
}, async () => {
  const rules = temporaryFolder();
  const file = join(rules, 'mine.yaml');
  const args = ['run', '--port', '0', '--gpu', 'none', '--rules', rules, '--test-on-reload', '--json'];
  writeFileSync(join(rules, 'mine.test.yaml'), TEST);
  writeFileSync(file, rule(9));
  const refused = await runCli(args);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(
    /mine\.test\.yaml:7:\d+: test "it warns after two seconds": at 3s expected warm/,
  );

  writeFileSync(file, rule(2));
  run = startCli(args);
  const url = await addressOf(run);
  const book = async (): Promise<AgentState['book']> =>
    ((await (await fetch(`${url}/v1/state`)).json()) as AgentState).book;
  writeFileSync(file, rule(8));
  const error = await until('the failing test is told', async () => (await book()).error ?? undefined);
  expect(error).toMatchObject({ path: join(rules, 'mine.test.yaml').replaceAll('\\', '/'), line: 7 });
  writeFileSync(file, rule(1));
  await until('the book is live', async () => {
    const { error: none, changedRules } = await book();
    return none === null && changedRules === 1;
  });
});
