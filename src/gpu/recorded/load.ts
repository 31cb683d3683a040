/** What a recording tells of cards, kept in memory to be played. */
import { EvenkeelError } from '../../errors.js';
import type { HeaderLine } from '../../recordings/format.js';
import { readBatches } from '../../recordings/reader.js';
import type { KnobOffer } from '../../shapes/knob.js';
import type { Readings, ReadingTuple } from '../../shapes/reading.js';
import type { Sample } from '../../shapes/sample.js';

/** What one tick of a recording tells of one card, its facts under `gpu.`. */
export interface RecordedTick {
  /** Milliseconds since the first tick of the recording. */
  atMs: number;
  readings: Readings;
  /** Knobs that the device began to offer, or (null) no longer. */
  offers: Record<string, KnobOffer | null>;
}

/** The cards of a recording. */
export interface RecordedCards {
  /** The recording, as it was named. */
  path: string;
  name: string;
  /** Every tick that tells of the card, by the card's place: the bot's is 0. */
  cards: RecordedTick[][];
  /** From the first tick to the end of the last one, in ms. */
  lengthMs: number;
}

/**
 * Reads all that a recording, a folder or a file, tells of cards.
 * @throws EvenkeelError `badFile` or `badRecording` where it is none, `gpuUnavailable` where it tells of no card.
 */
export async function loadRecorded(path: string): Promise<RecordedCards> {
  const cards: RecordedTick[][] = [];
  const same = new Same();
  let header: HeaderLine | undefined;
  let [firstMs, lastMs]: [number | null, number] = [null, 0];
  for await (const lines of readBatches(path, { rejectedRows: 0, reasons: [] })) {
    for (const line of lines) {
      if (line.kind === 'header') header ??= line;
      if (line.kind !== 'sample') continue;
      firstMs ??= line.atMs;
      lastMs = line.atMs - firstMs;
      for (const [place, tick] of ticksOf(line, lastMs, same)) {
        while (cards.length <= place) cards.push([]);
        cards[place]?.push(tick);
      }
    }
  }
  // A run without a card tells of every fact why there is none.
  if (header === undefined || header.card.name === 'none' || cards.length === 0)
    throw new EvenkeelError('gpuUnavailable', `expected readings of a card in ${path}, but it holds none`);
  return { path, name: header.card.name, cards, lengthMs: lastMs + header.settings.intervalMs };
}

function ticksOf(sample: Sample, atMs: number, same: Same): Map<number, RecordedTick> {
  const ticks = new Map<number, RecordedTick>();
  for (const [fact, tuple] of Object.entries(sample.readings)) {
    const [, place = '0', name] = /^gpu\.(?:(\d{1,2})\.)?([a-zA-Z]\w*)$/.exec(fact) ?? [];
    if (name === undefined || !isTuple(tuple)) continue;
    const tick = ticks.get(Number(place)) ?? { atMs, readings: {}, offers: {} };
    ticks.set(Number(place), tick);
    tick.readings[`gpu.${name}`] = same.keep(fact, tuple);
  }
  const bots = ticks.get(0);
  for (const event of sample.events) {
    if (event.kind === 'device' && bots !== undefined) bots.offers[event.knob] = event.offer;
  }
  return ticks;
}

function isTuple(value: unknown): value is ReadingTuple {
  return Array.isArray(value) && typeof value[2] === 'number';
}

/** Most readings are those of the tick before: kept once, an hour of them takes some megabytes. */
class Same {
  readonly #newest: Map<string, ReadingTuple> = new Map();

  keep(fact: string, tuple: ReadingTuple): ReadingTuple {
    const before = this.#newest.get(fact);
    if (before?.every((part, place) => part === tuple[place]) && before.length === tuple.length)
      return before;
    this.#newest.set(fact, tuple);
    return tuple;
  }
}
