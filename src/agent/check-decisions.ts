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
   * What differs first once all lines were taken, in words, or null: the lines, and the digest that the run ended with. That is
   * null of a run that was cut off, which may have said less than the replay does.
   */
  difference(recorded: string[], recordedDigest: string | null, digest: string): string | null {
    this.compare(recorded);
    const where = this.#firstDifference(recorded, recordedDigest !== null);
    if (recordedDigest !== digest && recordedDigest !== null)
      return `the replay's digest differs from the run's, first ${where ?? `after ${this.#agreed} lines`}`;
    if (where === null) return null;
    return recordedDigest === null
      ? `the replay's decisions differ from the run's, first ${where}`
      : `the replay comes to the run's digest, but the recorded decisions are not those it was made of: they were changed, first ${where}`;
  }

  #firstDifference(recorded: readonly string[], isWhole: boolean): string | null {
    if (this.#difference !== null) return this.#difference;
    const [[was], [is]] = [recorded, this.#own];
    if (was !== undefined) return `at line ${this.#agreed + 1}: recorded ${was}, replayed nothing`;
    return isWhole && is !== undefined
      ? `at line ${this.#agreed + 1}: recorded nothing, replayed ${is}`
      : null;
  }
}
