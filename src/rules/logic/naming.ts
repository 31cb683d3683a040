/** How the facts of a book become variables: a signal that only scales another fact is that fact. */
import { lookUpFact } from '../../facts/catalogue.js';
import type { Signal } from '../../shapes/rule.js';
import { byName, type Naming } from './atoms.js';
import { add, fractionOf, multiply } from './fraction.js';

/** The signals of one book by their names as facts. */
export type Signals = ReadonlyMap<string, Signal>;

/** Signals by their names. */
export function signalsByName(signals: readonly Signal[]): Signals {
  return new Map(signals.map((signal) => [signal.name, signal]));
}

/** Replaces `{ fact, times, plus }` signals by what they are made of, in terms of `inner`. */
export function throughSignals(signals: Signals, inner: Naming = byName): Naming {
  const naming: Naming = (fact) => {
    const source = signals.get(fact)?.source;
    if (source?.kind !== 'scaled') return inner(fact);
    const term = naming(source.fact);
    if (term === null) return null;
    const times = fractionOf(source.times);
    const plus = add(multiply(times, term.plus), fractionOf(source.plus));
    return { variable: term.variable, times: multiply(times, term.times), plus };
  };
  return naming;
}

/** Whether a fact is, by way of others perhaps, a signal over time: a window, a slope, a mean, an age. */
export function isOverTime(fact: string, signals: Signals): boolean {
  const source = signals.get(fact)?.source;
  if (source === undefined) return lookUpFact(fact) === undefined;
  return source.kind !== 'scaled' || isOverTime(source.fact, signals);
}

/**
 * The fact that a signal is measured of, by way of others perhaps; null for an age, which time alone moves, and for a
 * name that means nothing.
 */
export function measuredFact(fact: string, signals: Signals): string | null {
  const source = signals.get(fact)?.source;
  if (source === undefined) return lookUpFact(fact) === undefined ? null : fact;
  return source.kind === 'age' ? null : measuredFact(source.fact, signals);
}
