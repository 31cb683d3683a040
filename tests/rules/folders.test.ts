import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EvenkeelError } from '../../src/errors.js';
import { readFolders, readProfiles } from '../../src/rules/folders.js';
import { shippedFiles } from '../helpers/shipped.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'evenkeel-folders-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string | Uint8Array): string {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** The files that are not shipped, as the book is told them. */
function ownOf(...folders: string[]): { path: string; folder: number; text: string }[] {
  return readFolders(folders).files.filter(({ folder }) => folder > 0);
}

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof EvenkeelError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'nothing thrown';
}

describe('the folders of a book', () => {
  test('begin with the shipped one, told by a path that is the same everywhere', () => {
    expect(readFolders([]).files).toEqual(shippedFiles());
  });

  test('come in their order, and files in the order of their names', () => {
    put('b/2.yaml', 'two');
    put('b/1.yml', 'one');
    put('a/3.yaml', 'three');
    const [a, b] = [join(root, 'a'), join(root, 'b')];
    expect(ownOf(b, a)).toEqual([
      { path: join(b, '1.yml'), folder: 1, text: 'one' },
      { path: join(b, '2.yaml'), folder: 1, text: 'two' },
      { path: join(a, '3.yaml'), folder: 2, text: 'three' },
    ]);
  });

  test('hold no tests, hidden files, drafts or other kinds of files', () => {
    for (const name of [
      'a.test.yaml',
      '.a.yaml',
      'a.yaml~',
      '.a.yaml.swp',
      '#a.yaml#',
      'a.yaml.bak',
      'README.md',
      'a.json',
    ])
      put(name, 'version: 1\n');
    put('a.yaml', 'version: 1\n');
    expect(ownOf(root).map(({ path }) => path)).toEqual([join(root, 'a.yaml')]);
  });

  test('may be a single file', () => {
    const file = put('mine.yaml', 'version: 1\n');
    put('other.yaml', 'version: 1\n');
    expect(ownOf(file)).toEqual([{ path: file, folder: 1, text: 'version: 1\n' }]);
  });

  test('are refused where one is missing, with what to do', () => {
    expect(codeOf(() => readFolders([join(root, 'none')]))).toMatch(
      /^badFile: expected a folder of rules at .*none, but it cannot be read: ENOENT.*; create it or name another$/,
    );
  });

  test('are refused where a rule file cannot be read as one', () => {
    mkdirSync(join(root, 'a.yaml'));
    expect(codeOf(() => readFolders([root]))).toMatch(
      /^badFile: expected a readable rule file at .*a\.yaml: EISDIR/,
    );
  });

  test('tell a file of another encoding and read the rest', () => {
    const wrong = put('a.yaml', Buffer.from('\uFEFFversion: 1\n', 'utf16le'));
    put('b.yaml', 'version: 1\n');
    const { files, problems } = readFolders([root]);
    expect(problems).toMatchObject([{ path: wrong, message: 'the file is UTF-16' }]);
    expect(files.at(-1)?.path).toBe(join(root, 'b.yaml'));
  });

  test('have a hash of their names and bytes', () => {
    const hash = (): string => readFolders([root]).hash;
    put('a.yaml', 'version: 1\n');
    const before = hash();
    put('notes.txt', 'no rule');
    expect(hash()).toBe(before);
    put('a.yaml', 'version: 1 \n');
    const edited = hash();
    put('a.yaml', 'version: 1\n');
    put('b.yaml', '');
    expect(new Set([before, edited, hash()]).size).toBe(3);
  });
});

describe('profiles', () => {
  test('are the shipped ones by their files’ names', () => {
    expect(readProfiles().map(({ name, path }) => `${name} ${path}`)).toEqual([
      'cpu profiles/cpu.yaml',
      'generic-nvidia profiles/generic-nvidia.yaml',
      'rtx-4090 profiles/rtx-4090.yaml',
    ]);
  });

  test('of further folders replace shipped ones of the same name', () => {
    const mine = put('cpu.yaml', 'version: 1\nname: cpu\n');
    put('mine.yaml', 'version: 1\nname: mine\n');
    const profiles = readProfiles([root]);
    expect(profiles.map(({ name }) => name)).toEqual(['cpu', 'generic-nvidia', 'rtx-4090', 'mine']);
    expect(profiles[0]?.path).toBe(mine);
  });
});
