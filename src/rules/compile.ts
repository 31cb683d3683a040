/** The same checked conditions as closures: nothing is generated, nothing is awaited. */
import type { Truth, Verdict } from '../shapes/fired.js';
import type { FactView } from '../shapes/reading.js';
import type { Condition, Operand, Rule } from '../shapes/rule.js';
import type { Evaluator, Verdicts } from './evaluate.js';
import { type Degree, FALSE, type Known, MEANINGS, type Meanings, TRUE, UNKNOWN } from './meanings.js';

const TRUTHS: readonly Truth[] = ['false', 'unknown', 'true'];

/** The truth of a compiled condition with the facts last read. */
type Closure = () => Degree;

/** It never makes anybody wait. */
export interface CompiledEvaluator extends Evaluator {
  evaluate(facts: FactView): Verdicts;
}

/** Compiles the rules of a book. */
export function compileRules(rules: readonly Rule[], meanings: Meanings = MEANINGS): CompiledEvaluator {
  const compiler = new Compiler(meanings);
  const compiled = rules.map(({ id, when, until }) => ({
    id,
    when: compiler.compile(when),
    until: until === null ? null : compiler.compile(until),
    last: null as Verdict | null,
  }));
  // Asked anew at every tick, and looked at before the next one.
  const verdicts = new Map<string, Verdict>();
  return {
    evaluate(facts) {
      compiler.read(facts);
      for (const one of compiled) {
        const verdict = verdictOf(one.when(), one.until === null ? null : one.until());
        if (verdict === one.last) continue;
        one.last = verdict;
        verdicts.set(one.id, verdict);
      }
      return verdicts;
    },
  };
}

/** The twelve verdicts there are, made once: a day of ticks needs millions. */
const VERDICTS: readonly Verdict[] = TRUTHS.flatMap((when) =>
  [...TRUTHS, null].map((until) => Object.freeze({ when, until })),
);
const NO_VERDICT: Verdict = { when: 'unknown', until: null };

function verdictOf(when: Degree, until: Degree | null): Verdict {
  return VERDICTS[when * (TRUTHS.length + 1) + (until ?? TRUTHS.length)] ?? NO_VERDICT;
}

class Compiler {
  readonly #mean: Meanings;
  /** The facts the rules look at, each read once a tick, and their values at this one. */
  readonly #facts: string[] = [];
  readonly #values: Known[] = [];
  readonly #slots = new Map<string, number>();
  /** A named condition is one object wherever it is used: compiled once, and evaluated once a tick. */
  readonly #named = new Map<Condition, Closure>();
  #tick = 0;

  constructor(meanings: Meanings) {
    this.#mean = meanings;
  }

  read(facts: FactView): void {
    this.#tick++;
    for (let slot = 0; slot < this.#facts.length; slot++)
      this.#values[slot] = facts.known(this.#facts[slot] ?? '');
  }

  compile(condition: Condition): Closure {
    switch (condition.op) {
      case 'all':
        return fold(
          condition.children.map((child) => this.compile(child)),
          this.#mean.all,
          TRUE,
          FALSE,
        );
      case 'any':
        return fold(
          condition.children.map((child) => this.compile(child)),
          this.#mean.any,
          FALSE,
          TRUE,
        );
      case 'not': {
        const child = this.compile(condition.child);
        const { not } = this.#mean;
        return () => not(child());
      }
      case 'ref':
        return this.#compileNamed(condition.child);
      default:
        return this.#compileLeaf(condition);
    }
  }

  #compileNamed(condition: Condition): Closure {
    const before = this.#named.get(condition);
    if (before !== undefined) return before;
    const compiled = this.compile(condition);
    let evaluatedAt = -1;
    let degree: Degree = UNKNOWN;
    const closure: Closure = () => {
      if (evaluatedAt !== this.#tick) {
        evaluatedAt = this.#tick;
        degree = compiled();
      }
      return degree;
    };
    this.#named.set(condition, closure);
    return closure;
  }

  #compileLeaf(condition: Exclude<Condition, { op: 'all' | 'any' | 'not' | 'ref' }>): Closure {
    const values = this.#values;
    const mean = this.#mean;
    const slot = this.#slotOf(condition.fact);
    const { isThere, isNumber } = mean;
    switch (condition.op) {
      case 'known': {
        const { known } = condition;
        return () => (mean.known(values[slot], known) ? TRUE : FALSE);
      }
      case 'between': {
        const { low, high } = condition;
        return () => {
          const value = values[slot];
          return isNumber(value) ? toDegree(mean.between(value, low, high)) : UNKNOWN;
        };
      }
      case 'oneOf':
      case 'noneOf': {
        const compare = mean[condition.op];
        const listed = condition.values;
        return () => {
          const value = values[slot];
          return isThere(value) ? toDegree(compare(value, listed)) : UNKNOWN;
        };
      }
      case 'is':
      case 'isNot': {
        const compare = mean[condition.op];
        const right = this.#compileOperand(condition.right);
        return () => {
          const value = values[slot];
          const other = right();
          return isThere(value) && isThere(other) ? toDegree(compare(value, other)) : UNKNOWN;
        };
      }
      default: {
        const compare = mean[condition.op];
        const right = this.#compileOperand(condition.right);
        return () => {
          const value = values[slot];
          const other = right();
          return isNumber(value) && isNumber(other) ? toDegree(compare(value, other)) : UNKNOWN;
        };
      }
    }
  }

  #compileOperand(right: Operand): () => Known {
    if ('literal' in right) {
      const { literal } = right;
      return () => literal;
    }
    const values = this.#values;
    const slot = this.#slotOf(right.fact);
    const { times, plus } = right;
    if (times === 1 && plus === 0) return () => values[slot];
    const { isNumber, scale } = this.#mean;
    return () => {
      const value = values[slot];
      return isNumber(value) ? scale(value, times, plus) : undefined;
    };
  }

  #slotOf(fact: string): number {
    let slot = this.#slots.get(fact);
    if (slot === undefined) {
      slot = this.#facts.push(fact) - 1;
      this.#slots.set(fact, slot);
    }
    return slot;
  }
}

function toDegree(claim: boolean): Degree {
  return claim ? TRUE : FALSE;
}

/** From `start` through all children; nothing after `end` can change the outcome. */
function fold(
  children: readonly Closure[],
  join: (a: Degree, b: Degree) => Degree,
  start: Degree,
  end: Degree,
): Closure {
  return () => {
    let degree = start;
    for (let i = 0; i < children.length; i++) {
      degree = join(degree, children[i]?.() ?? UNKNOWN);
      if (degree === end) return degree;
    }
    return degree;
  };
}
