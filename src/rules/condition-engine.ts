/** Conditions in one json-rules-engine: flat facts, one priority, no listeners, no paths. */
import { Engine, Fact } from 'json-rules-engine';
import type { FactValue, FactView } from '../shapes/reading.js';
import type { Condition } from '../shapes/rule.js';
import { factsOf } from './conditions.js';
import { encode, type HiddenFacts, knownName, numberName } from './encode.js';

/** All conditions of a book at once, over the facts that they name and no others. */
export class ConditionEngine {
  readonly #engine = new Engine([], { allowUndefinedFacts: true });
  readonly #hidden: HiddenFacts = { known: new Set(), numbers: new Set(), scaled: new Map() };
  readonly #facts = new Set<string>();

  /** An engine whose rules fire when their condition is known to be `wanted`. */
  constructor(conditions: readonly { name: string; condition: Condition }[], wanted: boolean) {
    for (const { name, condition } of conditions) {
      for (const fact of factsOf(condition)) this.#facts.add(fact);
      this.#engine.addRule({
        name,
        conditions: encode(condition, wanted, this.#hidden),
        event: { type: 'fired' },
      });
    }
  }

  /** The names of the conditions that are as wanted. One run at a time. */
  async run(facts: FactView): Promise<ReadonlySet<string>> {
    const { results } = await this.#engine.run(this.#engineFacts(facts));
    return new Set(results.map(({ name }) => name));
  }

  /** Facts without the engine's cache: what is a value already is dearer to hash than to read. */
  #engineFacts(view: FactView): Record<string, Fact> {
    const facts: Record<string, Fact> = {};
    for (const [name, value] of Object.entries(this.#values(view)))
      facts[name] = new Fact(name, value, { cache: false });
    return facts;
  }

  /** Known facts under their names; unknown ones are left out. */
  #values(view: FactView): Record<string, FactValue> {
    const values: Record<string, FactValue> = {};
    for (const fact of this.#facts) {
      const value = view.known(fact);
      if (value !== undefined) values[fact] = value;
    }
    for (const fact of this.#hidden.numbers) {
      const value = view.number(fact);
      if (value !== undefined) values[numberName(fact)] = value;
    }
    for (const [name, { fact, times, plus }] of this.#hidden.scaled) {
      const value = view.number(fact);
      if (value !== undefined) values[name] = value * times + plus;
    }
    for (const name of this.#hidden.known) {
      values[knownName(name)] = this.#hidden.scaled.has(name)
        ? values[name] !== undefined
        : view.known(name) !== undefined;
    }
    return values;
  }
}
