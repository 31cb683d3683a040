/** How long a log is, from the times of its rows. */

/** Takes the times in their order. */
export class Extent {
  #rows = 0;
  #firstMs = 0;
  #lastMs = 0;
  #segmentFirstMs = 0;
  /** What the segments before the last break took. */
  #brokenMs = 0;

  /** Takes the time of a row; `begins` where the tool began anew. */
  add(timeMs: number, begins: boolean): void {
    if (this.#rows === 0) {
      this.#firstMs = timeMs;
      this.#segmentFirstMs = timeMs;
    } else if (begins || timeMs < this.#lastMs) {
      this.#brokenMs += this.#lastMs - this.#segmentFirstMs;
      this.#segmentFirstMs = timeMs;
    }
    this.#rows++;
    this.#lastMs = timeMs;
  }

  /**
   * Seconds, last − first; what its segments took where a clock that began anew makes that less than nothing. To the
   * ns: times in fractions of a ms are sums of fractions, and what is beyond is their rounding.
   */
  get durationS(): number {
    const wholeMs = this.#lastMs - this.#firstMs;
    const durationMs = wholeMs >= 0 ? wholeMs : this.#brokenMs + this.#lastMs - this.#segmentFirstMs;
    return Math.round(durationMs * 1e6) / 1e9;
  }
}
