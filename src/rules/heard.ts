/**
 * Conditions over a log, of which nobody knows whether what it does not tell was silent or never asked for. That a fact is
 * unknown is there a claim about its source only once the fact was heard; before, the claim is unknown as the fact is.
 */
import type { Condition } from '../shapes/rule.js';
import { needsOf } from './needs.js';

const PREFIX = 'heard:';
const NONE: ReadonlySet<string> = new Set();

/** The hidden claim that a fact was heard; known to be true, or unknown. No fact of the catalogue has a colon. */
export function heardName(fact: string): string {
  return `${PREFIX}${fact}`;
}

/** The fact that a hidden claim is about; null for every other name. */
export function heardFact(name: string): string | null {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : null;
}

/**
 * The condition with each `known` about an unheard fact unknown. It is left as it is where another way to the same end
 * compares the fact itself, `any: [ { x: { known: false } }, { x: { above: 3 } } ]`: that says what goes without `x`, and
 * is no claim about its silence.
 */
export function onlyOfHeard(condition: Condition): Condition {
  return rewrite(condition, true, NONE);
}

/** `isPositive` is false below an odd number of `not`, where `all` joins ways and `any` joins needs. */
function rewrite(condition: Condition, isPositive: boolean, compared: ReadonlySet<string>): Condition {
  if (!hasKnown(condition)) return condition;
  switch (condition.op) {
    case 'all':
    case 'any': {
      const { op, children } = condition;
      const isWays = (op === 'any') === isPositive;
      const child = (one: Condition): Condition =>
        rewrite(one, isPositive, isWays ? comparedBeside(one, children, compared) : compared);
      return { op, children: children.map(child) };
    }
    case 'not':
      return { op: 'not', child: rewrite(condition.child, !isPositive, compared) };
    case 'ref':
      return { ...condition, child: rewrite(condition.child, isPositive, compared) };
    case 'known':
      return compared.has(condition.fact) ? condition : ofHeard(condition.fact, condition.known);
    default:
      return condition;
  }
}

function ofHeard(fact: string, known: boolean): Condition {
  const heard: Condition = { op: 'is', fact: heardName(fact), right: { literal: true } };
  const isSilent: Condition = { op: 'all', children: [{ op: 'known', fact, known: false }, heard] };
  return known ? { op: 'not', child: isSilent } : isSilent;
}

function comparedBeside(
  one: Condition,
  ways: readonly Condition[],
  before: ReadonlySet<string>,
): ReadonlySet<string> {
  const facts = ways.flatMap((way) => (way === one ? [] : needsOf(way).map(({ fact }) => fact)));
  return new Set([...before, ...facts]);
}

function hasKnown(condition: Condition): boolean {
  switch (condition.op) {
    case 'all':
    case 'any':
      return condition.children.some(hasKnown);
    case 'not':
    case 'ref':
      return hasKnown(condition.child);
    default:
      return condition.op === 'known';
  }
}
