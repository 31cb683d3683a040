/** One rule's YAML to a checked rule. */
import { createHash } from 'node:crypto';
import { didYouMean } from '../nearest.js';
import type { Condition, Problem, Rule, Signal } from '../shapes/rule.js';
import { type ActionContext, buildActions, defaultBlind } from './actions.js';
import { MAX_REFS, measure, type Sizes, sizeOf } from './condition-size.js';
import {
  buildCondition,
  type Complain,
  checkFact,
  factsOf,
  type RefusedRef,
  type Resolve,
} from './conditions.js';
import type { LocatedDocument, Path } from './document.js';
import { toMs } from './duration.js';
import { buildExpectation } from './expect.js';
import type { FactNames } from './fact-names.js';
import type { LaidRule, RawRule } from './laid-rule.js';
import { show } from './schema.js';

/** A condition under `conditions`, as written, with the file and folder that it is from. */
export interface NamedCondition {
  raw: Record<string, unknown>;
  document: LocatedDocument;
  folder: number;
}

/** What the checks of a rule need of the book around it. */
export interface RuleContext {
  names: FactNames;
  signals: readonly Signal[];
  conditions: ReadonlyMap<string, NamedCondition>;
  /** Whether a file that could not be read whole may have this condition. */
  mayHaveCondition(name: string): boolean;
  checkLevel: ActionContext['checkLevel'];
  checkFlag: ActionContext['checkFlag'];
  problems: Problem[];
}

const DEFAULT_PRIORITY = 100;
/** Comparisons of a whole book: each is evaluated twice at every tick. */
const MAX_BOOK_COMPARISONS = 16_384;

/** Checks the rules of a book whose overlays are laid; mistakes are added to `problems`. */
export function buildRules(laid: readonly LaidRule[], context: RuleContext): Rule[] {
  const sizes: Sizes = new Map();
  const resolve = resolver(context, sizes);
  const rules: Rule[] = [];
  let comparisons = 0;
  for (const rule of laid) {
    comparisons += buildRule(rule, resolve, sizes, context, rules);
    if (comparisons <= MAX_BOOK_COMPARISONS) continue;
    const message = `the book has more than ${MAX_BOOK_COMPARISONS} comparisons from here on`;
    complainer(rule.document, rule.raw.id, context.problems)(rule.path, 'too-big', message, 'fewer rules');
    break;
  }
  return rules;
}

/** The longest time a rule may wait for anything: a week, as long as a person's own values stand. */
const MAX_WAIT_MS = 7 * 24 * 3_600_000;

/** A time of a rule in ms; null where it says none. */
function waitMs(
  raw: RawRule,
  key: 'for' | 'every' | 'cooldown',
  path: Path,
  complain: Complain,
): number | null {
  const ms = toMs(raw[key]);
  if (ms !== null && !(ms <= MAX_WAIT_MS))
    complain([...path, key], 'out-of-range', `"${key}" is ${show(raw[key])}`, 'at most 168h');
  return ms;
}

function complainer(document: LocatedDocument, rule: string | null, problems: Problem[]): Complain {
  return (path, code, message, expected, ofKey) => {
    problems.push({ ...document.locate(path, ofKey), code, rule, message, expected, severity: 'error' });
  };
}

/** Named conditions are checked once, where they stand; a cycle is told at the reference that closes it. */
function resolver(context: RuleContext, sizes: Sizes): Resolve {
  const { conditions, names, problems } = context;
  const built = new Map<string, Condition | RefusedRef>();
  const open = new Set<string>();
  const resolve: Resolve = (name) => {
    const named = conditions.get(name);
    if (named === undefined) return unknownCondition(name, context);
    if (open.has(name)) {
      const message = `the condition "${name}" refers to itself`;
      return { refused: { code: 'cycle', message, expected: 'another condition' } };
    }
    const before = built.get(name);
    if (before !== undefined) return before;
    if (open.size > MAX_REFS) {
      const message = `a chain of more than ${MAX_REFS} references ends here`;
      return { refused: { code: 'too-deep', message, expected: `at most ${MAX_REFS}` } };
    }
    open.add(name);
    const complain = complainer(named.document, null, problems);
    const condition = buildCondition(named.raw, ['conditions', name], { names, resolve, complain });
    open.delete(name);
    const isSmall = measure(condition, ['conditions', name], sizes, complain);
    built.set(name, isSmall ? condition : { refused: null });
    return built.get(name) ?? condition;
  };
  for (const name of conditions.keys()) resolve(name);
  return resolve;
}

function unknownCondition(name: string, { conditions, mayHaveCondition }: RuleContext): RefusedRef {
  if (mayHaveCondition(name)) return { refused: null };
  const names = [...conditions.keys()];
  const message = `no condition is named "${name}"${didYouMean(name, names)}`;
  const expected = names.length === 0 ? 'a name under conditions' : `one of ${names.join(', ')}`;
  return { refused: { code: 'unknown-condition', message, expected } };
}

/** Adds the checked rule to `rules` and returns how many comparisons it makes; one that is too large is left out. */
function buildRule(
  { raw, document, path, set }: LaidRule,
  resolve: Resolve,
  sizes: Sizes,
  { names, signals, checkLevel, checkFlag, problems }: RuleContext,
  rules: Rule[],
): number {
  const complain = complainer(document, raw.id, problems);
  const context = { names, resolve, complain };
  const safety = raw.safety ?? false;
  const when = buildCondition(raw.when, [...path, 'when'], context);
  const until = raw.until === undefined ? null : buildCondition(raw.until, [...path, 'until'], context);
  const actions = buildActions(raw.then, [...path, 'then'], {
    names,
    complain,
    safety,
    checkLevel,
    checkFlag,
  });
  const expect = buildExpectation(raw.expect, [...path, 'expect'], { names, complain, safety, actions });
  for (const [, name = ''] of raw.because.matchAll(/\{([^}]*)\}/g)) {
    checkFact(name, [...path, 'because'], context, false);
  }
  const isSmall =
    measure(when, [...path, 'when'], sizes, complain) &&
    (until === null || measure(until, [...path, 'until'], sizes, complain));
  if (!isSmall) return 0;
  const definition = {
    priority: raw.priority ?? DEFAULT_PRIORITY,
    safety,
    when,
    until,
    forMs: waitMs(raw, 'for', path, complain) ?? 0,
    everyMs: waitMs(raw, 'every', path, complain),
    cooldownMs: waitMs(raw, 'cooldown', path, complain) ?? 0,
    blind: raw.blind ?? defaultBlind(actions),
    blindSaid: raw.blind !== undefined,
    actions,
    expect,
    because: raw.because,
  };
  const facts = factsOfRule(definition);
  const used = signals.filter(({ name }) => facts.has(name)).map(({ hash }) => hash);
  rules.push({
    id: raw.id,
    set,
    place: document.locate(path),
    ...definition,
    hash: hashOf([raw.id, definition, ...used]),
  });
  return sizeOf(when, sizes).comparisons + (until === null ? 0 : sizeOf(until, sizes).comparisons);
}

/** Every fact that a rule's conditions, values and expectation look at. */
function factsOfRule({
  when,
  until,
  actions,
  expect,
}: Pick<Rule, 'when' | 'until' | 'actions' | 'expect'>): Set<string> {
  const facts = factsOf(when);
  for (const fact of until === null ? [] : factsOf(until)) facts.add(fact);
  for (const action of actions) {
    if ('value' in action && 'fact' in action.value) facts.add(action.value.fact);
  }
  if (expect !== null) facts.add(expect.fact);
  return facts;
}

/** Of everything a rule means: its own definition, and those of the signals it looks at. */
function hashOf(meaning: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 16);
}
