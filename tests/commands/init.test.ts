import { execFile, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { findPython } from '../../bench/parts/python.js';
import { planInit } from '../../src/commands/init-plan.js';
import { writeNew } from '../../src/commands/write-new.js';
import type { AgentState } from '../../src/shapes/port.js';
import { ROOT } from '../helpers/checkout.js';
import {
  addressOf,
  lastLine,
  type Running,
  runCli,
  startCli,
  temporaryFolder,
  until,
} from '../helpers/cli.js';

const python = findPython();
const running: Running[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) {
    if (one.child.exitCode === null) one.child.kill('SIGKILL');
    await one.ended;
  }
});

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
    const checked = await runCli(['validate', '--strict', '--json', 'evenkeel.yaml'], {
      cwd: folder,
    });
    expect([checked.code, checked.stdout.includes('mine.yaml')]).toEqual([0, true]);
    expect(await runCli(['test', '--json', 'rules'], { cwd: folder })).toMatchObject({ code: 0 });
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
    const wrong = await runCli(['init', file, '--lang', 'rust']);
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('expected --lang to be one of')]);
  });
});

/** The folder of a TypeScript bot, compiled, with what npm would install linked. */
async function builtTypescriptBot(): Promise<string> {
  const folder = temporaryFolder();
  await writeNew(folder, planInit('ts'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(ROOT, join(folder, 'node_modules', 'evenkeel'), 'junction');
  symlinkSync(join(ROOT, 'node_modules', '@types'), join(folder, 'node_modules', '@types'), 'junction');
  const compiler = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', folder], { cwd: folder });
  return folder;
}

interface Bot {
  /** Its last line; what it says there is all it prints. */
  end: Promise<Record<string, unknown>>;
  stop(): void;
}

function startBot(command: string, args: readonly string[], cwd: string, stateDir: string): Bot {
  const child = spawn(command, args, { cwd, env: { ...process.env, EVENKEEL_STATE_DIR: stateDir } });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const end = new Promise<Record<string, unknown>>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => (stderr === '' ? resolve(lastLine(stdout)) : reject(new Error(stderr))));
  });
  return { end, stop: () => child.kill('SIGTERM') };
}

test.skipIf(typeof python === 'string')(
  'the bots of both languages join; the one in Python that is overloaded does less for a frame, as decided',
  { timeout: 240_000 },
  async () => {
    const stateDir = temporaryFolder();
    // A frame has 20 ms: on a machine that is busy with other things there are still some in every second.
    const rules = temporaryFolder();
    writeFileSync(join(rules, 'own.yaml'), 'version: 1\nlevels: { balanced: { targetFps: 50 } }\n');
    const flags = ['--port', '0', '--profile', 'cpu', '--rules', rules, '--duration', '220'];
    const agent = startCli(['run', ...flags], { stateDir });
    running.push(agent);
    const url = await addressOf(agent);
    const state = async (): Promise<AgentState> =>
      (await (await fetch(`${url}/v1/state`)).json()) as AgentState;
    const { command, args } = python as Exclude<typeof python, string>;
    const example = join(ROOT, 'examples', 'python-bot', 'bot.py');
    // Where a bot cannot be asked to stop it ends by itself.
    const seconds = process.platform === 'win32' ? ['--seconds', '30'] : [];
    const heavy = startBot(
      command,
      [...args, '-B', example, '--model-ms', '30', '--text-ms', '0', ...seconds],
      ROOT,
      stateDir,
    );
    await until('the heavy bot controls', async () => (await state()).bot?.name === 'python-bot');

    const inPython = temporaryFolder();
    await writeNew(inPython, planInit('python'));
    const inTypescript = await builtTypescriptBot();
    const stubs = [
      startBot(command, [...args, '-B', 'bot.py', '5'], inPython, stateDir),
      startBot(process.execPath, ['build/bot.js', '5'], inTypescript, stateDir),
    ];
    await until(
      'the load is relieved',
      async () => {
        const { model, resolution } = (await state()).knobs;
        return model?.value === 'yolov8n' || Number(resolution?.value) < 640;
      },
      60_000,
    );
    for (const { end } of stubs)
      expect(await end).toMatchObject({ connected: true, problem: null, processed: expect.any(Number) });

    // Frames of what is decided, so that what they cost counts.
    const before = (await state()).bot?.frames ?? 0;
    await until('frames follow', async () => ((await state()).bot?.frames ?? 0) > before + 10, 60_000);
    heavy.stop();
    const done = await heavy.end;
    expect(done.model === 'yolov8n' || Number(done.resolution) < 640, JSON.stringify(done)).toBe(true);
    const perFrame = Number(done.bytesHashed) / Number(done.processed);
    expect(perFrame, JSON.stringify(done)).toBeLessThan(0.95 * Number(done.bytesOfAFrameAtStart));
  },
);
