/** Points as the facts of a tick, and conditions read off YAML, for the tests of `src/rules/logic/` and `meaning/`. */
import { parse } from 'yaml';
import { buildCondition, type Complain } from '../../../src/rules/conditions.js';
import { CATALOGUE_NAMES } from '../../../src/rules/fact-names.js';
import { explainCondition } from '../../../src/rules/truth.js';
import type { Truth } from '../../../src/shapes/fired.js';
import type { FactValue, FactView } from '../../../src/shapes/reading.js';
import type { Condition } from '../../../src/shapes/rule.js';

/** The facts of a tick at which exactly these are known. */
export function viewOf(values: ReadonlyMap<string, FactValue>): FactView {
  return {
    known: (fact) => values.get(fact),
    number(fact) {
      const value = values.get(fact);
      return typeof value === 'number' ? value : undefined;
    },
    reading: () => undefined,
  };
}

/** The truth of a condition where exactly these facts are known. */
export function truthAt(condition: Condition, values: ReadonlyMap<string, FactValue>): Truth {
  return explainCondition(condition, viewOf(values), 0).truth;
}

/** A condition of YAML without references; the test fails when it is wrong. */
export function conditionOf(text: string): Condition {
  const complain: Complain = (_, __, message) => {
    throw new Error(message);
  };
  return buildCondition(parse(text), [], {
    names: CATALOGUE_NAMES,
    complain,
    resolve: () => ({ refused: null }),
  });
}
