/** Reads folders of rule files into the files of one book. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EvenkeelError, reasonOf } from '../errors.js';
import type { BookFile, Problem } from '../shapes/rule.js';
import { decodeFile } from './guard.js';
import type { ProfileFile } from './profile.js';

/** Where the shipped rules and profiles are, beside the program. */
export const SHIPPED_RULES: string = fileURLToPath(new URL('../../rules/', import.meta.url));
const SHIPPED_PROFILES: string = fileURLToPath(new URL('../../profiles/', import.meta.url));

/** A rule file or a rule test by its name, and nothing that editors and Kubernetes leave beside them. */
export function isReadName(name: string): boolean {
  return /\.ya?ml$/.test(name) && !name.startsWith('.');
}

/** A rule test: read with the rules, and no part of the book. */
export function isTestName(path: string): boolean {
  return /\.test\.ya?ml$/.test(path);
}

/** What the folders hold now: their texts, and what could not be read as text. */
export interface FolderContent {
  files: BookFile[];
  /** The rule tests beside the rule files; empty unless they are asked for. */
  tests: BookFile[];
  problems: Problem[];
  /** sha256 over names and bytes of all that was read; changes when anything does. */
  hash: string;
}

/** The folders of a book in their order, the shipped one first, and how each is told to people. */
export function sourcesOf(folders: readonly string[]): { folder: string; shown: string }[] {
  return [{ folder: SHIPPED_RULES, shown: 'rules' }, ...folders.map((folder) => ({ folder, shown: folder }))];
}

/**
 * Reads the shipped folder and then `folders`, in their order; within one by name. A single file stands for a folder of
 * its own. With `withTests` the rule tests are read too.
 * @throws EvenkeelError `badFile` for a folder that is missing or cannot be read.
 */
export function readFolders(folders: readonly string[], withTests = false): FolderContent {
  const content: FolderContent = { files: [], tests: [], problems: [], hash: '' };
  const hash = createHash('sha256');
  for (const [index, { folder, shown }] of sourcesOf(folders).entries()) {
    for (const { file, path, isTest } of filesOf(folder, shown)) {
      if (isTest && !withTests) continue;
      const bytes = readBytes(file);
      hash.update(JSON.stringify([index, path]));
      hash.update(bytes);
      const decoded = decodeFile(path, bytes);
      if ('problem' in decoded) content.problems.push(decoded.problem);
      else content[isTest ? 'tests' : 'files'].push({ path, folder: index, text: decoded.text });
    }
  }
  return { ...content, hash: hash.digest('hex') };
}

interface FoundFile {
  file: string;
  /** As people are told it. */
  path: string;
  isTest: boolean;
}

function filesOf(folder: string, shown: string): FoundFile[] {
  const found = (file: string, path: string, isTest: boolean): FoundFile => ({
    file,
    path: path.replaceAll('\\', '/'),
    isTest,
  });
  try {
    // One that is named is what it is named for.
    if (statSync(folder).isFile()) return [found(folder, shown, false)];
    const names = readdirSync(folder).filter(isReadName).sort();
    return names.map((name) => found(join(folder, name), join(shown, name), isTestName(name)));
  } catch (cause) {
    throw new EvenkeelError(
      'badFile',
      `expected a folder of rules at ${folder}, but it cannot be read: ${reasonOf(cause)}; create it or name another`,
      { cause },
    );
  }
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new EvenkeelError('badFile', `expected a readable rule file at ${file}: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

/** The shipped profiles, and those in further folders, which replace shipped ones of the same name. */
export function readProfiles(folders: readonly string[] = []): ProfileFile[] {
  const files = new Map<string, ProfileFile>();
  for (const [folder, shown] of [
    [SHIPPED_PROFILES, 'profiles'],
    ...folders.map((one) => [one, one]),
  ] as const) {
    for (const { file, path, isTest } of filesOf(folder, shown)) {
      if (isTest) continue;
      const name = (path.split('/').pop() ?? path).replace(/\.ya?ml$/, '');
      files.set(name, { name, path, text: new TextDecoder().decode(readBytes(file)) });
    }
  }
  return [...files.values()];
}
