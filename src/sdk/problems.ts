/** What a bot's author would want to know and the bot's loop must not stop for. */

/** Mistakes are told once each; a bot that makes new ones at every frame does not fill the memory. */
const KEPT = 256;

/** The newest problem in one sentence, or null. */
export class Problems {
  #newest: string | null = null;
  readonly #said = new Set<string>();

  get newest(): string | null {
    return this.#newest;
  }

  /** A question could not be answered. */
  say(sentence: string): void {
    this.#newest = sentence;
  }

  /** A question was answered. */
  clear(): void {
    this.#newest = null;
  }

  /**
   * Something was told that cannot be. Says so the first time for each `call` and `key`.
   * @param outcome What became of it.
   */
  sayOnce(call: string, key: unknown, expected: string, came: unknown, outcome = 'it is left out'): void {
    const what = typeof key === 'string' ? key.slice(0, 64) : shortText(key);
    const id = `${call} ${what}`;
    if (this.#said.has(id) || this.#said.size >= KEPT) return;
    this.#said.add(id);
    this.#newest = `${call}: ${what}: expected ${expected}, got ${shortText(came)}; ${outcome}`;
  }
}

function shortText(value: unknown): string {
  try {
    const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
    return text.length > 64 ? `${text.slice(0, 64)}…` : text;
  } catch {
    // What cannot be written as text, such as an object without a prototype, is named by its type.
    return typeof value;
  }
}
