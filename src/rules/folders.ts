/** Reads folders of rule files into the files of one book. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EvenkeelError } from '../errors.js';
import type { BookFile, Problem } from '../shapes/rule.js';
import { decodeFile } from './guard.js';
import type { ProfileFile } from './profile.js';

/** Where the shipped rules and profiles are, beside the program. */
export const SHIPPED_RULES: string = fileURLToPath(new URL('../../rules/', import.meta.url));
export const SHIPPED_PROFILES: string = fileURLToPath(new URL('../../profiles/', import.meta.url));

/** A file that editors and Kubernetes leave beside the real ones, or a rule test. */
function isRuleFile(name: string): boolean {
  return /\.ya?ml$/.test(name) && !name.startsWith('.') && !/\.test\.ya?ml$/.test(name);
}

/** What the folders hold now: their texts, and what could not be read as text. */
export interface FolderContent {
  files: BookFile[];
  problems: Problem[];
  /** sha256 over names and bytes; changes when anything does. */
  hash: string;
}

/**
 * Reads the shipped folder and then `folders`, in their order; within one by name. A single file stands for a folder of
 * its own.
 * @throws EvenkeelError `badFile` for a folder that is missing or cannot be read.
 */
export function readFolders(folders: readonly string[]): FolderContent {
  const content: FolderContent = { files: [], problems: [], hash: '' };
  const hash = createHash('sha256');
  const sources = [
    { folder: SHIPPED_RULES, shown: 'rules' },
    ...folders.map((folder) => ({ folder, shown: folder })),
  ];
  for (const [index, { folder, shown }] of sources.entries()) {
    for (const { file, path } of filesOf(folder, shown)) {
      const bytes = readBytes(file);
      hash.update(JSON.stringify([index, path]));
      hash.update(bytes);
      const decoded = decodeFile(path, bytes);
      if ('problem' in decoded) content.problems.push(decoded.problem);
      else content.files.push({ path, folder: index, text: decoded.text });
    }
  }
  return { ...content, hash: hash.digest('hex') };
}

function filesOf(folder: string, shown: string): { file: string; path: string }[] {
  try {
    if (statSync(folder).isFile()) return [{ file: folder, path: shown.replaceAll('\\', '/') }];
    const names = readdirSync(folder).filter(isRuleFile).sort();
    return names.map((name) => ({ file: join(folder, name), path: join(shown, name).replaceAll('\\', '/') }));
  } catch (cause) {
    throw new EvenkeelError(
      'badFile',
      `expected a folder of rules at ${folder}, but it cannot be read: ${reason(cause)}; create it or leave --rules out`,
      { cause },
    );
  }
}

function readBytes(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new EvenkeelError('badFile', `expected a readable rule file at ${file}: ${reason(cause)}`, {
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
    for (const { file, path } of filesOf(folder, shown)) {
      const name = (path.split('/').pop() ?? path).replace(/\.ya?ml$/, '');
      files.set(name, { name, path, text: new TextDecoder().decode(readBytes(file)) });
    }
  }
  return [...files.values()];
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
