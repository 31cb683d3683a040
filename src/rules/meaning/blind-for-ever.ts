/** Rules that hold on while what would end them is unknown, and of which nobody would ever learn. */
import { lookUpFact } from '../../facts/catalogue.js';
import type { Condition, Rule } from '../../shapes/rule.js';
import type { Signals } from '../logic/naming.js';
import type { Findings, Judged } from './judged.js';

/**
 * A warning for each rule that may hold blind where no rule tests one of the facts of its end with `known: false`.
 * Facts that are never lost need no test: those read once, the level in force, whether a bot is there.
 */
export function findBlindForEver({ rules, draft, signals }: Judged): Findings {
  const tested = new Set(
    rules.flatMap(({ when, until }) => [
      ...testedForAbsence(when),
      ...(until === null ? [] : testedForAbsence(until)),
    ]),
  );
  const problems = rules.flatMap((rule) => {
    const missing = endFactsOf(rule).filter((fact) => !isNeverLost(fact) && !isTested(fact, tested, signals));
    const [first] = missing;
    if (rule.blind !== 'hold' || first === undefined) return [];
    const part = rule.until === null ? 'when' : 'until';
    return [
      {
        ...draft.locate(rule.id, [part]),
        code: 'blind-for-ever',
        rule: rule.id,
        message: `holds on while ${missing.join(' or ')} is unknown, for ever perhaps, and nothing tests that`,
        expected: `a rule with { ${first}: { known: false } }, or blind: release`,
        severity: 'warning' as const,
      },
    ];
  });
  return { problems, undecided: 0 };
}

/** Facts whose absence may leave the rule's end unknown: all that it compares. */
function endFactsOf({ when, until }: Rule): string[] {
  const facts = new Set<string>();
  visitLeaves(until ?? when, true, (leaf) => {
    if (leaf.op === 'known') return;
    facts.add(leaf.fact);
    if ('right' in leaf && 'fact' in leaf.right) facts.add(leaf.right.fact);
  });
  return [...facts].sort();
}

function testedForAbsence(condition: Condition): Set<string> {
  const facts = new Set<string>();
  visitLeaves(condition, true, (leaf, wanted) => {
    if (leaf.op === 'known' && leaf.known !== wanted) facts.add(leaf.fact);
  });
  return facts;
}

type Leaf = Exclude<Condition, { op: 'all' | 'any' | 'not' | 'ref' }>;

/** Every comparison; `wanted` is false below an odd number of `not`. */
function visitLeaves(node: Condition, wanted: boolean, visit: (leaf: Leaf, wanted: boolean) => void): void {
  switch (node.op) {
    case 'all':
    case 'any':
      for (const child of node.children) visitLeaves(child, wanted, visit);
      return;
    case 'not':
      visitLeaves(node.child, !wanted, visit);
      return;
    case 'ref':
      visitLeaves(node.child, wanted, visit);
      return;
    default:
      visit(node, wanted);
  }
}

/** A signal is unknown with what it is made of. */
function isTested(fact: string, tested: ReadonlySet<string>, signals: Signals): boolean {
  if (tested.has(fact)) return true;
  const source = signals.get(fact)?.source.fact;
  return source !== undefined && isTested(source, tested, signals);
}

function isNeverLost(fact: string): boolean {
  return (
    lookUpFact(fact)?.tier === 'once' ||
    fact.startsWith('level.') ||
    fact === 'bot.connected' ||
    fact === 'bot.paused'
  );
}
