/** What arrived from bots since the last tick, in order and bounded. */
import type { AppliedLine, FrameLine, PauseLine, ResumeLine } from '../shapes/generated/bot-line.js';
import type { HelloEvent } from '../shapes/sample.js';

/** A line that the tick has to see; heartbeats and byes are the registry's own business. */
export type TickLine = FrameLine | AppliedLine | PauseLine | ResumeLine;

/** One arrival; `atMs` is the agent's monotonic time. */
export type BotItem =
  /** `gpuUuid`: the card that the bot computes on, where it says so. */
  | { kind: 'hello'; atMs: number; event: HelloEvent; gpuUuid?: string | undefined }
  | { kind: 'line'; atMs: number; session: string; name: string; controls: boolean; line: TickLine }
  | { kind: 'bye'; atMs: number; session: string; cause: 'bye' | 'lease' };

/**
 * A queue that gives up its oldest frames when it is full. Hellos, outcomes and byes are never given up; a line
 * that finds the queue full of them is refused.
 */
export class ItemQueue {
  readonly #limit: number;
  #items: (BotItem | null)[] = [];
  #held = 0;
  /** Whether there is a hello or a bye among the items. */
  #hasOthers = false;
  /** Every frame stands at or after this place. */
  #oldestFrame = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes an item in and tells what became of the queue. */
  add(item: BotItem): 'added' | 'droppedFrame' | 'full' {
    const full = this.#held >= this.#limit && item.kind === 'line';
    const dropped = full && this.#dropOldestFrame();
    if (full && !dropped) return 'full';
    this.#items.push(item);
    if (item.kind !== 'line') this.#hasOthers = true;
    this.#held += 1;
    return dropped ? 'droppedFrame' : 'added';
  }

  /** How many items are held. */
  get size(): number {
    return this.#held;
  }

  /** All items where they are lines only; none where somebody came or left among them, which a tick must see first. */
  drainLines(): BotItem[] {
    return this.#hasOthers ? [] : this.drain();
  }

  /** All items in the order in which they came; the queue is empty then. */
  drain(): BotItem[] {
    const items = this.#items.filter((item) => item !== null);
    this.#items = [];
    this.#hasOthers = false;
    this.#held = 0;
    this.#oldestFrame = 0;
    return items;
  }

  #dropOldestFrame(): boolean {
    for (; this.#oldestFrame < this.#items.length; this.#oldestFrame += 1) {
      const item = this.#items[this.#oldestFrame];
      if (item?.kind !== 'line' || item.line.kind !== 'frame') continue;
      this.#items[this.#oldestFrame] = null;
      this.#held -= 1;
      if (this.#oldestFrame > this.#limit) this.#closeGaps();
      return true;
    }
    return false;
  }

  #closeGaps(): void {
    this.#items = this.#items.filter((item) => item !== null);
    this.#oldestFrame = 0;
  }
}
