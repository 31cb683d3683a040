/** When a run writes down what it remembers: often enough for a restart, rarely enough for the disk. */
import type { StateLine } from '../recordings/format.js';
import type { CoreState } from './core-state.js';
import type { TickResult } from './tick-types.js';

/** At most so often where the active rules or a person's wish changed, which a restart must not lose … */
const CHANGED_MS = 2_000;
/** … so often where anything else did … */
const MOVED_MS = 10_000;
/** … and so often in any case: a restart looks no further back. */
const LONGEST_MS = 60_000;

/** Tells after each tick whether a state line is due, 2 s to 60 s after the one before. */
export class StateLog {
  #writtenAtMs = Number.NEGATIVE_INFINITY;
  #writtenText = '';
  #urgentText = '';
  #isUrgent = false;

  /** The line to write after a tick, or null. */
  after(state: CoreState, { decision }: TickResult): StateLine | null {
    const { level, preset, auto, overrides } = state.memory;
    const urgentText = JSON.stringify([decision.active, level, preset, auto, overrides]);
    this.#isUrgent ||= urgentText !== this.#urgentText;
    this.#urgentText = urgentText;
    const passedMs = state.atMs - this.#writtenAtMs;
    if (passedMs < (this.#isUrgent ? CHANGED_MS : MOVED_MS)) return null;
    const text = textOf(state);
    if (text === this.#writtenText && passedMs < LONGEST_MS) return null;
    this.#writtenAtMs = state.atMs;
    this.#writtenText = text;
    this.#isUrgent = false;
    return stateLine(state);
  }
}

/** The line of a state. The line is to be written at once: it shares what the next tick changes. */
export function stateLine(state: CoreState): StateLine {
  return { kind: 'state', ...state } as StateLine & CoreState;
}

/** What makes two states the same, whenever they were. */
export function textOf({ rules, memory }: Pick<StateLine, 'rules'> & { memory: object }): string {
  return JSON.stringify([rules, memory]);
}
