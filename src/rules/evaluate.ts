/** The truth of every rule's conditions at one tick, by json-rules-engine. */
import { Engine } from 'json-rules-engine';
import type { Truth, Verdict } from '../shapes/fired.js';
import type { FactValue, FactView } from '../shapes/reading.js';
import type { Condition, Rule } from '../shapes/rule.js';
import { factsOf } from './conditions.js';
import { encode, type HiddenFacts, knownName, numberName } from './encode.js';

/** What each rule's conditions say, by the rule's id. */
export type Verdicts = ReadonlyMap<string, Verdict>;

/** Evaluates all rules of one book: at once where it can, else by a promise. One evaluation at a time. */
export interface Evaluator {
  evaluate(facts: FactView): Verdicts | Promise<Verdicts>;
}

/** It answers by a promise, as its engine does. */
export interface ReferenceEvaluator extends Evaluator {
  evaluate(facts: FactView): Promise<Verdicts>;
}

/**
 * The reference: one engine for a book's rules, flat facts, one priority, no listeners, no paths. The engine loses
 * rules silently when runs overlap, so a second evaluation while one runs is refused.
 */
export function createEvaluator(rules: readonly Rule[]): ReferenceEvaluator {
  const engine = new Engine([], { allowUndefinedFacts: true });
  const hidden: HiddenFacts = { known: new Set(), numbers: new Set(), scaled: new Map() };
  const facts = new Set<string>();
  const add = (name: string, condition: Condition): void => {
    for (const fact of factsOf(condition)) facts.add(fact);
    for (const wanted of [true, false]) {
      const conditions = encode(condition, wanted, hidden);
      engine.addRule({ name: `${name}#${wanted}`, conditions, event: { type: 'fired' } });
    }
  };
  for (const rule of rules) {
    add(`${rule.id}/when`, rule.when);
    if (rule.until !== null) add(`${rule.id}/until`, rule.until);
  }
  let running = false;
  return {
    async evaluate(view) {
      if (running)
        throw new Error('expected one evaluation at a time, got a second one while the first still runs');
      running = true;
      try {
        const { results } = await engine.run(engineFacts(view, facts, hidden));
        const fired = new Set(results.map((result) => result.name));
        const truth = (name: string): Truth =>
          fired.has(`${name}#true`) ? 'true' : fired.has(`${name}#false`) ? 'false' : 'unknown';
        return new Map(
          rules.map((rule) => [
            rule.id,
            { when: truth(`${rule.id}/when`), until: rule.until === null ? null : truth(`${rule.id}/until`) },
          ]),
        );
      } finally {
        running = false;
      }
    },
  };
}

/** Known facts under their names; unknown ones are left out. */
function engineFacts(
  view: FactView,
  facts: ReadonlySet<string>,
  hidden: HiddenFacts,
): Record<string, FactValue> {
  const values: Record<string, FactValue> = {};
  for (const fact of facts) {
    const value = view.known(fact);
    if (value !== undefined) values[fact] = value;
  }
  for (const fact of hidden.numbers) {
    const value = view.number(fact);
    if (value !== undefined) values[numberName(fact)] = value;
  }
  for (const [name, { fact, times, plus }] of hidden.scaled) {
    const value = view.number(fact);
    if (value !== undefined) values[name] = value * times + plus;
  }
  for (const name of hidden.known) {
    values[knownName(name)] = hidden.scaled.has(name)
      ? values[name] !== undefined
      : view.known(name) !== undefined;
  }
  return values;
}
