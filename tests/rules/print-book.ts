/** A checked book back to the text of one rule file: what is read from it must be the same book. */
import { stringify } from 'yaml';
import type { Action, Book, Condition, Operand, Rule, Signal } from '../../src/shapes/rule.js';

type Raw = Record<string, unknown>;

/** The text of a file that says what this book says, in the present words of the language. */
export function printBook(book: Pick<Book, 'signals' | 'rules' | 'levels' | 'presets' | 'frames'>): string {
  const conditions: Raw = {};
  const rules = book.rules.map((rule) => printRule(rule, conditions));
  const { levels, presets, frames } = book;
  const signals = Object.fromEntries(book.signals.map((signal) => [signal.name, printSignal(signal)]));
  return stringify(
    { version: 1, signals, conditions, rules, levels, presets, frames },
    { aliasDuplicateObjects: false },
  );
}

function printRule(rule: Rule, conditions: Raw): Raw {
  const { id, priority, safety, blind, because, expect } = rule;
  return {
    id,
    priority,
    safety,
    when: printCondition(rule.when, conditions),
    for: `${rule.forMs}ms`,
    ...(rule.until === null ? {} : { until: printCondition(rule.until, conditions) }),
    ...(rule.everyMs === null ? {} : { every: `${rule.everyMs}ms` }),
    cooldown: `${rule.cooldownMs}ms`,
    ...(rule.blindSaid ? { blind } : {}),
    ...(expect === null ? {} : { expect: { [expect.fact]: { ratio: printRatio(expect) } } }),
    // By its name in words: an object with such a key looks like a promise.
    ...Object.fromEntries([['then', rule.actions.map(printAction)]]),
    because,
  };
}

function printRatio({ atMost, atLeast }: NonNullable<Rule['expect']>): Raw {
  return { ...(atMost === null ? {} : { atMost }), ...(atLeast === null ? {} : { atLeast }) };
}

function printOperand(right: Operand): unknown {
  return 'literal' in right ? right.literal : { fact: right.fact, times: right.times, plus: right.plus };
}

/** Named conditions met on the way are added to `conditions`. */
function printCondition(condition: Condition, conditions: Raw): Raw {
  switch (condition.op) {
    case 'all':
    case 'any':
      return { [condition.op]: condition.children.map((child) => printCondition(child, conditions)) };
    case 'not':
      return { not: printCondition(condition.child, conditions) };
    case 'ref':
      conditions[condition.name] ??= printCondition(condition.child, conditions);
      return { ref: condition.name };
    case 'oneOf':
    case 'noneOf':
      return { [condition.fact]: { [condition.op]: condition.values } };
    case 'between':
      return { [condition.fact]: { between: [condition.low, condition.high] } };
    case 'known':
      return { [condition.fact]: { known: condition.known } };
    default:
      return { [condition.fact]: { [condition.op]: printOperand(condition.right) } };
  }
}

function printAction(action: Action): Raw {
  switch (action.kind) {
    case 'cap':
    case 'floor':
    case 'set':
      return { [action.kind]: { [action.knob]: printOperand(action.value) } };
    case 'step':
      return { step: { [action.knob]: action.by } };
    case 'hold':
      return { hold: [`${action.knob}.${action.way}`] };
    default: {
      const { kind, ...said } = action;
      return { [kind]: said };
    }
  }
}

function printSignal({ source }: Signal): Raw {
  switch (source.kind) {
    case 'age':
      return { age: source.fact };
    case 'ewma':
      return { ewma: source.fact, halfLife: `${source.halfLifeMs}ms` };
    case 'slope':
      return { slope: source.fact, over: `${source.overMs}ms`, per: `${source.perMs}ms` };
    case 'scaled':
      return { fact: source.fact, times: source.times, plus: source.plus };
    default:
      return { [source.kind]: source.fact, over: `${source.overMs}ms` };
  }
}

/** What a book says, without where it says so. */
export function meaningOf(book: Book): unknown {
  const { levels, presets, frames } = book;
  return {
    signals: book.signals.map(({ name, hash }) => [name, hash]),
    rules: book.rules.map(({ id, hash }) => [id, hash]),
    levels,
    presets,
    frames,
  };
}
