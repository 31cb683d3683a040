/** Evaluates rules over a log that does not tell everything: a source that it never had is not silent. */
import { madeOf } from '../facts/made-of.js';
import { compileRules } from '../rules/compile.js';
import { factsOf } from '../rules/conditions.js';
import { createEvaluator, type Evaluator } from '../rules/evaluate.js';
import { heardFact, onlyOfHeard } from '../rules/heard.js';
import type { FactValue, FactView, Reading } from '../shapes/reading.js';
import type { Rule, Signal } from '../shapes/rule.js';

/** What makes the evaluator of a book's rules, as `CoreOptions.engine` takes it. */
export type Engine = (rules: readonly Rule[]) => Evaluator;

/**
 * The engine for a log. `mayLack` names the facts that the log tells or lacks: until it tells one, that it is unknown is
 * itself unknown (`onlyOfHeard`). What the agent makes of lacking facts is lacking too.
 */
export function engineOfLog(
  kind: 'compiled' | 'reference',
  signals: readonly Signal[],
  mayLack: (fact: string) => boolean,
): Engine {
  return (rules) => {
    const asked = rules.map((rule) => ({
      ...rule,
      when: onlyOfHeard(rule.when),
      until: rule.until === null ? null : onlyOfHeard(rule.until),
    }));
    const inner = kind === 'compiled' ? compileRules(asked) : createEvaluator(asked);
    const heard = new HeardFacts(claimsOf(asked), signals, mayLack);
    return {
      evaluate(facts) {
        heard.listen(facts);
        return inner.evaluate(heard);
      },
    };
  };
}

/** The facts whose silence the rules look at. */
function claimsOf(rules: readonly Rule[]): string[] {
  const names = new Set<string>();
  for (const { when, until } of rules)
    for (const condition of until === null ? [when] : [when, until])
      for (const name of factsOf(condition)) names.add(name);
  return [...names].flatMap((name) => heardFact(name) ?? []);
}

/** A tick's facts, and which of them were ever told. */
class HeardFacts implements FactView {
  /** What each claim rests on and was not told yet, by the claim's fact. */
  readonly #awaited: Map<string, Set<string>>;
  #facts: FactView | null = null;

  constructor(claims: readonly string[], signals: readonly Signal[], mayLack: (fact: string) => boolean) {
    const sources = new Map(signals.map(({ name, source }) => [name, source.fact]));
    this.#awaited = new Map(
      claims.map((fact) => [fact, new Set(toldFor(fact, sources).filter(mayLack))] as const),
    );
  }

  listen(facts: FactView): void {
    this.#facts = facts;
    for (const [claim, awaited] of this.#awaited) {
      for (const fact of awaited) if (wasTold(facts.reading(fact))) awaited.delete(fact);
      if (awaited.size === 0 || wasTold(facts.reading(claim))) this.#awaited.delete(claim);
    }
  }

  known(fact: string): FactValue | undefined {
    const claim = heardFact(fact);
    if (claim === null) return this.#facts?.known(fact);
    return this.#awaited.has(claim) ? undefined : true;
  }

  number(fact: string): number | undefined {
    return this.#facts?.number(fact);
  }

  reading(fact: string): Reading | undefined {
    return this.#facts?.reading(fact);
  }
}

/** A value stands in the store from the first time on, whatever it is worth later. */
function wasTold(reading: Reading | undefined): boolean {
  return reading !== undefined && reading.value !== null;
}

/** The facts that somebody has to tell before this one is known; a cycle of signals is refused with the book. */
function toldFor(fact: string, sources: ReadonlyMap<string, string>): string[] {
  const source = sources.get(fact);
  const inputs = source === undefined ? madeOf(fact) : [source];
  return inputs === null ? [fact] : inputs.flatMap((input) => toldFor(input, sources));
}
