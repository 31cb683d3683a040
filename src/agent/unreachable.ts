/** A target that no rung reaches is told once, with the best that is reachable, and taken back when one does. */
import type { FactView } from '../shapes/reading.js';

/** Below this load the target is within reach again. */
const REACHED_PERCENT = 90;

/** The note of the present, null while the target is within reach. */
export class UnreachableNote {
  #note: string | null = null;

  get note(): string | null {
    return this.#note;
  }

  /** Looks at one tick; returns the note when it is new. */
  observe(facts: FactView): string | null {
    const load = facts.number('frame.loadPercent');
    const goalFps = facts.number('level.goalFps');
    if (load === undefined || goalFps === undefined) return null;
    if (load <= REACHED_PERCENT) this.#note = null;
    const isBottom = ['model', 'resolution'].every(
      (knob) => facts.number(`predicted.${knob}DownLoadPercent`) === undefined,
    );
    if (load <= 100 || !isBottom || this.#note !== null) return null;
    // The load is the slow frames' share of the budget, so this is the rate that nearly all frames would meet.
    this.#note = `no rung reaches ${Math.round(goalFps * 10) / 10} FPS: the smallest gives about ${((goalFps * 100) / load).toFixed(1)}`;
    return this.#note;
  }
}
