/**
 * Conditions as json-rules-engine rules. The engine knows two values, ours are three, so each condition becomes two
 * rules: one that fires when it is true, one that fires when it is false; neither means unknown. In the second all
 * negations are pushed to the leaves by complement. A leaf that the engine would find true on a missing fact gets a
 * guard that the fact is known.
 */
import type { ConditionProperties, NestedCondition, TopLevelCondition } from 'json-rules-engine';
import type { FactValue } from '../shapes/reading.js';
import type { Condition, Operand, OrderOperator } from '../shapes/rule.js';

/** The hidden claim that a fact is known. No fact of the catalogue has a colon. */
export const knownName = (fact: string): string => `known:${fact}`;
/** The hidden fact that holds a fact's value where it is a number: the engine takes the text "12" for one. */
export const numberName = (fact: string): string => `number:${fact}`;
/** The hidden fact of `{ fact, times, plus }`. */
const scaledName = (fact: string, times: number, plus: number): string => `scaled:${times}:${plus}:${fact}`;

/** What an engine of these conditions must be handed besides the facts themselves. */
export interface HiddenFacts {
  known: Set<string>;
  numbers: Set<string>;
  scaled: Map<string, { fact: string; times: number; plus: number }>;
}

const ENGINE_OPERATOR = {
  above: 'greaterThan',
  atLeast: 'greaterThanInclusive',
  below: 'lessThan',
  atMost: 'lessThanInclusive',
} as const;
const COMPLEMENT: Record<OrderOperator, OrderOperator> = {
  above: 'atMost',
  atLeast: 'below',
  below: 'atLeast',
  atMost: 'above',
};

/** The condition as the engine's: true exactly when `condition` is known to be `wanted`. */
export function encode(condition: Condition, wanted: boolean, hidden: HiddenFacts): TopLevelCondition {
  const node = encodeNode(condition, wanted, hidden);
  return 'fact' in node ? { all: [node] } : (node as TopLevelCondition);
}

function encodeNode(condition: Condition, wanted: boolean, hidden: HiddenFacts): NestedCondition {
  switch (condition.op) {
    case 'all':
    case 'any': {
      const children = condition.children.map((child) => encodeNode(child, wanted, hidden));
      return (condition.op === 'all') === wanted ? { all: children } : { any: children };
    }
    case 'not':
      return encodeNode(condition.child, !wanted, hidden);
    case 'ref':
      return encodeNode(condition.child, wanted, hidden);
    case 'known':
      return isKnown(condition.fact, condition.known === wanted, hidden);
    case 'above':
    case 'atLeast':
    case 'below':
    case 'atMost':
      // The engine finds no order between a number and nothing: an unknown side is false both ways, as it must be.
      return order(condition.fact, wanted ? condition.op : COMPLEMENT[condition.op], condition.right, hidden);
    case 'between': {
      const { fact, low, high } = condition;
      return wanted
        ? {
            all: [
              order(fact, 'atLeast', { literal: low }, hidden),
              order(fact, 'atMost', { literal: high }, hidden),
            ],
          }
        : {
            any: [
              order(fact, 'below', { literal: low }, hidden),
              order(fact, 'above', { literal: high }, hidden),
            ],
          };
    }
    case 'is':
    case 'isNot':
      return equality(condition.fact, (condition.op === 'is') === wanted, condition.right, hidden);
    case 'oneOf':
    case 'noneOf': {
      const isIn = (condition.op === 'oneOf') === wanted;
      const leaf = { fact: condition.fact, operator: isIn ? 'in' : 'notIn', value: condition.values };
      return isIn ? leaf : { all: [isKnown(condition.fact, true, hidden), leaf] };
    }
  }
}

function isKnown(fact: string, known: boolean, hidden: HiddenFacts): ConditionProperties {
  hidden.known.add(fact);
  return { fact: knownName(fact), operator: 'equal', value: known };
}

function order(fact: string, op: OrderOperator, right: Operand, hidden: HiddenFacts): ConditionProperties {
  const value =
    'fact' in right && !isScaled(right) ? { fact: asNumber(right.fact, hidden) } : engineValue(right, hidden);
  return { fact: asNumber(fact, hidden), operator: ENGINE_OPERATOR[op], value };
}

function asNumber(fact: string, hidden: HiddenFacts): string {
  hidden.numbers.add(fact);
  return numberName(fact);
}

function equality(fact: string, equal: boolean, right: Operand, hidden: HiddenFacts): NestedCondition {
  const value = engineValue(right, hidden);
  const leaf = { fact, operator: equal ? 'equal' : 'notEqual', value };
  if (typeof value !== 'object') return equal ? leaf : { all: [isKnown(fact, true, hidden), leaf] };
  // Two missing facts are equal to the engine.
  return { all: [isKnown(fact, true, hidden), isKnown(value.fact, true, hidden), leaf] };
}

function isScaled({ times, plus }: { times: number; plus: number }): boolean {
  return times !== 1 || plus !== 0;
}

/** The literal, or the name the engine knows the other side by. */
function engineValue(right: Operand, hidden: HiddenFacts): FactValue | { fact: string } {
  if ('literal' in right) return right.literal;
  if (!isScaled(right)) return { fact: right.fact };
  const name = scaledName(right.fact, right.times, right.plus);
  hidden.scaled.set(name, right);
  return { fact: name };
}
