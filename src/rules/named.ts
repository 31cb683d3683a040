/** Signals and conditions by name, over all files. */
import type { Book, Problem } from '../shapes/rule.js';
import type { LocatedDocument } from './document.js';
import { complainAt, type Layer, type RawFile } from './layer.js';

/** A named part of the book and the file it stands in. */
interface Named<T> {
  raw: T;
  document: LocatedDocument;
  folder: number;
}

/** Entries of `key` by name; a later folder replaces, the same folder must not name one twice. */
export function collectNamed<K extends 'signals' | 'conditions'>(
  layers: readonly Layer[],
  key: K,
  word: string,
  overrides: Book['overrides'],
  problems: Problem[],
): Map<string, Named<NonNullable<RawFile[K]>[string]>> {
  const collected = new Map<string, Named<NonNullable<RawFile[K]>[string]>>();
  for (const layer of layers) {
    const entries = Object.entries(layer.raw[key] ?? {}) as [string, NonNullable<RawFile[K]>[string]][];
    for (const [name, raw] of entries) {
      const before = collected.get(name);
      if (before !== undefined && before.folder === layer.file.folder) {
        const message = `the ${word} "${name}" is already named in ${before.document.path}`;
        problems.push(complainAt(layer, [key, name], 'duplicate-name', message, 'a name of its own', null));
        continue;
      }
      if (before !== undefined)
        overrides.push({ id: name, file: layer.file.path, over: before.document.path });
      collected.set(name, { raw, document: layer.document, folder: layer.file.folder });
    }
  }
  return collected;
}
