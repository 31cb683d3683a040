/** What a book means: contradictions, conflicts and cycles in rules that are right each by itself. */
import type { Profile } from '../../shapes/profile.js';
import type { Condition, Problem } from '../../shapes/rule.js';
import { Budget } from '../logic/budget.js';
import { countComparisons } from '../logic/formula.js';
import { signalsByName, throughSignals } from '../logic/naming.js';
import { findBlindForEver } from './blind-for-ever.js';
import { findEndOverlaps } from './end-overlap.js';
import type { Draft, Judged } from './judged.js';
import { findNeverTrue } from './never-true.js';
import { findOddWords } from './odd-words.js';
import { findPingPong } from './ping-pong.js';
import type { PingPong } from './push.js';
import { ratesOf, responses } from './responses.js';
import { findSetConflicts } from './set-conflicts.js';

export type { Draft } from './judged.js';
export type { PingPong } from './push.js';
export { warnUnsupported } from './unsupported.js';

/** What the checks of the meaning say. */
export interface Meaning {
  problems: Problem[];
  pingPong: PingPong;
  /** Questions about single rules and sets that were too large to answer. */
  undecided: number;
}

/**
 * Judges the rules of a draft that have no mistake among `mistakes`. What may be answered by a part that could not be
 * read is asked only where there is none.
 */
export function checkMeaning(draft: Draft, profile: Profile, mistakes: readonly Problem[]): Meaning {
  const wrong = new Set(mistakes.filter(({ severity }) => severity === 'error').map(({ rule }) => rule));
  const rules = draft.rules
    .filter(({ id, when, until }) => !wrong.has(id) && isWhole(when) && (until === null || isWhole(until)))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const signals = signalsByName(draft.signals);
  const costs = new Map(
    rules.map((rule) => [
      rule,
      countComparisons(rule.when) + (rule.until === null ? 0 : countComparisons(rule.until)),
    ]),
  );
  const judged: Judged = {
    draft,
    rules,
    costOf: (rule) => costs.get(rule) ?? 0,
    profile,
    signals,
    naming: throughSignals(signals),
    responseOf: responses(profile, ratesOf(draft.levels)),
    sides: new Map(),
    budget: new Budget(),
  };
  // What costs least comes first: a book that is too large for all of it gets the plain answers.
  const findings = [
    findNeverTrue(judged),
    findEndOverlaps(judged),
    findSetConflicts(judged),
    findOddWords(judged),
    ...(wrong.size === 0 ? [findBlindForEver(judged)] : []),
  ];
  const pushes = findPingPong(judged);
  return {
    problems: [...findings, pushes].flatMap(({ problems }) => problems),
    pingPong: pushes.pingPong,
    undecided: findings.reduce((sum, { undecided }) => sum + undecided, 0),
  };
}

/** False where a part that could not be used was left out, which makes an empty `all`. */
function isWhole(condition: Condition): boolean {
  switch (condition.op) {
    case 'all':
    case 'any':
      return condition.children.length > 0 && condition.children.every(isWhole);
    case 'not':
    case 'ref':
      return isWhole(condition.child);
    default:
      return true;
  }
}
