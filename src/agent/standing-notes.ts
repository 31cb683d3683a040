/** What stands of the cards' reading is logged when it begins and when it is over, not at every tick. */
import type { Log } from './log.js';

/** The notes of the tick before. */
export class StandingNotes {
  #before: ReadonlySet<string> = new Set();

  /** Looks at what stands now. */
  observe(notes: readonly string[], log: Log): void {
    const now = new Set(notes);
    for (const note of now) if (!this.#before.has(note)) log('warn', note);
    for (const note of this.#before) if (!now.has(note)) log('info', `no longer: ${note}`);
    this.#before = now;
  }
}
