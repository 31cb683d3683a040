import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findPython } from '../../bench/parts/python.js';
import { registerInit } from '../../src/commands/init.js';
import { planInit } from '../../src/commands/init-plan.js';
import { registerTest } from '../../src/commands/test.js';
import { registerValidate } from '../../src/commands/validate.js';
import { writeNew } from '../../src/commands/write-new.js';
import { createAgent, type EmbeddedAgent } from '../../src/index.js';
import { ROOT } from '../helpers/checkout.js';
import { lastLine, runCli, temporaryFolder, until } from '../helpers/cli.js';
import { runCommand } from './fake-io.js';

const python = findPython();

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();

describe('a new folder', () => {
  test('has rules that are right, their test, a configuration that names them, and a bot', async () => {
    const folder = join(temporaryFolder(), 'new', 'folder');
    const made = await runCli(['init', folder, '--json']);
    expect(made.stderr).toBe('');
    const { dir, files, kept } = lastLine(made.stdout) as { dir: string; files: string[]; kept: string[] };
    expect([dir, kept]).toEqual([folder, []]);
    expect(files.toSorted()).toEqual(filesBelow(folder));
    expect(files).toEqual(
      expect.arrayContaining(['evenkeel.yaml', 'rules/mine.yaml', 'bot.py', 'evenkeel/py.typed']),
    );
    expect(files.filter((path) => path.includes('__pycache__'))).toEqual([]);
    const config = join(folder, 'evenkeel.yaml');
    const checked = await runCommand(registerValidate, ['validate', '--strict', '--json', config]);
    expect([checked.exit, checked.stdout.includes('mine.yaml')]).toEqual([0, true]);
    const tested = await runCommand(registerTest, ['test', '--json', join(folder, 'rules')]);
    expect([tested.exit, tested.json().passed > 0]).toEqual([0, true]);
  });

  test('tells how the agent is started from there, by a program that is where it says', async () => {
    const told = await runCommand(registerInit, ['init', join(temporaryFolder(), 'bot'), '--lang', 'ts']);
    const program = /^ {2}node "(.+)" run$/m.exec(told.stdout)?.[1] ?? 'none';
    expect(program).toBe(join(ROOT, 'bin', 'evenkeel.js'));
    expect(readFileSync(program, 'utf8')).toMatch(/^#!/);
  });

  test('names its schemas where they are', async () => {
    const folder = temporaryFolder();
    await writeNew(folder, planInit('ts'));
    for (const path of filesBelow(folder).filter((one) => one.endsWith('.yaml'))) {
      const schema = /^# yaml-language-server: \$schema=(\S+)/.exec(
        readFileSync(join(folder, path), 'utf8'),
      )?.[1];
      expect(() => readFileSync(join(folder, dirname(path), schema ?? 'none'))).not.toThrow();
    }
    const { 'yaml.schemas': named } = JSON.parse(readFileSync(join(folder, '.vscode/settings.json'), 'utf8'));
    for (const schema of Object.keys(named)) expect(filesBelow(folder)).toContain(schema.slice('./'.length));
  });

  test('keeps every file that is there, and a second time all of them', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'rules'));
    writeFileSync(join(folder, 'rules', 'mine.yaml'), 'mine');
    const first = await writeNew(folder, planInit('ts'));
    expect(first.kept).toEqual(['rules/mine.yaml']);
    expect(readFileSync(join(folder, 'rules', 'mine.yaml'), 'utf8')).toBe('mine');
    const second = await writeNew(folder, planInit('ts'));
    expect([second.made, second.kept.length]).toEqual([[], first.made.length + 1]);
  });

  test('is refused where a file has the name of a folder, with what to do', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(writeNew(file, planInit('ts'))).rejects.toThrow(
      /^cannot make .*name a folder that may be written$/,
    );
    const wrong = runCommand(registerInit, ['init', file, '--lang', 'rust']);
    await expect(wrong).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('expected --lang to be one of'),
    });
  });
});

interface Bot {
  /** Its last line; what it says there is all it prints. */
  end: Promise<Record<string, unknown>>;
  stop(): void;
}

describe('the bots', () => {
  let agent: EmbeddedAgent;
  /** The bot of the examples, overloaded; null where there is no Python. */
  let heavy: Bot | null = null;
  /** How many frames it had processed when its load was relieved. */
  let framesBefore: number | null = null;
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    // A frame has 20 ms: on a machine that is busy with other things there are still some in every second.
    const rules = temporaryFolder();
    const own = 'version: 1\nlevels: { balanced: { targetFps: 50 } }\ntune: { model-down: { for: 200ms } }\n';
    writeFileSync(join(rules, 'own.yaml'), own);
    agent = createAgent({
      stateDir: temporaryFolder(),
      settings: {
        gpu: 'simulated',
        profile: 'cpu',
        port: 0,
        rules: [rules],
        intervals: { tickMs: 100 },
        recording: { enabled: false },
      },
    });
    agent.on('sample', ({ state: { bot, knobs } }) => {
      if (knobs.model?.value === 'yolov8n' || Number(knobs.resolution?.value) < 640)
        framesBefore ??= bot?.frames ?? 0;
    });
    await agent.start();
    if (typeof python === 'string') return;
    const example = [join(ROOT, 'examples', 'python-bot', 'bot.py'), '--model-ms', '30', '--text-ms', '0'];
    heavy = start(python.command, [...python.args, '-B', ...example, ...seconds(['--seconds', '40'])], ROOT);
    await until('the heavy bot controls', () => agent.state().bot?.name === 'python-bot', 60_000);
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await agent.stop();
  });

  function start(command: string, args: readonly string[], cwd: string): Bot {
    const { url = '', token = '' } = agent.place ?? {};
    const env = { ...process.env, EVENKEEL_URL: url, EVENKEEL_TOKEN: token };
    const child = spawn(command, args, { cwd, env });
    children.push(child);
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const end = new Promise<Record<string, unknown>>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        if (stderr === '' && stdout !== '') resolve(lastLine(stdout));
        else reject(new Error(`${args.at(-1)} ended with ${code ?? signal} and said ${stderr || 'nothing'}`));
      });
    });
    const stop = (): void => {
      // Where a bot cannot be asked to stop it ends by itself.
      if (process.platform !== 'win32') child.kill('SIGTERM');
    };
    return { end, stop };
  }

  /** How long a bot runs where it cannot be asked to stop, as its arguments. */
  const seconds = (flags: readonly string[]): readonly string[] =>
    process.platform === 'win32' ? flags : [];

  /** Runs a bot of a new folder until it joined, and expects that it found nothing wrong. */
  async function expectToJoin(command: string, args: readonly string[], folder: string): Promise<void> {
    const isThere = (): boolean => {
      const { bot } = agent.state();
      return bot?.name === 'my-bot' || bot?.observers.includes('my-bot') === true;
    };
    // The bot of the other language has the same name.
    await until('the bot before it has left', () => !isThere());
    const { end, stop } = start(command, [...args, ...seconds(['5'])], folder);
    await until('the bot joins', isThere);
    stop();
    expect(await end).toMatchObject({ connected: true, problem: null, processed: expect.any(Number) });
  }

  test('in TypeScript compiles against what npm would install, and joins', async () => {
    const folder = temporaryFolder();
    await writeNew(folder, planInit('ts'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules', 'evenkeel'), 'junction');
    symlinkSync(join(ROOT, 'node_modules', '@types'), join(folder, 'node_modules', '@types'), 'junction');
    const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    await promisify(execFile)(process.execPath, [compiler, '-p', folder], { cwd: folder });
    await expectToJoin(process.execPath, ['build/bot.js'], folder);
  });

  test.skipIf(typeof python === 'string')(
    'in Python joins beside the one of the examples, which is overloaded and does less for a frame, as decided',
    { timeout: 240_000 },
    async () => {
      const { command, args } = python as Exclude<typeof python, string>;
      const folder = temporaryFolder();
      await writeNew(folder, planInit('python'));
      await expectToJoin(command, [...args, '-B', 'bot.py'], folder);
      // Enough frames of what is decided for what they cost to count.
      const frames = (): number => agent.state().bot?.frames ?? 0;
      await until(
        'the load is relieved and frames follow',
        () => framesBefore !== null && frames() > framesBefore * 1.3 + 10,
        60_000,
      );
      heavy?.stop();
      const done = (await heavy?.end) ?? {};
      expect(done.model === 'yolov8n' || Number(done.resolution) < 640, JSON.stringify(done)).toBe(true);
      const perFrame = Number(done.bytesHashed) / Number(done.processed);
      expect(perFrame, JSON.stringify(done)).toBeLessThan(0.95 * Number(done.bytesOfAFrameAtStart));
    },
  );
});
