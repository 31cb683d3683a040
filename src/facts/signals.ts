/** The signals of a book, computed at every tick after all other facts. */
import type { Signal } from '../shapes/rule.js';
import type { Gauge, SignalTick } from './gauge.js';
import { gaugeOf } from './gauges.js';

interface Running {
  signal: Signal;
  gauge: Gauge;
  /** It rests on the controlling bot's frames, so that what they are made with is part of what it means. */
  restsOnFrames: boolean;
}

/** Takes a signal's value at this tick, or undefined and the reason. */
export type SetFact = (name: string, value: number | undefined, why?: string) => void;

/** A signal whose definition stays keeps its past when the book changes. */
export class SignalWatch {
  readonly #intervalMs: number;
  #running: Running[] = [];

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  /** Takes the signals of a book, each after those it uses. One whose definition did not change keeps its past. */
  use(signals: readonly Signal[]): void {
    const before = new Map(this.#running.map((one) => [one.signal.hash, one.gauge]));
    const onFrames = new Set<string>();
    this.#running = signals.map((signal) => {
      const { fact } = signal.source;
      const restsOnFrames = /^(frame|inference)\./.test(fact) || onFrames.has(fact);
      if (restsOnFrames) onFrames.add(signal.name);
      const gauge = before.get(signal.hash) ?? gaugeOf(signal.source, this.#intervalMs);
      return { signal, gauge, restsOnFrames };
    });
  }

  /** After a gap in time nothing of before it counts. */
  clear(): void {
    for (const { gauge } of this.#running) gauge.clear();
  }

  /** What frames told before an applied change, a pause or another session does not count after it. */
  restartFrames(): void {
    for (const { gauge, restsOnFrames } of this.#running) if (restsOnFrames) gauge.clear();
  }

  /** Computes all signals of a tick; `set` is called for each before those that use it are computed. */
  tick(tick: SignalTick, set: SetFact): void {
    for (const { signal, gauge } of this.#running) {
      const value = gauge.read(tick);
      if (typeof value === 'number') set(signal.name, value);
      else set(signal.name, undefined, value);
    }
  }
}
