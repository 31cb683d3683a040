/** Lines on their way to the agent, bounded: the oldest goes when there is no room. */
import type { BotLine, FrameLine } from '../shapes/generated/bot-line.js';
import { FrameRecord, frameText } from './frame-record.js';

/** Some 8 s of frames at 120 a second; what is older is late anyway. */
const LIMIT = 1_024;

/** A line before it is text. */
export type QueuedLine = FrameRecord | Exclude<BotLine, FrameLine>;

/** A line as the wire has it, without its end. */
export function lineText(line: QueuedLine): string {
  return line instanceof FrameRecord ? frameText(line) : JSON.stringify(line);
}

/** Adding never waits and never fails; what was lost is counted. */
export class LineQueue {
  #lines: QueuedLine[] = [];
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
  push(line: QueuedLine): void {
    if (this.#lines.length - this.#head >= LIMIT) {
      this.#head += 1;
      this.#dropped += 1;
    }
    if (this.#head >= LIMIT) this.#trim();
    this.#lines.push(line);
  }

  /** The oldest lines, at most `count`, which leave the queue. */
  take(count: number): QueuedLine[] {
    const taken = this.#lines.slice(this.#head, this.#head + count);
    this.#head += taken.length;
    if (this.isEmpty) this.#trim();
    return taken;
  }

  /** Lines that were taken and did not arrive come first again; those for which there is no room are dropped. */
  putBack(lines: readonly QueuedLine[]): void {
    this.#trim();
    const all = [...lines, ...this.#lines];
    this.#dropped += Math.max(0, all.length - LIMIT);
    this.#lines = all.slice(-LIMIT);
  }

  /** Forgets the lines that do not matter any more; they do not count as dropped. */
  keepOnly(matters: (line: QueuedLine) => boolean): void {
    this.#trim();
    this.#lines = this.#lines.filter(matters);
  }

  #trim(): void {
    this.#lines = this.#lines.slice(this.#head);
    this.#head = 0;
  }
}
