/** Reads rule tests and the rule files they list from disk. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { EvenkeelError } from '../errors.js';
import { readFolders, readProfiles, SHIPPED_RULES } from '../rules/folders.js';
import { decodeFile } from '../rules/guard.js';
import type { BookFile, Problem } from '../shapes/rule.js';
import { pathBeside } from './listed-files.js';
import type { RuleTestInput } from './results.js';
import { parseTestFile } from './test-file.js';

/** What the paths hold: everything to run, and what could not be read as text. */
export interface RuleTestFiles {
  input: RuleTestInput;
  problems: Problem[];
}

/** A folder on disk, and as people are told of it. */
interface Folder {
  real: string;
  shown: string;
}

const IS_TEST = /\.test\.ya?ml$/;
const IS_RULES = /\.ya?ml$/;
const SHIPPED: Folder = { real: resolve(SHIPPED_RULES), shown: 'rules' };

/**
 * Reads the tests at `paths`: a folder stands for every `*.test.yaml` in it and in its subfolders, and for the coverage
 * of the rules beside them. `optional` ones may hold no test.
 * @throws EvenkeelError `badFile` for a path that is not there, cannot be read, or holds no test.
 */
export function readRuleTests(paths: readonly string[], optional: readonly string[] = []): RuleTestFiles {
  const problems: Problem[] = [];
  const shipped = readFolders([]);
  const files = new Map(shipped.files.map((file) => [file.path, file]));
  const numbers = new Map([[SHIPPED.real, 0]]);
  const cover = new Set<string>();
  const tests: BookFile[] = [];
  const read = (folder: Folder, name: string): BookFile | null => {
    const number = numbers.get(folder.real) ?? numbers.size;
    numbers.set(folder.real, number);
    return readText(join(folder.real, name), { path: shownPath(folder, name), folder: number }, problems);
  };
  const readRules = (folder: Folder, name: string): void => {
    const path = shownPath(folder, name);
    cover.add(path);
    const file = files.has(path) ? null : read(folder, name);
    if (file !== null) files.set(path, file);
  };
  const readTest = (folder: Folder, name: string): void => {
    const test = read(folder, name);
    if (test === null || tests.some(({ path }) => path === test.path)) return;
    tests.push(test);
    for (const entry of entriesOf(test)) {
      const real = resolve(folder.real, entry);
      if (existsSync(real) && statSync(real).isFile())
        readRules({ real: dirname(real), shown: dirname(pathBeside(test.path, entry)) }, basename(real));
    }
  };
  for (const path of [...paths, ...optional]) {
    const found = tests.length;
    if (isFolder(path)) {
      for (const { folder, names } of foldersBelow(folderAt(path))) {
        for (const name of names.filter((one) => IS_RULES.test(one) && !IS_TEST.test(one)))
          readRules(folder, name);
        for (const name of names.filter((one) => IS_TEST.test(one))) readTest(folder, name);
      }
    } else readTest(folderAt(dirname(path)), basename(path));
    if (tests.length === found && !optional.includes(path)) {
      const message = `expected rule tests at ${path}, found no file *.test.yaml there; name the folder of your tests`;
      throw new EvenkeelError('badFile', message);
    }
  }
  return {
    input: { tests, files: [...files.values()], profiles: readProfiles(), cover: [...cover] },
    problems: [...shipped.problems, ...problems],
  };
}

function readText(real: string, file: Omit<BookFile, 'text'>, problems: Problem[]): BookFile | null {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(real);
  } catch (cause) {
    const message = `expected a readable file at ${file.path}: ${(cause as Error).message}`;
    throw new EvenkeelError('badFile', message, { cause });
  }
  const decoded = decodeFile(file.path, bytes);
  if ('text' in decoded) return { ...file, text: decoded.text };
  problems.push(decoded.problem);
  return null;
}

/** The rule files beside it that a test lists. */
function entriesOf(test: BookFile): string[] {
  const entries = parseTestFile(test).parsed?.raw.rules ?? [];
  return entries.filter((entry) => entry !== 'shipped' && !entry.startsWith('shipped:'));
}

function isFolder(path: string): boolean {
  if (!existsSync(path))
    throw new EvenkeelError(
      'badFile',
      `expected a file or folder of rule tests at ${path}, but there is none`,
    );
  return statSync(path).isDirectory();
}

/** The shipped folder is told as `rules`, wherever the program lies. */
function folderAt(path: string): Folder {
  const real = resolve(path);
  return real === SHIPPED.real ? SHIPPED : { real, shown: path };
}

function shownPath({ shown }: Folder, name: string): string {
  return join(shown, name).replaceAll('\\', '/');
}

function namesIn(folder: string): string[] {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return [];
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .sort();
}

/** A folder and those below it, each with its files. */
function foldersBelow(folder: Folder): { folder: Folder; names: string[] }[] {
  const names = namesIn(folder.real);
  const isBelow = (name: string): boolean => statSync(join(folder.real, name)).isDirectory();
  const below = names
    .filter(isBelow)
    .flatMap((name) => foldersBelow({ real: join(folder.real, name), shown: shownPath(folder, name) }));
  return [{ folder, names: names.filter((name) => !isBelow(name)) }, ...below];
}
