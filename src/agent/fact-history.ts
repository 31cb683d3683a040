/** The past of every number: seconds of the last quarter of an hour from memory, ten seconds of older days from disk. */
import { EvenkeelError, reasonOf } from '../errors.js';
import type { FactStore } from '../facts/store.js';
import { didYouMean } from '../nearest.js';
import { type Cell, toPoints } from '../recordings/history/cells.js';
import { DayFiles } from '../recordings/history/day-files.js';
import { ROLL_UP_MS, type RolledUp, RollUp } from '../recordings/history/roll-up.js';
import { SECONDS, SecondRing } from '../recordings/history/seconds.js';
import type { FactHistoryAnswer, HistoryQuestion } from '../shapes/port.js';
import type { Log } from './log.js';

/** Facts that are kept; a bot may name stages of its own, and memory must not grow with them. */
const MAX_FACTS = 400;
const SECOND_MS = 1000;

/** Where and how long roll-ups are kept; null keeps none on disk. */
export interface HistoryPlace {
  folder: string;
  keepDays: number;
}

/** Takes the facts of every tick and answers for any stretch of the past. */
export class FactHistory {
  readonly #rings: Map<string, SecondRing> = new Map();
  readonly #rollUp = new RollUp();
  readonly #files: DayFiles | null;
  readonly #intervalMs: number;
  readonly #log: Log;
  #writing: Promise<void> = Promise.resolve();
  #hasFailed = false;
  #firstMs: number | null = null;

  constructor(place: HistoryPlace | null, intervalMs: number, log: Log) {
    this.#files = place === null ? null : new DayFiles(place.folder, place.keepDays);
    this.#intervalMs = intervalMs;
    this.#log = log;
  }

  /** Takes every number that is known at this tick. */
  add(wallMs: number, store: FactStore): void {
    this.#firstMs ??= wallMs;
    this.#write(this.#rollUp.due(wallMs));
    for (const [fact] of store.entries()) {
      const value = store.known(fact);
      if (typeof value !== 'number') continue;
      let ring = this.#rings.get(fact);
      if (ring === undefined) {
        if (this.#rings.size >= MAX_FACTS) continue;
        ring = new SecondRing();
        this.#rings.set(fact, ring);
      }
      ring.add(wallMs, value);
      this.#rollUp.add(fact, value);
    }
  }

  /**
   * The points of a fact; null where nothing was told.
   * @throws EvenkeelError `unknownName` for what is no number the agent has or could have.
   */
  async ask({ fact, fromMs, toMs, points }: HistoryQuestion, store: FactStore): Promise<FactHistoryAnswer> {
    const definition = store.definition(fact);
    if (definition?.type !== 'number') throw this.#unknown(fact);
    const nowMs = Date.now();
    const memoryFromMs = Math.max(this.#firstMs ?? nowMs, nowMs - SECONDS * SECOND_MS);
    // A tick that comes a little late must not look like a gap.
    const tickMs = Math.max(SECOND_MS, 2 * this.#intervalMs);
    const untilMs = Math.min(toMs, memoryFromMs - 1);
    const cells: Cell[] = [];
    if (fromMs < untilMs)
      for await (const cell of this.#files?.cells(fact, fromMs, untilMs) ?? []) cells.push(cell);
    const leastMs = cells.length > 0 ? Math.max(ROLL_UP_MS, tickMs) : tickMs;
    const seconds = this.#rings.get(fact)?.cells(Math.max(fromMs, memoryFromMs - SECOND_MS), toMs) ?? [];
    return {
      fact,
      unit: definition.unit,
      ...toPoints([...cells, ...seconds], { fromMs, toMs, points, leastMs }),
    };
  }

  /** Writes what was gathered. */
  async close(): Promise<void> {
    this.#write(this.#rollUp.take());
    await this.#writing;
  }

  #write(over: RolledUp | null): void {
    const files = this.#files;
    if (files === null || over === null || this.#hasFailed) return;
    this.#writing = this.#writing
      .then(() => files.append(over))
      .catch((error: unknown) => {
        if (this.#hasFailed) return;
        this.#hasFailed = true;
        const reach = `charts reach back ${SECONDS / 60} min`;
        this.#log('warn', `history is no longer written: ${reasonOf(error)}; ${reach}`);
      });
  }

  #unknown(fact: string): EvenkeelError {
    const names = [...this.#rings.keys()];
    return new EvenkeelError(
      'unknownName',
      `expected a fact that is a number, got ${JSON.stringify(fact)}${didYouMean(fact, names)}`,
    );
  }
}
