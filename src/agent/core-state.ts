/** What a core remembers from tick to tick, as plain data: what a recording holds and what a restarted agent takes up. */
import type { DecisionMemory } from '../decision/memory.js';
import type { StateLine } from '../recordings/format.js';
import type { RuleMemory } from '../shapes/fired.js';

/** Grows when what is remembered changes so that an older agent's state means something else. */
export const STATE_VERSION = 1;

/** A state whose memory was checked to be of this agent's form. */
export interface CoreState extends Omit<StateLine, 'kind' | 'memory'> {
  memory: DecisionMemory;
}

/** Whether a rule remembers anything that a fresh one would not do in the same way. */
export function remembersAnything(memory: RuleMemory): boolean {
  return memory.phase !== 'idle' || memory.heldMs > 0 || memory.wasTrue || memory.endedBlind;
}

/** Names that hold a moment of tick time; all others in ms are lengths of time. */
const MOMENT = /(?:^at|At|^until|Until|^since|Since|Due)Ms$/;
/** Lists of moments. */
const MOMENTS: ReadonlySet<string> = new Set(['reversals']);

/** The same with every moment of tick time moved by `byMs`. */
export function shiftTimes<T>(value: T, byMs: number, name = ''): T {
  if (typeof value === 'number') return (MOMENT.test(name) ? value + byMs : value) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) {
    const entries = Object.entries(value).map(([key, part]) => [key, shiftTimes(part, byMs, key)]);
    return Object.fromEntries(entries) as T;
  }
  const each = MOMENTS.has(name) ? (part: number) => part + byMs : (part: unknown) => shiftTimes(part, byMs);
  return value.map(each) as T;
}
