/** The SDK in a process of its own: it neither keeps the process nor loses the goodbye. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ROOT } from '../helpers/checkout.js';
import { openFakeAgent, TOKEN, waitUntil } from '../helpers/fake-agent.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-process-'));
  mkdirSync(join(folder, 'state'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const compilerOptions = {
    rootDir: join(ROOT, 'src'),
    outDir: join(folder, 'dist'),
    isolatedDeclarations: false,
    declaration: false,
    typeRoots: [join(ROOT, 'node_modules/@types')],
  };
  const settings = {
    extends: join(ROOT, 'tsconfig.base.json'),
    compilerOptions,
    files: [join(ROOT, 'src/sdk/index.ts')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a bot's script to its end; the test's own limit ends one that does not. */
async function runBot(
  script: string,
  url: string,
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const sdk = pathToFileURL(join(folder, 'dist/sdk/index.js')).href;
  const text = `import { connect } from ${JSON.stringify(sdk)};
const bot = connect('child', { knobs: { resolution: [416, 640] } });
const untilConnected = async () => {
  while (!bot.connected) await new Promise((resolve) => setTimeout(resolve, 5));
};
${script}`;
  const env = {
    ...process.env,
    EVENKEEL_URL: url,
    EVENKEEL_TOKEN: TOKEN,
    EVENKEEL_STATE_DIR: join(folder, 'state'),
  };
  const child = spawn(process.execPath, ['--input-type=module', '-e', text], { env, cwd: folder });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (piece) => {
    stdout += piece;
  });
  child.stderr.on('data', (piece) => {
    stderr += piece;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

const END = 'process.stdout.write("end");';

test('a bot ends when its own work does, without an agent', async () => {
  const ended = await runBot(`bot.frame([640, 480]).finish(); ${END}`, '');
  expect(ended).toEqual({ code: 0, stdout: 'end', stderr: '' });
});

test('a bot ends when its own work does, with an agent that never answers', async () => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const work = 'await new Promise((resolve) => setTimeout(resolve, 50));';
  const ended = await runBot(`${work} ${END}`, `http://127.0.0.1:${port}`);
  server.close();
  expect(ended).toEqual({ code: 0, stdout: 'end', stderr: '' });
});

test('a bot ends when its own work does, while connected, and the agent sees its stream break off', async () => {
  const agent = await openFakeAgent();
  const ended = await runBot(`await untilConnected(); ${END}`, agent.url);
  expect(ended).toEqual({ code: 0, stdout: 'end', stderr: '' });
  await agent.server.close();
});

test('a bot that closes gets its goodbye through before the process ends', async () => {
  const agent = await openFakeAgent();
  const work = 'await untilConnected(); bot.frame([640, 480]).finish(); await bot.close();';
  const ended = await runBot(`${work} ${END}`, agent.url);
  expect(ended).toEqual({ code: 0, stdout: 'end', stderr: '' });
  const kinds: string[] = [];
  await waitUntil(() => {
    kinds.push(...agent.bots.drain().map((item) => item.kind));
    return kinds.includes('bye');
  });
  expect(kinds).toEqual(['hello', 'line', 'bye']);
  await agent.server.close();
});
