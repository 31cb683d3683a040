/**
 * Reads what is dear on machines without /proc through systeminformation: one reading at a time, in the background.
 * A tick only picks up what has finished since the tick before.
 */
import type { Readings } from '../../shapes/reading.js';
import { give, type MachineProvider, SLOW_EVERY_MS, Unsupported } from './provider.js';
import { createSlowReaders, type SlowReader, type SlowSource } from './slow-readings.js';

/** How often to read and by which clock; for tests also the platform. */
export interface SlowOptions {
  platform?: NodeJS.Platform;
  /** How often each reader reads, in ms; dear ones read no more often than `DEAR_EVERY_MS`. */
  everyMs?: number;
  /** A monotonic clock in ms; tells how old a result is when a tick picks it up. */
  now?: () => number;
}

/** The least time in ms between two readings of what is dear. */
export const DEAR_EVERY_MS = 30_000;

interface Job {
  reader: SlowReader;
  everyMs: number;
  dueMs: number;
}

/** A result bears the time at which it was read, not that of the tick that picks it up. */
export class SlowProvider implements MachineProvider {
  readonly name = 'systeminformation';
  readonly #load: () => Promise<SlowSource>;
  readonly #platform: NodeJS.Platform;
  readonly #now: () => number;
  readonly #jobs: Job[];
  readonly #unsupported = new Unsupported();
  #source: SlowSource | null = null;
  #isReading = false;
  #isClosed = false;
  /** Finished readings that no tick has picked up yet, with the clock's time of each. */
  #finished: { readings: Readings; atMs: number }[] = [];

  /** `load` gives systeminformation when the first reading is due. */
  constructor(load: () => Promise<SlowSource>, options: SlowOptions = {}) {
    const everyMs = options.everyMs ?? SLOW_EVERY_MS;
    this.#load = load;
    this.#platform = options.platform ?? process.platform;
    this.#now = options.now ?? (() => performance.now());
    this.#jobs = createSlowReaders().map((reader) => ({
      reader,
      everyMs: reader.isDear === true ? Math.max(DEAR_EVERY_MS, everyMs) : everyMs,
      dueMs: Number.NEGATIVE_INFINITY,
    }));
  }

  sample(): Readings {
    const picked: Readings = {};
    this.#unsupported.tell(picked, 'systeminformation counts no threads', 'system.threads');
    for (const { readings, atMs } of this.#finished.splice(0)) {
      const ageMs = Math.max(0, Math.round(this.#now() - atMs));
      for (const [fact, [value, quality, , why]] of Object.entries(readings)) {
        if (quality === 'unsupported') this.#unsupported.tell(picked, why ?? '', fact);
        else give(picked, fact, value, why ?? '', ageMs);
      }
    }
    if (!this.#isReading && !this.#isClosed) void this.#readDue();
    return picked;
  }

  close(): void {
    this.#isClosed = true;
    if (this.#platform === 'win32') this.#source?.powerShellRelease();
  }

  /** Reads what is due, one after the other; a tick meanwhile starts nothing. */
  async #readDue(): Promise<void> {
    this.#isReading = true;
    for (const job of this.#jobs) {
      if (this.#isClosed || job.dueMs > this.#now()) continue;
      job.dueMs = this.#now() + job.everyMs;
      const readings = await this.#read(job.reader);
      this.#finished.push({ readings, atMs: this.#now() });
      // What is not there is not asked for again.
      if (Object.values(readings).every(([, quality]) => quality === 'unsupported')) {
        job.dueMs = Number.POSITIVE_INFINITY;
      }
    }
    this.#isReading = false;
  }

  async #read(reader: SlowReader): Promise<Readings> {
    try {
      return await reader.read(await this.#open());
    } catch (error) {
      const why = `systeminformation failed: ${error instanceof Error ? error.message : String(error)}`;
      return Object.fromEntries(reader.facts.map((fact) => [fact, [null, 'missing', 0, why]]));
    }
  }

  async #open(): Promise<SlowSource> {
    if (this.#source === null) {
      this.#source = await this.#load();
      if (this.#platform === 'win32' && !this.#isClosed) this.#source.powerShellStart();
    }
    return this.#source;
  }
}
