/** Gathers the frames of one program into ticks. */
import type { FactValue } from '../shapes/reading.js';
import type { LogRow } from './importers/importer.js';
import { partsOf } from './importers/programs.js';

/** What puts the screen together, and a swap chain that stands for no window: nobody's frames. */
const NOBODY = /^dwm\.exe | 0x0*$/i;

/** Takes the stream with the most of the first frames, and tells one row for each tick of them. */
export class FrameTicks {
  readonly #tickMs: number;
  readonly #stream: string | undefined;
  #startMs = 0;
  #last: LogRow | null = null;
  #facts: Record<string, FactValue> = {};
  #begins = false;
  #frames = 0;
  #sumMs = 0;
  #taken = 0;
  #all = 0;

  constructor(first: readonly LogRow[], tickMs: number) {
    this.#tickMs = tickMs;
    this.#stream = busiest(first);
  }

  /** The ticks that these frames end. */
  take(rows: readonly LogRow[]): LogRow[] {
    const ticks: LogRow[] = [];
    for (const row of rows) {
      this.#all++;
      if (row.stream !== this.#stream) continue;
      this.#taken++;
      const isOver =
        this.#last !== null &&
        (row.begins || row.timeMs < this.#last.timeMs || row.timeMs - this.#startMs >= this.#tickMs);
      if (isOver) ticks.push(...this.end());
      this.#add(row);
    }
    return ticks;
  }

  /** The tick that is being gathered. */
  end(): LogRow[] {
    const last = this.#last;
    if (last === null) return [];
    const facts = { ...this.#facts };
    if (this.#sumMs > 0) {
      facts['frame.intervalMs'] = this.#sumMs / this.#frames;
      facts['frame.fps'] = (1000 * this.#frames) / this.#sumMs;
    }
    this.#last = null;
    return [{ timeMs: last.timeMs, facts, begins: this.#begins }];
  }

  /** Whose frames were taken, where the log holds those of others, too; else null. */
  note(): string | null {
    if (this.#taken === this.#all || this.#stream === undefined) return null;
    const { name, id, swapChain } = partsOf(this.#stream);
    const whose = `${name} (process ${id}, swap chain ${swapChain})`;
    return `rules see the frames of ${whose}, ${this.#taken} of ${this.#all}; --process NAME or ID chooses another program`;
  }

  #add(row: LogRow): void {
    if (this.#last === null) {
      this.#startMs = row.timeMs;
      this.#facts = {};
      this.#begins = row.begins;
      this.#frames = 0;
      this.#sumMs = 0;
    }
    this.#last = row;
    Object.assign(this.#facts, row.facts);
    const intervalMs = row.facts['frame.intervalMs'];
    if (typeof intervalMs !== 'number' || !(intervalMs >= 0)) return;
    this.#frames++;
    this.#sumMs += intervalMs;
  }
}

function busiest(rows: readonly LogRow[]): string | undefined {
  const counts = new Map<string | undefined, number>();
  for (const { stream } of rows) counts.set(stream, (counts.get(stream) ?? 0) + 1);
  const streams = [...counts].sort(([, a], [, b]) => b - a).map(([stream]) => stream);
  return streams.find((stream) => stream !== undefined && !NOBODY.test(stream)) ?? streams[0];
}
