/** Runs the examples of `docs/from-a-profiler.md`, each language's as one program, against a real agent. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findPython } from '../../bench/parts/python.js';
import { lookUpFact } from '../../src/facts/catalogue.js';
import { createAgent, type EmbeddedAgent } from '../../src/index.js';
import { ROOT, readText } from '../helpers/checkout.js';
import { type Ended, temporaryFolder } from '../helpers/cli.js';

const page = readText('docs/from-a-profiler.md');
const python = findPython();

let folder: string;

beforeAll(() => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'node_modules'));
  // A program that has installed the package; a junction needs no rights on Windows.
  symlinkSync(ROOT, join(folder, 'node_modules', 'evenkeel'), 'junction');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function blocksOf(language: string): string {
  const blocks = [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))];
  expect(blocks.length).toBeGreaterThan(5);
  return blocks.map(([, text]) => text).join('\n');
}

async function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

/** What both programs must have told, in their order. */
const TOLD = [
  /ms for 2 things$/m,
  /processor: \S+ %$/m,
  /^bottleneck: /m,
  /^written to .*performance\.json$/m,
  /^preset: \S+$/m,
  /^model yolov8n at 416$/m,
];

function expectTold({ code, stdout, stderr }: Ended): void {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const line of TOLD) expect(stdout).toMatch(line);
  const file = join(folder, 'performance.json');
  expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')))).toContain('decisions');
  rmSync(file);
}

/** What the bot of the page has besides, to be found before its examples. */
const TYPESCRIPT = `import { FrameChange, thumbnail } from 'evenkeel/sdk';
const pictures = Array.from({ length: 3 }, (_, at) => new Uint8Array(640 * 360 * 4).fill(at * 90));
const image = new Uint8Array(640 * 360 * 4);
const loadModel = (name: string): void => void name;
const preprocess = (picture: Uint8Array): number[] => [...picture.subarray(0, 9)];
const detect = (input: ArrayLike<number>): number[] => [input.length, 1];
const postprocess = (output: number[]): number[] => output;
const readText = (picture: Uint8Array): string => String(picture.length);
const act = (text: string, things: number[]): void => void [text, things];
process.on('exit', () => {
  if (bot.problem !== null) throw new Error(bot.problem);
});
`;

test('what the page shows in TypeScript is of right types, and runs', async () => {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'page.ts'), `${TYPESCRIPT}\n${blocksOf('ts')}`);
  const typeRoots = [join(ROOT, 'node_modules', '@types')];
  const compilerOptions = { isolatedDeclarations: false, declaration: false, rootDir: '.', typeRoots };
  const settings = { extends: join(ROOT, 'tsconfig.base.json'), compilerOptions, files: ['page.ts'] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const tsc = await run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.']);
  expect(tsc).toEqual({ code: 0, stdout: '', stderr: '' });
  const state = join(folder, 'state');
  const ended = await run(process.execPath, ['page.js'], { EVENKEEL_STATE_DIR: state, EVENKEEL_URL: '' });
  expectTold(ended);
  expect(ended.stdout).toMatch(/^score: /m);
  expect(existsSync(join(state, 'address'))).toBe(false);
}, 60_000);

const PYTHON = `import time
pictures = [bytes([at * 90]) * (640 * 360 * 4) for at in range(3)]
image = bytes(640 * 360 * 4)
load_model = preprocess = read_text = lambda given: given
detect = postprocess = lambda given: [len(given), 1]
act = lambda text, things: None
`;

/** The program's end: what went wrong on the way is told by the bot. */
const PYTHON_END = `
assert bot.problem is None, bot.problem
bot.close()
`;

test.skipIf(typeof python === 'string')(
  'what the page shows in Python runs',
  async () => {
    const agent: EmbeddedAgent = createAgent({
      stateDir: join(folder, 'beside'),
      settings: { gpu: 'none', port: 0, recording: { enabled: false } },
    });
    await agent.start();
    try {
      writeFileSync(join(folder, 'page.py'), `${PYTHON}\n${blocksOf('python')}\n${PYTHON_END}`);
      const { command, args } = python as Exclude<typeof python, string>;
      expectTold(
        await run(command, [...args, '-B', 'page.py'], {
          PYTHONPATH: join(ROOT, 'clients', 'python'),
          PYTHONIOENCODING: 'utf-8',
          EVENKEEL_STATE_DIR: join(folder, 'beside'),
          EVENKEEL_URL: '',
        }),
      );
    } finally {
      await agent.stop();
    }
    // The same program where no agent is: nothing is answered, and nothing raises.
    writeFileSync(join(folder, 'page.py'), `${PYTHON}\n${blocksOf('python')}\nbot.close()\n`);
    const { command, args } = python as Exclude<typeof python, string>;
    const { code, stderr } = await run(command, [...args, '-B', 'page.py'], {
      PYTHONPATH: join(ROOT, 'clients', 'python'),
      EVENKEEL_STATE_DIR: join(folder, 'nobody'),
      EVENKEEL_URL: '',
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  },
  60_000,
);

test('every fact that the page names is one', () => {
  const named = [...page.matchAll(/`((?:system|frame|inference|state|gpu\[0\])\.[a-z]\w*)`/g)].map(
    ([, fact = '']) => fact.replace('gpu[0]', 'gpu'),
  );
  expect(named.length).toBeGreaterThan(25);
  // Calls of a frame and keys of its metrics have the same form.
  const calls = ['frame.recordStage', 'frame.stage', 'frame.finishFrame', 'frame.xMs'];
  expect(named.filter((fact) => lookUpFact(fact) === undefined && !calls.includes(fact))).toEqual([]);
});
