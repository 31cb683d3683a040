/** What a rule must know: the facts of its conditions, and what the signals among them rest on. */
import { factsOf } from '../rules/conditions.js';
import type { Rule, Signal } from '../shapes/rule.js';

/** The facts that `rule` looks at, each with those that it is made of where it is a signal. */
export function factsBehind(rule: Rule, signals: readonly Signal[]): Set<string> {
  const facts = factsOf(rule.when);
  if (rule.until !== null) for (const fact of factsOf(rule.until)) facts.add(fact);
  const sources = new Map(signals.map(({ name, source }) => [name, source.fact]));
  // A set hands out what is added to it meanwhile, so signals over signals are followed to their ends.
  for (const fact of facts) {
    const source = sources.get(fact);
    if (source !== undefined) facts.add(source);
  }
  return facts;
}
