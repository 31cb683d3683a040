/** Lines on their way to the agent, bounded: the oldest goes when there is no room. */
import type { BotLine } from '../shapes/generated/bot-line.js';

/** Some 8 s of frames at 120 a second; what is older is late anyway. */
const LIMIT = 1_024;

/** Adding never waits and never fails; what was lost is counted. */
export class LineQueue {
  #lines: BotLine[] = [];
  /** Lines before this one are gone; moving them at each would cost more than the line. */
  #head = 0;
  #dropped = 0;

  /** Lines lost because there was no room. */
  get dropped(): number {
    return this.#dropped;
  }

  get isEmpty(): boolean {
    return this.#head === this.#lines.length;
  }

  /** Where there is no room the oldest line goes, and is counted as dropped. */
  push(line: BotLine): void {
    if (this.#lines.length - this.#head >= LIMIT) {
      this.#head += 1;
      this.#dropped += 1;
    }
    if (this.#head >= LIMIT) this.#trim();
    this.#lines.push(line);
  }

  /** The oldest lines, at most `count`, which leave the queue. */
  take(count: number): BotLine[] {
    const taken = this.#lines.slice(this.#head, this.#head + count);
    this.#head += taken.length;
    if (this.isEmpty) this.#trim();
    return taken;
  }

  /** Forgets the lines that do not matter any more; they do not count as dropped. */
  keepOnly(matters: (line: BotLine) => boolean): void {
    this.#trim();
    this.#lines = this.#lines.filter(matters);
  }

  #trim(): void {
    this.#lines = this.#lines.slice(this.#head);
    this.#head = 0;
  }
}
