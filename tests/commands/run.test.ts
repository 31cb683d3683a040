import { appendFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
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

function start(...parameters: Parameters<typeof startCli>): Running {
  const one = startCli(...parameters);
  running.push(one);
  return one;
}

async function stateOf(url: string): Promise<AgentState> {
  return (await (await fetch(`${url}/v1/state`)).json()) as AgentState;
}

describe('a run with the demo bot', () => {
  test('sees real frames, decides, records, and its recording replays to the same digest', {
    timeout: 90_000,
  }, async () => {
    const run = await runCli([
      'run',
      '--demo',
      '--port',
      '0',
      '--pace',
      'none',
      '--duration',
      '12',
      '--json',
    ]);
    expect(run.stderr).not.toContain(' error ');
    expect(run.code).toBe(0);
    const totals = lastLine(run.stdout);
    expect(totals).toMatchObject({ kind: 'totals', simulated: ['gpu'] });
    expect(totals.processed).toBeGreaterThan(0);
    expect(totals.frames).toBe(Number(totals.processed) + Number(totals.skipped) + Number(totals.dropped));
    for (const stage of ['capture', 'yolo', 'minimap', 'ocr', 'total']) {
      expect(totals.stages).toHaveProperty(`${stage}.p95Ms`, expect.any(Number));
    }
    expect(totals.digest).toMatch(/^[0-9a-f]{64}$/);
    const recording = String(totals.recording);

    const decisions = join(temporaryFolder(), 'decisions.ndjson');
    const replay = await runCli(['dry-run', recording, '--json', '--decisions', decisions]);
    expect(replay).toMatchObject({ code: 0, stderr: '' });
    expect(lastLine(replay.stdout)).toMatchObject({
      kind: 'replay',
      digest: totals.digest,
      samples: totals.samples,
      decisions: totals.decisions,
      segments: 1,
    });
    expect(readFileSync(decisions, 'utf8').trimEnd().split('\n')).toHaveLength(Number(totals.decisions));

    // The run evaluated with json-rules-engine, the replay above with the compiled conditions.
    const reference = await runCli(['dry-run', recording, '--json', '--engine', 'reference']);
    expect(lastLine(reference.stdout)).toEqual(lastLine(replay.stdout));
    const engine = await runCli(['dry-run', recording, '--engine', 'opa']);
    expect(engine).toMatchObject({ code: 2 });
    expect(engine.stderr).toContain('expected --engine to be one of compiled, reference, got "opa"');

    const inspected = await runCli(['inspect', recording, '--json']);
    expect(lastLine(inspected.stdout)).toMatchObject({
      format: 'evenkeel-recording',
      samples: totals.samples,
      rejectedRows: 0,
    });

    const explained = await runCli(['explain', recording, '--rule', 'model-down', '--at', '5', '--json']);
    expect(lastLine(explained.stdout)).toMatchObject({
      rule: 'model-down',
      file: 'rules/quality.yaml',
      tree: { op: 'all' },
    });

    const file = join(recording, readdirSync(recording)[0] ?? '');
    truncateSync(file, readFileSync(file).length - 200);
    const torn = await runCli(['dry-run', recording, '--json']);
    expect(torn.code).toBe(0);
    expect(lastLine(torn.stdout)).toMatchObject({ rejectedRows: 1 });
    expect((await runCli(['dry-run', recording])).stdout).toMatch(/digest \w+; the recording was cut off/);
    const late = await runCli(['explain', recording, '--at', '500']);
    expect(late.code).toBe(2);
    expect(late.stderr).toContain('expected --at inside');
    const nowhere = await runCli(['dry-run', recording, '--decisions', '/no/dir/x']);
    expect(nowhere).toMatchObject({ code: 2 });
    expect(nowhere.stderr).toContain('cannot write the decisions to /no/dir/x');
    const twice = join(temporaryFolder(), 'twice.ndjson');
    const once = readFileSync(file, 'utf8');
    writeFileSync(twice, `${once}\n${once}`);
    expect((await runCli(['inspect', twice])).stderr).toContain('another recording begins here');

    const tampered = readFileSync(file, 'utf8').replace(
      /"kind":"decision","line":"\{\\"active\\":\[/,
      '$&\\"ghost\\",',
    );
    writeFileSync(file, tampered);
    const differs = await runCli(['dry-run', recording]);
    expect(differs.code).toBe(1);
    expect(differs.stderr).toMatch(/decisions differ from the run's, first at line 1/);
  });

  test('goes by an edited rule while it runs, keeps the old one when the edit is wrong, and takes the mended one', {
    timeout: 90_000,
  }, async () => {
    const rules = temporaryFolder();
    const overlay = join(rules, 'mine.yaml');
    // A budget that any machine meets; then one that is half of what its frames take.
    writeFileSync(overlay, 'version: 1\nlevels: { balanced: { targetFps: 1 } }\n');
    const run = start(['run', '--demo', '--port', '0', '--pace', 'none', '--rules', rules, '--json']);
    const url = await addressOf(run);
    const load = (state: AgentState): number => Number(state.facts['frame.loadPercent']?.value ?? 0);
    const before = await until('frames fit', async () => {
      const state = await stateOf(url);
      return state.facts['level.targetFps']?.value === 1 && load(state) > 0 && load(state) < 100 && state;
    });
    const target = Math.ceil(2_000 / Number(before.facts['frame.totalMs']?.value));
    writeFileSync(overlay, `version: 1\nlevels: { balanced: { targetFps: ${target} } }\n`);
    await until(
      'the new target is read',
      async () => (await stateOf(url)).facts['level.targetFps']?.value === target,
    );
    await until('the load follows', async () => load(await stateOf(url)) > 2 * load(before));
    await until('quality steps down', async () => {
      const { model, resolution } = (await stateOf(url)).knobs;
      const isSmaller = Number(resolution?.value) < Number(before.knobs.resolution?.value);
      return isSmaller || (model?.value === 'yolov8n' && before.knobs.model?.value === 'yolov8s');
    });

    writeFileSync(overlay, 'version: 1\nlevels:\n  balanced: { targetFps: fast }\n');
    const refused = await until(
      'the mistake is told',
      async () => (await stateOf(url)).book.error ?? undefined,
    );
    expect(refused).toMatchObject({ path: overlay.replaceAll('\\', '/'), line: 3, column: 26 });
    expect(run.stderr()).toContain(`${overlay.replaceAll('\\', '/')}:3:26: "fast" is of the wrong type`);
    expect((await stateOf(url)).facts['level.targetFps']?.value).toBe(target);

    writeFileSync(overlay, 'version: 1\nlevels: { balanced: { targetFps: 30 } }\n');
    await until('the mended file is live', async () => {
      const { book, facts } = await stateOf(url);
      return book.error === null && facts['level.targetFps']?.value === 30;
    });
    run.child.kill('SIGINT');
    const { code, stdout } = await run.ended;
    expect(code).toBe(130);
    const replay = await runCli(['dry-run', String(lastLine(stdout).recording), '--json']);
    expect(lastLine(replay.stdout)).toMatchObject({ digest: lastLine(stdout).digest });
  });
});

describe('a run without a bot', () => {
  test('shows the lines that join one, answers its state, and ends in order', async () => {
    const stateDir = temporaryFolder();
    const run = start(['run', '--port', '0'], { stateDir });
    const url = await addressOf(run);
    await until('the lines are shown', () => run.stdout().includes("connect('my-bot'"));
    expect(await stateOf(url)).toMatchObject({
      bot: null,
      level: 'balanced',
      mode: 'enforce',
      simulated: ['gpu'],
    });
    expect(readFileSync(join(stateDir, 'address'), 'utf8')).toBe(`${url}\n`);
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(143);
    expect(readdirSync(stateDir)).not.toContain('address');
  });
});

describe('what cannot run is told with what to do', () => {
  test('an unknown flag', async () => {
    const { code, stderr } = await runCli(['run', '--durration', '5']);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown option '--durration'");
    expect(stderr).toContain('--duration');
  });

  test('an unknown verb, level or profile', async () => {
    const verb = await runCli(['validat']);
    expect(verb.code).toBe(2);
    expect(verb.stderr).toMatch(/unknown command 'validat'[\s\S]*validate/);
    const level = await runCli(['run', '--port', '0', '--level', 'balancd']);
    expect(level.code).toBe(2);
    expect(level.stderr).toContain('no level is named "balancd", did you mean "balanced"?');
    const profile = await runCli(['run', '--port', '0', '--profile', 'rtx-409']);
    expect(profile.code).toBe(2);
    expect(profile.stderr).toContain('no profile is named "rtx-409", did you mean "rtx-4090"?');
  });

  test('a bad value of a flag', async () => {
    const { code, stderr } = await runCli(['run', '--port', 'http']);
    expect(code).toBe(2);
    expect(stderr).toContain('expected --port to be a port from 0 to 65535, got "http"');
  });

  test('a missing rules folder', async () => {
    const { code, stderr } = await runCli(['run', '--rules', 'nowhere', '--port', '0']);
    expect(code).toBe(2);
    expect(stderr).toContain('expected a folder of rules at nowhere');
  });

  test('a wrong rule file, with its place', async () => {
    const rules = temporaryFolder();
    writeFileSync(
      join(rules, 'mine.yaml'),
      'version: 1\nrules:\n  - id: x\n    when: { frame.lod: { above: 1 } }\n    then: [ { step: { modle: -1 } } ]\n    because: x\n',
    );
    const { code, stderr } = await runCli(['run', '--rules', rules, '--port', '0']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/mine\.yaml:4:13: rule "x": no fact is named "frame\.lod"/);
    expect(stderr).toMatch(/mine\.yaml:5:23: rule "x": no knob is named "modle", did you mean "model"\?/);
  });

  test('a port that is taken, and by whom', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const { code, stderr } = await runCli(['run', '--port', String(port)]);
    other.close();
    expect(code).toBe(2);
    expect(stderr).toContain(`${port}`);
    expect(stderr).toMatch(/another program/);
  });

  test('a second agent in the same state folder', async () => {
    const stateDir = temporaryFolder();
    const first = start(['run', '--port', '0'], { stateDir });
    const url = await addressOf(first);
    const second = await runCli(['run', '--port', '0'], { stateDir });
    expect(second.code).toBe(2);
    expect(second.stderr).toContain(`listens on ${url} and uses ${stateDir}; stop it, or`);
    first.child.kill('SIGKILL');
    await first.ended;
    const third = start(['run', '--port', '0'], { stateDir });
    expect(await addressOf(third)).not.toBe(url);
  });

  test.skipIf(process.platform !== 'linux')('a folder for recordings that cannot be made', async () => {
    const { code, stderr } = await runCli(['run', '--port', '0', '--record', '/proc/x']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/cannot record into \/proc\/x.*name another folder with --record/);
    const state = await runCli(['run', '--port', '0'], { stateDir: '/proc/y' });
    expect(state).toMatchObject({ code: 2 });
    expect(state.stderr).toContain('cannot use the state folder /proc/y');
  });

  test('a recording that is none', async () => {
    const file = join(temporaryFolder(), 'log.csv');
    appendFileSync(file, 'time,fps\n1,60\n');
    const { code, stderr } = await runCli(['dry-run', file]);
    expect(code).toBe(2);
    expect(stderr).toContain('it is a table of other columns: "time", "fps"');
    const empty = temporaryFolder();
    mkdirSync(join(empty, 'sub'));
    expect((await runCli(['inspect', empty])).stderr).toContain('holds no .ndjson file');
  });
});
