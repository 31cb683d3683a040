/** Conditions evaluated by hand in Kleene's three values, with what each leaf saw: the tree that `explain` shows. */
import { lookUpFact } from '../facts/catalogue.js';
import type { Truth } from '../shapes/fired.js';
import type { ExplainNode } from '../shapes/port.js';
import type { FactValue, FactView } from '../shapes/reading.js';
import type { Condition, Operand } from '../shapes/rule.js';

/** The condition's truth at this tick, with the values, margins and ages behind it. */
export function explainCondition(condition: Condition, facts: FactView, nowMs: number): ExplainNode {
  switch (condition.op) {
    case 'all':
    case 'any': {
      const children = condition.children.map((child) => explainCondition(child, facts, nowMs));
      const truths = children.map((child) => child.truth);
      const truth = condition.op === 'all' ? allOf(truths) : negate(allOf(truths.map(negate)));
      return { op: condition.op, truth, children };
    }
    case 'not': {
      const child = explainCondition(condition.child, facts, nowMs);
      return { op: 'not', truth: negate(child.truth), children: [child] };
    }
    case 'ref': {
      const child = explainCondition(condition.child, facts, nowMs);
      return { op: `ref ${condition.name}`, truth: child.truth, children: [child] };
    }
    default:
      return leaf(condition, facts, nowMs);
  }
}

type Leaf = Exclude<Condition, { op: 'all' | 'any' | 'not' | 'ref' }>;

function leaf(condition: Leaf, facts: FactView, nowMs: number): ExplainNode {
  const { fact } = condition;
  const reading = facts.reading(fact);
  const value = facts.known(fact);
  const threshold = thresholdOf(condition, facts);
  const truth = truthOf(condition, value, threshold);
  const unit = lookUpFact(fact)?.unit ?? '';
  const why = whyUnknown(condition, facts, truth);
  return {
    op: condition.op,
    fact,
    ...(unit === '' ? {} : { unit }),
    value: value ?? null,
    threshold: threshold ?? null,
    ...('right' in condition && 'fact' in condition.right ? { thresholdFact: condition.right.fact } : {}),
    margin: marginOf(condition, value, threshold),
    quality: reading?.quality ?? 'missing',
    ageMs: reading === undefined || reading.value === null ? null : Math.max(0, nowMs - reading.atMs),
    ...(why === undefined ? {} : { why }),
    truth,
    children: [],
  };
}

/** Why the fact is unknown, else why its comparison is; undefined where both are known. */
function whyUnknown(condition: Leaf, facts: FactView, truth: Truth): string | undefined {
  if (facts.known(condition.fact) === undefined) return whyMissing(condition.fact, facts);
  if (truth !== 'unknown') return undefined;
  const right = 'right' in condition ? condition.right : undefined;
  if (right !== undefined && 'fact' in right && facts.known(right.fact) === undefined)
    return `${right.fact} is unknown: ${whyMissing(right.fact, facts)}`;
  return 'only numbers have an order';
}

/** The reason that came with a fact's newest reading. */
export function whyMissing(fact: string, facts: FactView): string {
  return facts.reading(fact)?.why ?? 'no reading yet';
}

function operand(right: Operand, facts: FactView): FactValue | undefined {
  if ('literal' in right) return right.literal;
  if (right.times === 1 && right.plus === 0) return facts.known(right.fact);
  const value = facts.number(right.fact);
  return value === undefined ? undefined : value * right.times + right.plus;
}

function thresholdOf(condition: Leaf, facts: FactView): FactValue | FactValue[] | undefined {
  switch (condition.op) {
    case 'known':
      return condition.known;
    case 'between':
      return [condition.low, condition.high];
    case 'oneOf':
    case 'noneOf':
      return condition.values;
    default:
      return operand(condition.right, facts);
  }
}

function truthOf(
  condition: Leaf,
  value: FactValue | undefined,
  threshold: FactValue | FactValue[] | undefined,
): Truth {
  if (condition.op === 'known') return toTruth((value !== undefined) === condition.known);
  if (value === undefined || threshold === undefined) return 'unknown';
  switch (condition.op) {
    case 'is':
      return toTruth(value === threshold);
    case 'isNot':
      return toTruth(value !== threshold);
    case 'oneOf':
      return toTruth(condition.values.includes(value));
    case 'noneOf':
      return toTruth(!condition.values.includes(value));
  }
  if (typeof value !== 'number') return 'unknown';
  if (condition.op === 'between') return toTruth(value >= condition.low && value <= condition.high);
  if (typeof threshold !== 'number') return 'unknown';
  switch (condition.op) {
    case 'above':
      return toTruth(value > threshold);
    case 'atLeast':
      return toTruth(value >= threshold);
    case 'below':
      return toTruth(value < threshold);
    case 'atMost':
      return toTruth(value <= threshold);
  }
}

/** Positive while the condition holds, negative by how much it fails; null where there is no distance. */
function marginOf(
  condition: Leaf,
  value: FactValue | undefined,
  threshold: FactValue | FactValue[] | undefined,
): number | null {
  if (typeof value !== 'number') return null;
  if (condition.op === 'between') return Math.min(value - condition.low, condition.high - value);
  if (typeof threshold !== 'number') return null;
  if (condition.op === 'above' || condition.op === 'atLeast') return value - threshold;
  if (condition.op === 'below' || condition.op === 'atMost') return threshold - value;
  return null;
}

function toTruth(claim: boolean): Truth {
  return claim ? 'true' : 'false';
}

/** What is unknown stays unknown. */
export function negate(truth: Truth): Truth {
  return truth === 'unknown' ? 'unknown' : truth === 'true' ? 'false' : 'true';
}

function allOf(truths: readonly Truth[]): Truth {
  if (truths.includes('false')) return 'false';
  return truths.includes('unknown') ? 'unknown' : 'true';
}
