/** The last minutes of ticks, so that any of them can be explained without a replay. */
import { EvenkeelError } from '../errors.js';
import type { TickView } from '../rules/tick-view.js';
import type { Moment } from '../shapes/port.js';
import { type RememberedTick, rememberTick } from './tick-view.js';

/**
 * Ticks remembered: 10 minutes at the 500 ms that are the default. Measured with 40 rules and every fact changing at
 * every tick: 7 KB a tick, 9 MB in all, and 0.08 ms to take one.
 */
const TICKS = 1_200;
/** Books whose ticks are remembered: many saves in a row must not keep many books. */
const BOOKS = 8;
/** How far a moment may lie outside and still mean the nearest tick, in ms: people's clocks are not the agent's. */
const NEAR_MS = 2_000;

/** One moment by both clocks, in ms. */
export interface Now {
  /** Tick time. */
  atMs: number;
  wallMs: number;
}

/** Ticks of the last minutes, bounded in number; what one shares with the tick before is held once. */
export class History {
  #ticks: RememberedTick[] = [];
  /** The facts of each remembered book, oldest first. */
  #books: RememberedTick['facts']['names'][] = [];
  #isWhole = true;

  /** Takes a tick's view while it is the newest. */
  add(view: TickView): void {
    const tick = rememberTick(view, this.#ticks.at(-1));
    this.#ticks.push(tick);
    if (this.#books.at(-1) !== tick.facts.names) this.#books.push(tick.facts.names);
    if (this.#ticks.length > TICKS) this.#forget(1);
    if (this.#books.length > BOOKS)
      this.#forget(this.#ticks.findIndex(({ facts }) => facts.names !== this.#books[0]));
  }

  #forget(count: number): void {
    this.#isWhole = false;
    this.#ticks.splice(0, count);
    this.#books = this.#books.slice(this.#books.indexOf(this.#ticks[0]?.facts.names ?? new Map()));
  }

  /** The newest tick; undefined before the first. */
  get newest(): TickView | undefined {
    return this.#ticks.at(-1);
  }

  /**
   * The tick of a moment: the newest one that is not after it. `recording` is where older ones are.
   * @throws EvenkeelError `outOfRange` with the span for a moment outside.
   */
  at(moment: Moment, now: Now, recording: string | null): TickView {
    const [first, last] = [this.#ticks[0], this.#ticks.at(-1)];
    if (first === undefined || last === undefined)
      throw new EvenkeelError('outOfRange', 'expected a moment after the first tick, got one before it');
    const timeOf = ({ atMs, wallMs }: Now): number => ('wallMs' in moment ? wallMs : atMs);
    const wantedMs = placeOf(moment, now, last.startMs);
    const tick = this.#ticks.findLast((one) => timeOf(one) <= wantedMs);
    // Where nothing is forgotten yet, the first tick stands for the moments just before it, too.
    const isBefore = tick === undefined && wantedMs < timeOf(first) - (this.#isWhole ? NEAR_MS : 0);
    if (isBefore || wantedMs > timeOf(now) + NEAR_MS) throw outside(first, last, recording);
    return tick ?? first;
  }
}

function placeOf(moment: Moment, now: Now, startMs: number): number {
  if ('wallMs' in moment) return moment.wallMs;
  return 'fromEndMs' in moment ? now.atMs - moment.fromEndMs : startMs + moment.fromStartMs;
}

function outside(first: TickView, last: TickView, recording: string | null): EvenkeelError {
  const [from, to] = [first, last].map(({ wallMs }) => new Date(wallMs).toISOString());
  const range = [first, last].map(({ atMs, startMs }) => (atMs - startMs) / 1000);
  const remedy =
    recording === null
      ? 'nothing older is recorded'
      : `older moments are in its recording: evenkeel explain ${recording} --at …`;
  const message = `expected a moment that the agent remembers, from ${from} to ${to} (${range.join(' to ')} s); ${remedy}`;
  return new EvenkeelError('outOfRange', message, { details: { range, recording } });
}
