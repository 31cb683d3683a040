/** The set-up in a checkout of its own, with an npm and a compiler that only leave marks. */
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ROOT } from '../helpers/checkout.js';

/** Stands for npm-cli.js: installs a compiler that counts its runs, after as long as `slow` says. */
const NPM = `
const fs = require('node:fs');
fs.appendFileSync('npm-ran', process.argv.slice(2).join(' ') + '\\n');
fs.rmSync('node_modules', { recursive: true, force: true });
fs.mkdirSync('node_modules/typescript/bin', { recursive: true });
console.log('npm speaks');
const finish = () => fs.writeFileSync('node_modules/typescript/bin/tsc',
  "require('node:fs').appendFileSync('tsc-ran', 'x'); console.log('tsc speaks');" +
  "process.exit(require('node:fs').existsSync('broken') ? 1 : 0)");
fs.existsSync('slow') ? setTimeout(finish, 1_000) : finish();
`;

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-setup-'));
  mkdirSync(join(folder, 'src'));
  put('src/main.ts', 'export {};\n');
  put('package.json', '{ "engines": { "node": ">=20.19.0" } }');
  put('package-lock.json', '{}');
  put('npm/npm-cli.js', NPM);
  cpSync(join(ROOT, 'scripts'), join(folder, 'scripts'), { recursive: true });
});

afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));

function put(path: string, text: string): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** How often npm and the compiler ran so far. */
function runs(): { npm: number; tsc: number } {
  const read = (name: string): string =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
  return { npm: read('npm-ran').split('\n').length - 1, tsc: read('tsc-ran').length };
}

interface Ended {
  code: number | null;
  out: string;
  err: string;
}

function start(script = 'setup'): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [join(folder, 'scripts', `${script}.mjs`)], {
    cwd: tmpdir(),
    env: { ...process.env, npm_execpath: join(folder, 'npm', 'npm-cli.js') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout?.on('data', (chunk) => {
    out += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    err += String(chunk);
  });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, out, err })));
  return { child, ended };
}

test('installs and builds a fresh checkout once, with nothing on standard output', async () => {
  const first = await start().ended;
  expect(first).toMatchObject({ code: 0, out: '' });
  expect(first.err).toContain('npm speaks');
  // src/, examples/ and bench/ are one run of the compiler each.
  expect(runs()).toEqual({ npm: 1, tsc: 3 });

  expect(await start().ended).toEqual({ code: 0, out: '', err: '' });
  expect(runs()).toEqual({ npm: 1, tsc: 3 });
});

test('builds again after a source changed, installs again after the lock changed', async () => {
  await start().ended;
  put('src/main.ts', 'export const changed = 1;\n');
  await start().ended;
  expect(runs()).toEqual({ npm: 1, tsc: 6 });
  put('package-lock.json', '{ "packages": {} }');
  await start().ended;
  expect(runs()).toEqual({ npm: 2, tsc: 9 });
});

test('refuses a Node that is too old in one sentence, before anything is installed', async () => {
  put('package.json', '{ "engines": { "node": ">=99.1.0" } }');
  const { code, out, err } = await start().ended;
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/^evenkeel: Node 99\.1\.0 or newer is needed, and this is Node \S+ \(.+\)\.\n$/);
  expect(runs()).toEqual({ npm: 0, tsc: 0 });
});

test('does an installation again that was killed half way', async () => {
  put('slow', '');
  const { child, ended } = start();
  await until(() => runs().npm === 1);
  child.kill('SIGKILL');
  await ended;
  expect(await start().ended).toMatchObject({ code: 0 });
  expect(runs()).toEqual({ npm: 2, tsc: 3 });
});

test('two at once install once: the second waits and finds the work done', async () => {
  put('slow', '');
  const ended = await Promise.all([start().ended, start().ended]);
  expect(ended.map(({ code }) => code)).toEqual([0, 0]);
  expect(ended.map(({ err }) => err).join('')).toContain('waiting for another set-up');
  expect(runs()).toEqual({ npm: 1, tsc: 3 });
});

test('a build that fails ends with 2 and is tried again', async () => {
  put('broken', '');
  const { code, err } = await start().ended;
  expect(code).toBe(2);
  expect(err).toContain('the build failed');
  rmSync(join(folder, 'broken'));
  expect(await start().ended).toMatchObject({ code: 0 });
  expect(runs()).toEqual({ npm: 1, tsc: 4 });
});

test('does nothing where there are no sources', async () => {
  rmSync(join(folder, 'src'), { recursive: true });
  expect(await start().ended).toEqual({ code: 0, out: '', err: '' });
  expect(runs()).toEqual({ npm: 0, tsc: 0 });
});

test('prepare without development packages says that it skips the build and succeeds', async () => {
  const { code, err } = await start('prepare').ended;
  expect(code).toBe(0);
  expect(err).toContain('build skipped');
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
