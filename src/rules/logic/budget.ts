/** How much work the questions about one book may make. Counted, not timed: every machine answers the same. */

/** Clauses of one question in its disjunctive form; a question with more is undecided. */
export const MAX_CLAUSES = 4_096;
/** Inequalities of one clause on the way to its answer; a clause that grows past it is undecided. */
export const MAX_INEQUALITIES = 1_024;
/**
 * Steps of all questions of a book: a comparison taken up, a clause looked at, two inequalities combined. The shipped
 * book needs some hundreds, a hundred rules some thousands; this many take a second or two.
 */
const MAX_STEPS = 300_000;

/** The steps left to all questions of one book, 300,000 at the start unless said. */
export class Budget {
  #left: number;

  constructor(steps: number = MAX_STEPS) {
    this.#left = steps;
  }

  /** Takes `steps` off; false when that much is not left. */
  spend(steps: number): boolean {
    this.#left -= steps;
    return this.#left >= 0;
  }
}
