/** The book that is live, and what became of the newest save of its files. */
import type { BookState } from '../shapes/port.js';
import type { Book, Problem } from '../shapes/rule.js';

/** A book that is offered goes live between two ticks, never within one. */
export class LiveBook {
  #book: Book;
  #loadedAt: Date;
  #problems: readonly Problem[] = [];
  #changedRules = 0;
  #next: Book | null = null;
  /** Saves since the start: those that went live, and those that were refused. */
  readonly reloads: { live: number; refused: number } = { live: 0, refused: 0 };

  constructor(book: Book) {
    this.#book = book;
    this.#loadedAt = new Date();
  }

  /** A checked book that goes live with the next tick. */
  offer(book: Book): void {
    this.#next = book;
    this.#problems = [];
  }

  /** The newest save was wrong; the live book stays. None: it is mended. */
  refuse(problems: readonly Problem[]): void {
    if (problems.length > 0) this.reloads.refused++;
    this.#problems = problems;
  }

  /** The book that waits for a tick, once. `swap` makes it live and tells how many rules differ. */
  takeNext(swap: (book: Book) => number): Book | null {
    const book = this.#next;
    if (book === null) return null;
    this.#next = null;
    this.#book = book;
    this.#loadedAt = new Date();
    this.reloads.live++;
    this.#changedRules = swap(book);
    return book;
  }

  get book(): Book {
    return this.#book;
  }

  state(): BookState {
    const [first] = this.#problems;
    return {
      loadedAt: this.#loadedAt.toISOString(),
      files: this.#book.files.map((file) => file.path),
      error:
        first === undefined
          ? null
          : {
              path: first.path,
              line: first.line,
              column: first.column,
              rule: first.rule,
              message:
                first.expected === null ? first.message : `${first.message}; expected ${first.expected}`,
            },
      changedRules: this.#changedRules,
    };
  }
}
