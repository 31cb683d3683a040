/** What a test looks at after a tick: a rule's state, a knob, a fact, and the reasons behind them. */
import type { FactValue } from '../shapes/reading.js';
import type { PlayedTick } from './play.js';
import type { Subject } from './test-case.js';

/** The value, or values of which any may match; null alone where there is none. */
export function observe({ kind, name }: Subject, tick: PlayedTick): readonly (FactValue | null)[] {
  const { decision, grades } = tick.result;
  const knob = decision.knobs[name];
  switch (kind) {
    case 'rule':
      return [tick.rules.get(name)?.phase ?? null];
    case 'blind':
      return [tick.rules.get(name)?.blind ?? null];
    case 'knob':
      return [knob?.value ?? null];
    case 'winner':
      return [knob?.winner ?? null];
    case 'fact':
      return [tick.facts.get(name) ?? null];
    case 'weight':
      return [tick.weights[name] ?? null];
    case 'changes':
      return [tick.changes.get(name) ?? 0];
    case 'waits':
      return orNothing(knob?.losers.map(({ code }) => code));
    case 'wouldBe': {
      const others = decision.wouldBe.flatMap(({ knobs }) => knobs[name]?.value ?? []);
      return orNothing([...(knob?.wouldBe === undefined ? [] : [knob.wouldBe]), ...others]);
    }
    case 'grade':
      return orNothing(grades.filter((one) => one.knob === name).map(({ grade }) => grade.verdict));
  }
}

function orNothing(values: readonly FactValue[] = []): readonly (FactValue | null)[] {
  return values.length === 0 ? [null] : [...new Set(values)];
}

/** A subject as the head of a column, and in a sentence. */
const WORDS: Record<Subject['kind'], (name: string) => [title: string, phrase: string]> = {
  rule: (name) => [name, name],
  blind: (name) => [`${name} blind`, `${name} blind`],
  knob: (name) => [name, name],
  fact: (name) => [name, name],
  winner: (name) => [`${name} by`, `the winner of ${name}`],
  waits: (name) => [`${name} waits`, `what makes ${name} wait`],
  changes: (name) => [`${name} changes`, `the changes of ${name}`],
  wouldBe: (name) => [`${name} would be`, `what ${name} would be`],
  weight: (name) => [`weight of ${name}`, `the weight of ${name}`],
  grade: (name) => [`${name} grade`, `the grade of ${name}`],
};

/** A subject as the head of a column. */
export function titleOf({ kind, name }: Subject): string {
  return WORDS[kind](name)[0];
}

/** A subject as a message speaks of it. */
export function phraseOf({ kind, name }: Subject): string {
  return WORDS[kind](name)[1];
}
