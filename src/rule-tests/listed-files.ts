/** The files of the book that a test lists: those beside it, those of the shipped book, and the shipped sections. */
import { posix } from 'node:path';
import { didYouMean } from '../nearest.js';
import { parseYaml } from '../rules/document.js';
import type { BookFile } from '../shapes/rule.js';

/** The word that lists the whole shipped book. */
const SHIPPED = 'shipped';

/** Parts of a shipped file that hold whether the file is listed or not. */
const SECTIONS = ['levels', 'presets', 'frames'] as const;

/** An entry of `rules:` and the files it means, or why it means none. */
export type Listed = { files: BookFile[] } | { message: string; expected: string };

/** Finds the files of one entry. A path is from the folder of the test file; `shipped:NAME` is of the shipped book. */
export function findListed(entry: string, test: BookFile, files: readonly BookFile[]): Listed {
  const shipped = files.filter((file) => file.folder === 0);
  if (entry === SHIPPED) return { files: shipped };
  const [, name] = /^shipped:(.+)$/.exec(entry) ?? [];
  if (name !== undefined) {
    const found = shipped.find((file) => posix.basename(file.path) === name);
    const names = shipped.map((file) => posix.basename(file.path));
    if (found !== undefined) return { files: [found] };
    const message = `the shipped book has no file "${name}"${didYouMean(name, names)}`;
    return { message, expected: `one of ${names.join(', ')}` };
  }
  const path = pathBeside(test.path, entry);
  const found = files.filter((file) => file.path === path);
  const own = found.find((file) => file.folder === test.folder) ?? found[0];
  if (own !== undefined) return { files: [own] };
  const near = files.map((file) => posix.relative(posix.dirname(test.path), file.path));
  const isOfShipped = shipped.some((file) => posix.basename(file.path) === entry);
  const hint = isOfShipped ? `, did you mean "shipped:${entry}"?` : didYouMean(entry, near);
  return { message: `no rule file is at ${path}${hint}`, expected: 'a path from the folder of this file' };
}

/** Where a path named in a test file leads, from where the test file's own path is from. */
export function pathBeside(testPath: string, entry: string): string {
  return posix.normalize(posix.join(posix.dirname(testPath), entry.replaceAll('\\', '/')));
}

/**
 * The files of the book under test, in their order: shipped ones stand in folder 0, each other one in a folder of its
 * own, so that a later one is laid over those before it. Of shipped files that are not listed only levels, presets and
 * frame weights are left.
 */
export function bookFiles(listed: readonly BookFile[], files: readonly BookFile[]): BookFile[] {
  const unlisted = files.filter((file) => file.folder === 0 && !listed.includes(file));
  const own = listed.map((file, i) => (file.folder === 0 ? file : { ...file, folder: i + 1 }));
  return [...unlisted.flatMap(sectionsOf), ...own];
}

const SECTIONS_OF = new WeakMap<BookFile, BookFile[]>();

/** Every test file of a run asks for the same ones. */
function sectionsOf(file: BookFile): BookFile[] {
  const before = SECTIONS_OF.get(file);
  if (before !== undefined) return before;
  const sections = readSections(file);
  SECTIONS_OF.set(file, sections);
  return sections;
}

function readSections(file: BookFile): BookFile[] {
  const parsed = parseYaml(file.path, file.text);
  if ('problems' in parsed) return [];
  const data = Object(parsed.document.data) as Record<string, unknown>;
  const kept = SECTIONS.filter((section) => data[section] !== undefined);
  if (kept.length === 0) return [];
  const sections = Object.fromEntries(kept.map((section) => [section, data[section]]));
  // JSON is YAML.
  return [{ ...file, text: JSON.stringify({ version: 1, name: data.name, ...sections }) }];
}
