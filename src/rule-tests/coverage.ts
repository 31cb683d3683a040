/** What all tests together made the rules do. */
import { buildBook } from '../rules/book.js';
import { parseYaml } from '../rules/document.js';
import { buildProfile } from '../rules/profile.js';
import type { FactView } from '../shapes/reading.js';
import type { Book, BookFile, Rule } from '../shapes/rule.js';
import { leafLines } from './leaves.js';
import { bookFiles } from './listed-files.js';
import type { PlayedTick } from './play.js';
import type { RuleCoverage, RuleTestInput } from './results.js';
import { RuleWatch } from './rule-coverage.js';

/** A rule is the one of its file: what is laid over it elsewhere is another. */
function keyOf({ place, id }: Rule): string {
  return `${place.path}:${id}`;
}

/** Covers every rule that any test ran, each once whatever number of books it was in. */
export class CoverageBook {
  readonly #rules: Map<string, RuleWatch> = new Map();

  /** Adds the rules of a book under test. */
  addBook({ rules, files }: Book): void {
    for (const rule of rules) {
      if (this.#rules.has(keyOf(rule))) continue;
      const file = files.find(({ path }) => path === rule.place.path);
      const parsed = file === undefined ? null : parseYaml(file.path, file.text);
      const document = parsed !== null && 'document' in parsed ? parsed.document : null;
      const lines = document === null ? { when: [], until: [] } : leafLines(document, rule);
      this.#rules.set(keyOf(rule), new RuleWatch(rule, lines));
    }
  }

  watch({ result }: PlayedTick, facts: FactView, before: PlayedTick | null): void {
    for (const fired of result.fired) {
      const phase = before?.rules.get(fired.rule.id)?.phase ?? 'idle';
      this.#rules.get(keyOf(fired.rule))?.watch(fired, phase, result.decision, facts);
    }
  }

  /** Every rule of the files asked for, also of those that no test lists, in the order of files and lines. */
  report({ cover, files, profiles }: RuleTestInput): RuleCoverage[] {
    for (const file of files) if (cover?.includes(file.path)) this.#addUnlisted(file, files, profiles);
    const order = (a: RuleCoverage, b: RuleCoverage): number =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line;
    return [...this.#rules.values()]
      .map((watch) => watch.report())
      .filter(({ file }) => cover?.includes(file) ?? true)
      .sort(order);
  }

  /** An overlay that means nothing by itself has no rules to tell of. */
  #addUnlisted(file: BookFile, files: readonly BookFile[], profiles: RuleTestInput['profiles']): void {
    const [any] = profiles;
    const profile = any === undefined ? null : buildProfile(any.name, profiles).profile;
    if (profile === null) return;
    const { book } = buildBook(bookFiles([file], files), profile);
    if (book !== null) this.addBook(book);
  }
}
