import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkConfig, resolveRun } from '../../src/settings/index.js';

let folder: string;
const start = process.cwd();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

test('the flag names the file before the variable does', () => {
  const first = write('first.yaml', 'version: 1\nport: 1');
  const second = write('second.yaml', 'version: 1\nport: 2');
  const env = { EVENKEEL_CONFIG: second };
  expect(resolveRun({ config: first }, env).settings.port).toBe(1);
  const { settings, file } = resolveRun({}, env);
  expect([settings.port, file]).toEqual([2, second]);
});

test('without a name no file is needed', () => {
  // The checkout has none of its own.
  expect(process.cwd()).toBe(start);
  expect(resolveRun({}, {}).file).toBeNull();
});

test('a file that was named must be there', () => {
  const path = join(folder, 'none.yaml');
  expect(() => resolveRun({ config: path }, {})).toThrow(
    `expected a readable configuration at ${path}: ENOENT: no such file or directory, open '${path}'; correct --config or EVENKEEL_CONFIG, or create the file with "version: 1"`,
  );
});

test('a file that is no text is refused with its encoding', () => {
  const path = write('utf16.yaml', new Uint8Array([0xff, 0xfe, 0x31, 0x00]));
  expect(() => resolveRun({ config: path }, {})).toThrow(`${path}:1:1: the file is UTF-16; expected UTF-8`);
});

test('a file can be checked without being used', () => {
  expect(checkConfig({ path: 'a.yaml', text: 'version: 1' })).toEqual([]);
  expect(checkConfig({ path: 'a.yaml', text: 'version: 1\nprot: 1' })).toMatchObject([
    { path: 'a.yaml', line: 2, column: 1, code: 'unknown-key', severity: 'error' },
  ]);
  expect(checkConfig({ path: 'a.yaml', text: 'version: [' })[0]).toMatchObject({ code: 'syntax' });
});
