/** Whether a replay decides what the run decided, line by line and in flat memory. */

/** Takes the lines of both as they come; what agrees is forgotten. */
export class DecisionCheck {
  #own: string[] = [];
  #agreed = 0;
  #difference: string | null = null;

  /** A line that the replay came to. */
  add(line: string): void {
    if (this.#difference === null) this.#own.push(line);
  }

  /** Compares with the lines that the run came to; those that were compared are taken out of `recorded`. */
  compare(recorded: string[]): void {
    if (this.#difference !== null) {
      recorded.length = 0;
      return;
    }
    const count = Math.min(recorded.length, this.#own.length);
    for (let i = 0; i < count; i++) {
      const [was, is] = [recorded[i], this.#own[i]];
      this.#agreed++;
      if (was === is) continue;
      this.#difference = `at line ${this.#agreed}: recorded ${was}, replayed ${is}`;
      break;
    }
    recorded.splice(0, count);
    this.#own.splice(0, count);
  }

  /**
   * Where they first differ once all lines were taken, or null. `isWhole`: the run ended in order and its digest is
   * another; one that was cut off may have said less than the replay does.
   */
  difference(recorded: string[], isWhole: boolean): string | null {
    this.compare(recorded);
    const [more] = recorded;
    if (this.#difference !== null) return this.#difference;
    if (more !== undefined) return `at line ${this.#agreed + 1}: recorded ${more}, replayed nothing`;
    return isWhole ? `after ${this.#agreed} lines` : null;
  }
}
