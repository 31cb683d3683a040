/** Conditions held over time: idle → pending → active → cooling, by the ticks' time and nothing else. */
import type { RuleMemory, Truth, Verdict } from '../shapes/fired.js';
import type { RulePhase } from '../shapes/port.js';
import type { Rule } from '../shapes/rule.js';
import { negate } from './truth.js';

/** A rule as it begins: idle, with nothing held. */
export function newMemory(rule: Rule, atMs: number): RuleMemory {
  return {
    hash: rule.hash,
    phase: 'idle',
    sinceMs: atMs,
    heldMs: 0,
    wasTrue: false,
    blind: false,
    activations: 0,
    steppedAtMs: null,
    values: {},
    endedBlind: false,
  };
}

/**
 * Moves one rule's memory on by a tick. `dtMs` is the time since the tick before; a `gap` resets what is pending and
 * leaves what is active.
 */
export function advanceRule(
  rule: Rule,
  memory: RuleMemory,
  verdict: Verdict,
  atMs: number,
  dtMs: number,
  gap: boolean,
): void {
  holdClock(memory, verdict.when, dtMs, gap);
  const end = rule.until === null ? negate(verdict.when) : (verdict.until ?? 'unknown');
  memory.endedBlind &&= end === 'unknown';
  memory.blind = memory.endedBlind;
  if (memory.phase === 'active') {
    memory.blind = end === 'unknown';
    const ends = end === 'true' || (end === 'unknown' && rule.blind === 'release');
    if (!ends) return;
    enter(memory, atMs, rule.cooldownMs > 0 ? 'cooling' : 'idle');
    memory.endedBlind = end === 'unknown';
    memory.heldMs = 0;
    memory.wasTrue = false;
    // `until` wins over `when`: a rule that just ended does not begin again at the same tick.
    return;
  }
  if (memory.phase === 'cooling') {
    if (atMs - memory.sinceMs < rule.cooldownMs) return;
    enter(memory, atMs, 'idle');
  }
  // One that let go because its end is unknown would let go again: it waits until the end is known.
  if (verdict.when === 'true' && memory.heldMs >= rule.forMs && !memory.endedBlind) {
    enter(memory, atMs, 'active');
    memory.activations++;
    // `every` counts from the last step carried out, whatever came between.
    if (rule.everyMs === null) memory.steppedAtMs = null;
    memory.values = {};
    memory.endedBlind = false;
    return;
  }
  const isHeld = verdict.when === 'true' || (verdict.when === 'unknown' && memory.heldMs > 0);
  const isPending = isHeld && !memory.endedBlind;
  if (isPending !== (memory.phase === 'pending')) enter(memory, atMs, isPending ? 'pending' : 'idle');
}

function enter(memory: RuleMemory, atMs: number, phase: RulePhase): void {
  memory.phase = phase;
  memory.sinceMs = atMs;
}

/** `for` counts time known true: unknown stops the clock, false sets it back. */
function holdClock(memory: RuleMemory, when: Truth, dtMs: number, gap: boolean): void {
  if (when === 'false' || gap) memory.heldMs = 0;
  else if (when === 'true' && memory.wasTrue) memory.heldMs += dtMs;
  memory.wasTrue = when === 'true';
}

/** Whether the step of an active rule may be carried out: the first at once, the next after `every`. */
export function isStepDue(rule: Rule, memory: RuleMemory, atMs: number): boolean {
  if (memory.phase !== 'active') return false;
  if (memory.steppedAtMs === null) return true;
  return rule.everyMs !== null && atMs - memory.steppedAtMs >= rule.everyMs;
}
