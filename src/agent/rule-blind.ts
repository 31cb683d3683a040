/** Whether a rule could be judged at a tick. */
import type { FiredRule } from '../shapes/fired.js';

/** Blind is a rule whose truth cannot be known: `when` while it sleeps, its end while it is active. */
export function isBlind({ memory, verdict, isActive }: FiredRule): boolean {
  return memory.blind || (!isActive && verdict.when === 'unknown');
}
