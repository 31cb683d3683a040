/** How often each word or claim of a fact is told, in flat memory. */
import type { FactValue } from '../shapes/reading.js';

/** Words kept of one fact: closed sets are far smaller, and a broken log may have another in each row. */
const MAX_WORDS = 100;
/** Stands for the words beyond. */
export const OTHER_WORDS = '…';

/** Counts by fact and word. */
export class WordCounts {
  readonly #facts = new Map<string, Map<string, number>>();

  /** Takes the facts of one sample; numbers are others' business. */
  add(facts: Readonly<Record<string, FactValue | null>>): void {
    for (const fact in facts) {
      const value = facts[fact];
      if (value === undefined || value === null || typeof value === 'number') continue;
      let words = this.#facts.get(fact);
      if (words === undefined) {
        words = new Map();
        this.#facts.set(fact, words);
      }
      const text = String(value);
      const word = words.has(text) || words.size < MAX_WORDS ? text : OTHER_WORDS;
      words.set(word, (words.get(word) ?? 0) + 1);
    }
  }

  /** Facts in the order of their names, words from the most frequent one down. */
  counts(): Record<string, Record<string, number>> {
    const facts = [...this.#facts].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(
      facts.map(([fact, words]) => [fact, Object.fromEntries([...words].sort(([, a], [, b]) => b - a))]),
    );
  }
}
