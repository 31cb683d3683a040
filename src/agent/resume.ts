/** Whether a run goes on from where the one before it ended, and from what. */
import { newDecisionMemory, newKnobMemory } from '../decision/memory.js';
import type { HeaderLine, StateLine } from '../recordings/format.js';
import type { LastState } from '../recordings/last-state.js';
import { newMemory } from '../rules/states.js';
import type { Rule } from '../shapes/rule.js';
import { type CoreState, STATE_VERSION, shiftTimes } from './core-state.js';

/** After so long a pause nothing that was learnt is worth more than looking anew, in ms. */
const LONGEST_PAUSE_MS = 3_600_000;

/** The run that begins now. */
export interface NewRun {
  wallMs: number;
  profile: string;
  card: string;
  level: string;
  /** A flag or a variable says the level: it wins over what a person asked of the run before. */
  isLevelGiven: boolean;
  /** Names of the levels of the book. */
  levels: readonly string[];
}

/** The state to go on from, its times by the new run's clock; `why` not, in words. */
export type Resumed = { state: StateLine; afterMs: number } | { why: string };

/** Judges what the run before left. */
export function resumeRun(last: LastState | null, run: NewRun): Resumed {
  if (last === null) return { why: 'no recording of a run before holds a state' };
  const { header, state } = last;
  const afterMs = Math.max(0, run.wallMs - state.wallMs);
  const why = refusalOf(header, state, afterMs, run);
  if (why !== null) return { why: `the state in ${last.folder} is not taken up: ${why}` };
  const shifted = shiftTimes(state, -afterMs - state.atMs);
  return { state: withLevel(shifted as StateLine & CoreState, header, run), afterMs };
}

/** A state line's memory as what it is. `resumeRun` and the recording's own agent have seen to its form. */
export function coreStateOf(line: StateLine): CoreState | null {
  return isWhole(line) ? (line as CoreState & StateLine) : null;
}

function refusalOf(header: HeaderLine, state: StateLine, afterMs: number, run: NewRun): string | null {
  if (afterMs > LONGEST_PAUSE_MS) return `it is ${Math.round(afterMs / 60_000)} min old`;
  if (header.profile.name !== run.profile) return `it is of the profile ${header.profile.name}`;
  if (header.card.name !== run.card) return `it is of the card ${header.card.name}`;
  return isWhole(state) ? null : 'it is of another version';
}

/** A person's level stands over a restart, unless somebody said another one since, or it is gone. */
function withLevel(
  state: StateLine & CoreState,
  header: HeaderLine,
  { level, isLevelGiven, levels }: NewRun,
): StateLine {
  const { memory } = state;
  const isKept =
    !isLevelGiven && header.settings.level === level && levels.includes(String(memory.level.value));
  if (!isKept) {
    const fresh = newDecisionMemory(level);
    memory.level = fresh.level;
    memory.preset = fresh.preset;
  }
  return state as StateLine;
}

const ANY_KNOB = newKnobMemory('bot', { value: 0 }, 0);
const ANY_RULE = newMemory({ hash: '' } as Rule, 0);

/** Whether every part has the form that this agent would have given it. */
function isWhole({ version, memory, rules }: StateLine): boolean {
  const isDecision = version === STATE_VERSION && hasFormOf(memory, newDecisionMemory(''));
  if (!isDecision) return false;
  const { knobs, before } = memory as unknown as CoreState['memory'];
  const all = [...Object.values(knobs), ...Object.values(before)];
  return (
    all.every((knob) => hasFormOf(knob, ANY_KNOB)) &&
    Object.values(rules).every((rule) => hasFormOf(rule, ANY_RULE))
  );
}

/** Every name of `form` is there, and holds the same kind of value where `form` holds more than nothing. */
function hasFormOf(value: unknown, form: object): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const parts = value as Record<string, unknown>;
  return Object.entries(form).every(([name, part]) => {
    if (!Object.hasOwn(parts, name)) return false;
    if (part === null || typeof part === 'string' || typeof part === 'number')
      return parts[name] !== undefined;
    return typeof parts[name] === typeof part && Array.isArray(parts[name]) === Array.isArray(part);
  });
}
