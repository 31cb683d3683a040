/** An answer of the solver as the facts of two ticks, before a move and after it. */
import type { FactValue } from '../../shapes/reading.js';
import type { Point } from '../logic/clause.js';
import type { Signals } from '../logic/naming.js';
import { factOf, PRIME } from '../logic/solve.js';
import type { Judged } from './judged.js';
import type { Example } from './push.js';
import { rounded } from './show-point.js';

/** Facts that one point does not speak of are there as at the other. */
export function exampleOf(point: Point, unknown: readonly string[], { signals }: Judged): Example {
  const facts = new Set([...point.keys()].map(factOf));
  const isSpokenOf = (variable: string): boolean => point.has(variable) || unknown.includes(variable);
  const pick = (own: string, other: string): FactValue | undefined =>
    point.get(isSpokenOf(own) ? own : other);
  const [before, after] = [new Map<string, FactValue>(), new Map<string, FactValue>()];
  for (const fact of facts) {
    const [was, is] = [pick(fact, `${fact}${PRIME}`), pick(`${fact}${PRIME}`, fact)];
    if (was !== undefined) before.set(fact, rounded(was));
    if (is !== undefined) after.set(fact, rounded(is));
  }
  const absent = [...new Set(unknown.map(factOf))];
  return { before: withSignals(before, signals), after: withSignals(after, signals), absent };
}

/** Scaled signals as the agent derives them, each after those it is made of. */
function withSignals(values: Map<string, FactValue>, signals: Signals): Map<string, FactValue> {
  for (const { name, source } of signals.values()) {
    const value = values.get(source.fact);
    if (source.kind === 'scaled' && typeof value === 'number') {
      values.set(name, value * source.times + source.plus);
    }
  }
  return values;
}
