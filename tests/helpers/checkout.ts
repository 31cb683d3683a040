/** The files of this checkout, as they lie on disk: for tests that hold the code to the documents. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../../', import.meta.url));

/** What is made by tools, and is nobody's writing. */
const MADE = new Set([
  'node_modules',
  'dist',
  'coverage',
  '.git',
  '.cache',
  'shared',
  '.venv',
  '__pycache__',
]);

/** Paths below `folder` (`''` is the checkout) with `/` between their parts, sorted. */
export function filesBelow(folder: string, accepts: (path: string) => boolean = () => true): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (MADE.has(entry.name)) continue;
    if (entry.isDirectory()) found.push(...filesBelow(path, accepts));
    else if (entry.isFile() && accepts(path)) found.push(path);
  }
  return found.sort();
}

export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export function readJson<T>(path: string): T {
  return JSON.parse(readText(path)) as T;
}
