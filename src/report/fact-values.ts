/** What a fact of a state is worth where one type of value is wanted. */
import type { FactState } from '../shapes/port.js';

/** The number while it is known and a number, else null. */
export function numberOf(state: FactState | undefined): number | null {
  return typeof state?.value === 'number' ? state.value : null;
}

/** The word while it is known and a word, else null. */
export function wordOf(state: FactState | undefined): string | null {
  return typeof state?.value === 'string' ? state.value : null;
}
