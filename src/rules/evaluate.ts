/** The truth of every rule's conditions at one tick, by json-rules-engine. */
import type { Truth, Verdict } from '../shapes/fired.js';
import type { FactView } from '../shapes/reading.js';
import type { Condition, Rule } from '../shapes/rule.js';
import { ConditionEngine } from './condition-engine.js';
import { type Need, needsOf } from './needs.js';

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

/** A condition that rules ask about, under the name the engines know it by. */
interface Asked {
  name: string;
  condition: Condition;
  needs: readonly Need[];
}

/** From so many conditions on that look at something unknown, all are denied in one run instead of each in its own. */
const MANY = 30;

/**
 * The reference. Each condition is a rule of the engine that fires when the condition is true; whether one that did not
 * fire is false or unknown is asked only of those that look at something unknown: with every value there, what is not
 * true is false. The engine loses rules silently when runs overlap, so a second evaluation while one runs is refused.
 */
export function createEvaluator(rules: readonly Rule[]): ReferenceEvaluator {
  const asked = rules.flatMap(({ id, when, until }) => [
    askedOf(`${id}/when`, when),
    ...(until === null ? [] : [askedOf(`${id}/until`, until)]),
  ]);
  const affirm = new ConditionEngine(asked, true);
  const deny = denier(asked);
  let running = false;
  return {
    async evaluate(facts) {
      if (running)
        throw new Error('expected one evaluation at a time, got a second one while the first still runs');
      running = true;
      try {
        const affirmed = await affirm.run(facts);
        const open = asked.filter(({ name, needs }) => !affirmed.has(name) && !areMet(needs, facts));
        const denied = open.length === 0 ? new Set() : await deny(open, facts);
        const unknown = new Set(open.filter(({ name }) => !denied.has(name)).map(({ name }) => name));
        const truth = (name: string): Truth =>
          affirmed.has(name) ? 'true' : unknown.has(name) ? 'unknown' : 'false';
        return new Map(
          rules.map(({ id, until }) => [
            id,
            { when: truth(`${id}/when`), until: until === null ? null : truth(`${id}/until`) },
          ]),
        );
      } finally {
        running = false;
      }
    },
  };
}

function askedOf(name: string, condition: Condition): Asked {
  return { name, condition, needs: needsOf(condition) };
}

function areMet(needs: readonly Need[], facts: FactView): boolean {
  return needs.every(({ fact, isNumber }) =>
    isNumber ? facts.number(fact) !== undefined : facts.known(fact) !== undefined,
  );
}

/** Finds those of the open conditions that are false. Engines are made when they are first needed. */
function denier(
  asked: readonly Asked[],
): (open: readonly Asked[], facts: FactView) => Promise<ReadonlySet<string>> {
  const single = new Map<string, ConditionEngine>();
  let all: ConditionEngine | null = null;
  const engineOf = (one: Asked): ConditionEngine => {
    const engine = single.get(one.name) ?? new ConditionEngine([one], false);
    single.set(one.name, engine);
    return engine;
  };
  return async (open, facts) => {
    if (open.length >= MANY) {
      all ??= new ConditionEngine(asked, false);
      return all.run(facts);
    }
    const denied = await Promise.all(open.map((one) => engineOf(one).run(facts)));
    return new Set(denied.flatMap((names) => [...names]));
  };
}
