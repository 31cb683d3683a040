/** The `expect:` of a test: from YAML to what is looked at, tick by tick. */
import { SCENE_FLAGS } from '../facts/catalogue.js';
import type { Path } from '../rules/document.js';
import { LOSER_CODES } from '../shapes/decision.js';
import type { Expectation } from '../shapes/generated/rule-test.js';
import type { Place } from '../shapes/rule.js';
import { checkFact, checkKnob, checkName, checkRule, type Names } from './check-names.js';
import { type Matcher, matcherOf, notMatcher } from './matcher.js';
import type { Check, SubjectKind } from './test-case.js';

const VERDICTS = ['helped', 'noEffect', 'harmed', 'void'] as const;

/** Keys of an expectation that hold a map by knob. */
const OF_KNOBS: readonly [
  key: 'knobs' | 'winner' | 'waits' | 'changes' | 'wouldBe' | 'grades',
  kind: SubjectKind,
  words?: readonly string[],
][] = [
  ['knobs', 'knob'],
  ['winner', 'winner'],
  ['waits', 'waits', LOSER_CODES],
  ['changes', 'changes'],
  ['wouldBe', 'wouldBe'],
  ['grades', 'grade', VERDICTS],
];

/** What one expectation looks at; its ticks are already known. */
export function readExpectation(
  raw: Expectation,
  path: Path,
  ticks: { from: number; to: number },
  names: Names,
  locate: (path: Path, ofKey?: boolean) => Place,
): Check[] {
  const checks: Check[] = [];
  const add = (kind: SubjectKind, name: string, matcher: Matcher, at: Path): void => {
    checks.push({ subject: { kind, name }, matcher, ...ticks, place: locate(at, true) });
  };
  const { rule } = raw;
  if (rule !== undefined) {
    checkRule(rule, [...path, 'rule'], names);
    if (raw.is !== undefined) add('rule', rule, matcherOf(raw.is), [...path, 'is']);
    if (raw.isNot !== undefined) add('rule', rule, notMatcher(raw.isNot), [...path, 'isNot']);
    if (raw.blind !== undefined) add('blind', rule, matcherOf(raw.blind), [...path, 'blind']);
  }
  for (const [key, kind, words] of OF_KNOBS) {
    for (const [knob, expected] of Object.entries(raw[key] ?? {})) {
      const at = [...path, key, knob];
      checkKnob(knob, at, names);
      if (words !== undefined) checkName('reason', String(expected), words, at, names.complain);
      add(kind, knob, matcherOf(expected), at);
    }
  }
  for (const [flag, expected] of Object.entries(raw.weights ?? {})) {
    const at = [...path, 'weights', flag];
    checkName('scene flag', flag, SCENE_FLAGS, at, names.complain, true);
    add('weight', flag, matcherOf(expected), at);
  }
  for (const [fact, expected] of Object.entries(raw.facts ?? {})) {
    checkFact(fact, [...path, 'facts', fact], names, true);
    add('fact', fact, matcherOf(expected), [...path, 'facts', fact]);
  }
  if (checks.length === 0) {
    const message = 'nothing is expected at this time';
    const keys =
      'is, isNot or blind of a rule, knobs, facts, winner, waits, changes, wouldBe, weights or grades';
    names.complain(path, 'missing-key', message, keys);
  }
  return checks;
}
