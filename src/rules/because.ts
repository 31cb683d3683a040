/** A rule's reason in words, with the values it speaks of. */
import type { FactView } from '../shapes/reading.js';

/** Replaces each `{fact}` by its present value, numbers to one decimal; an unknown one by "unknown". */
export function renderBecause(because: string, facts: FactView): string {
  return because.replace(/\{([^}]*)\}/g, (_, name: string) => {
    const value = facts.known(name);
    if (value === undefined) return 'unknown';
    return typeof value === 'number' ? String(Math.round(value * 10) / 10) : String(value);
  });
}
