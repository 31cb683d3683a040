/**
 * What could not be read of a book's files. The rest is still checked, so that all mistakes are told at once, and a
 * name that a broken part may have defined is not told as unknown on top.
 */
import type { Path } from './document.js';

const NAMED = ['rules', 'conditions', 'levels', 'signals'] as const;
type Kind = (typeof NAMED)[number];

/** Keys whose entries are left out one by one; of any other the whole value is. */
const BY_ENTRY = new Set<unknown>([...NAMED, 'presets', 'tune']);

/** Collects what broken parts may have defined, over all files of a book. */
export class LostNames {
  readonly #names: Record<Kind, Set<string>> = {
    rules: new Set(),
    conditions: new Set(),
    levels: new Set(),
    signals: new Set(),
  };
  #all = false;
  #frames = false;
  readonly #texts: string[] = [];

  /** A file could not be read at all: it may have defined anything. */
  loseAll(text: string): void {
    this.#all = true;
    this.#texts.push(text);
  }

  /** Whether a part that could not be read may have defined this name. */
  may(kind: Kind, name: string): boolean {
    // Nearly every name of a fact is the catalogue's, so that a wrong one is told unless a lost text speaks of it.
    if (kind === 'signals')
      return this.#names.signals.has(name) || this.#texts.some((text) => text.includes(name));
    return this.#all || this.#names[kind].has(name);
  }

  /** Whether frame rules that could not be read may have given a weight to any flag. */
  mayWeigh(): boolean {
    return this.#all || this.#frames;
  }

  /** The data without the entries that hold these paths, rules among them as null; null where nothing is left. */
  leaveOut(data: unknown, paths: readonly Path[], text: string): Record<string, unknown> | null {
    if (typeof data !== 'object' || data === null || Array.isArray(data)) {
      this.loseAll(text);
      return null;
    }
    const left: Record<string, unknown> = { ...data };
    for (const [key, entry] of paths) {
      if (key === undefined || typeof key === 'number') continue;
      const value = left[key];
      if (key === 'frames') this.#frames = true;
      if (entry === undefined || !BY_ENTRY.has(key)) {
        if ((NAMED as readonly string[]).includes(key)) this.loseAll(text);
        delete left[key];
      } else if (Array.isArray(value)) left[key] = this.#withoutRule(value, Number(entry));
      else if (typeof value === 'object' && value !== null)
        left[key] = this.#without(value, key, String(entry));
    }
    return left;
  }

  #withoutRule(rules: readonly unknown[], index: number): unknown[] {
    const id = (rules[index] as { id?: unknown } | null)?.id;
    if (typeof id === 'string') this.#names.rules.add(id);
    return rules.with(index, null);
  }

  #without(value: object, key: string, entry: string): object {
    if (key === 'conditions' || key === 'levels' || key === 'signals') this.#names[key].add(entry);
    return Object.fromEntries(Object.entries(value).filter(([name]) => name !== entry));
  }
}
