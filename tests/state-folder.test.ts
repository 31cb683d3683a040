import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openStateFolder, removeAddress, stateFolder, writeAddress } from '../src/state-folder.js';
import { readJson } from './helpers/checkout.js';

interface Cases {
  cases: { platform: string; env: Record<string, string>; home: string; folder: string }[];
}

const isPosix = process.platform !== 'win32';
let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'evenkeel-state-'));
  folder = join(parent, 'deep', 'evenkeel');
});

afterEach(() => rmSync(parent, { recursive: true }));

test.each(readJson<Cases>('tests/cases/state-folder.json').cases)(
  'on $platform with $env it is $folder',
  ({ platform, env, home, folder: expected }) => {
    expect(stateFolder(platform, env, home)).toBe(expected);
  },
);

test('the folder and its token are made once, for the person alone', async () => {
  const { token } = await openStateFolder(folder);
  expect(token).toMatch(/^[\w-]{43}$/);
  expect((await openStateFolder(folder)).token).toBe(token);
  expect(readdirSync(folder)).toEqual(['token']);
  if (!isPosix) return;
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'token')).mode & 0o777).toBe(0o600);
});

test('many who make the token at once are told the same one', async () => {
  const opened = await Promise.all(Array.from({ length: 20 }, () => openStateFolder(folder)));
  expect(new Set(opened.map(({ token }) => token)).size).toBe(1);
  expect(readdirSync(folder)).toEqual(['token']);
});

test.runIf(isPosix)('a token that others may read is closed to them', async () => {
  await openStateFolder(folder);
  const path = join(folder, 'token');
  writeFileSync(path, 'a-token-written-by-hand\n');
  rmSync(path);
  writeFileSync(path, 'a-token-written-by-hand\n', { mode: 0o644 });
  expect((await openStateFolder(folder)).token).toBe('a-token-written-by-hand');
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('an empty token and a folder that cannot be are told with what to do', async () => {
  await openStateFolder(folder);
  writeFileSync(join(folder, 'token'), '\n');
  await expect(openStateFolder(folder)).rejects.toMatchObject({
    code: 'badFile',
    message: /delete the file/,
  });
  const file = join(parent, 'file');
  writeFileSync(file, '');
  await expect(openStateFolder(join(file, 'x'))).rejects.toMatchObject({
    code: 'badFile',
    message: /EVENKEEL_STATE_DIR/,
  });
});

test('the address is written whole, and removed only while it is our own', async () => {
  await openStateFolder(folder);
  await writeAddress(folder, 'http://127.0.0.1:7410');
  expect(readFileSync(join(folder, 'address'), 'utf8')).toBe('http://127.0.0.1:7410\n');
  await removeAddress(folder, 'http://127.0.0.1:1');
  expect(readdirSync(folder).sort()).toEqual(['address', 'token']);
  await removeAddress(folder, 'http://127.0.0.1:7410');
  await removeAddress(folder, 'http://127.0.0.1:7410');
  expect(readdirSync(folder)).toEqual(['token']);
});
