/** One rule's YAML to a checked rule. */
import { createHash } from 'node:crypto';
import { lookUpFact } from '../facts/catalogue.js';
import type { Action, Condition, Problem, Rule } from '../shapes/rule.js';
import { buildActions, defaultBlind, forbiddenInSafety } from './actions.js';
import { buildCondition, type Complain, checkFact, type Resolve } from './conditions.js';
import type { LocatedDocument } from './document.js';
import type { LaidRule } from './laid-rule.js';

export interface NamedCondition {
  raw: Record<string, unknown>;
  document: LocatedDocument;
  folder: number;
}

const DEFAULT_PRIORITY = 100;

/** Checks the rules of a book whose overlays are laid; mistakes are added to `problems`. */
export function buildRules(
  laid: readonly LaidRule[],
  conditions: ReadonlyMap<string, NamedCondition>,
  problems: Problem[],
): Rule[] {
  const resolve = resolver(conditions, problems);
  return laid.map((rule) => buildRule(rule, resolve, problems));
}

function complainer(document: LocatedDocument, rule: string | null, problems: Problem[]): Complain {
  return (path, code, message, expected, ofKey) => {
    problems.push({ ...document.locate(path, ofKey), code, rule, message, expected, severity: 'error' });
  };
}

/** Named conditions are checked once, where they stand; a cycle is told at the reference that closes it. */
function resolver(conditions: ReadonlyMap<string, NamedCondition>, problems: Problem[]): Resolve {
  const built = new Map<string, Condition>();
  const open = new Set<string>();
  const resolve: Resolve = (name) => {
    const named = conditions.get(name);
    if (named === undefined) return 'unknown';
    if (open.has(name)) return 'cycle';
    const before = built.get(name);
    if (before !== undefined) return before;
    open.add(name);
    const complain = complainer(named.document, null, problems);
    const condition = buildCondition(named.raw, ['conditions', name], resolve, complain);
    open.delete(name);
    built.set(name, condition);
    return condition;
  };
  for (const name of conditions.keys()) resolve(name);
  return resolve;
}

function buildRule({ raw, document, path, set }: LaidRule, resolve: Resolve, problems: Problem[]): Rule {
  const complain = complainer(document, raw.id, problems);
  const when = buildCondition(raw.when, [...path, 'when'], resolve, complain);
  const until =
    raw.until === undefined ? null : buildCondition(raw.until, [...path, 'until'], resolve, complain);
  const actions = buildActions(raw.then, [...path, 'then'], complain);
  const safety = raw.safety ?? false;
  for (const action of safety ? actions : []) {
    const forbidden = forbiddenInSafety(action);
    if (forbidden === null) continue;
    complain(
      [...path, 'then'],
      'bad-safety',
      `a safety rule cannot ${forbidden}`,
      'cap, floor to the safe side, hold or alert',
    );
  }
  for (const [, name = ''] of raw.because.matchAll(/\{([^}]*)\}/g)) {
    if (lookUpFact(name) === undefined) checkFact(name, [...path, 'because'], complain);
  }
  const definition = {
    priority: raw.priority ?? DEFAULT_PRIORITY,
    safety,
    when,
    until,
    forMs: toMs(raw.for) ?? 0,
    everyMs: toMs(raw.every),
    cooldownMs: toMs(raw.cooldown) ?? 0,
    blind: raw.blind ?? defaultBlind(actions),
    actions,
    because: raw.because,
  };
  return {
    id: raw.id,
    set,
    place: document.locate(path),
    ...definition,
    hash: hashOf(raw.id, definition),
  };
}

function hashOf(id: string, definition: { actions: Action[]; when: Condition }): string {
  return createHash('sha256')
    .update(JSON.stringify([id, definition]))
    .digest('hex')
    .slice(0, 16);
}

const UNIT_MS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** A duration of the schema's form in ms; null for none. */
function toMs(duration: string | undefined): number | null {
  const [, amount, unit] = /^([\d.]+)(ms|s|m|h)$/.exec(duration ?? '') ?? [];
  return amount === undefined || unit === undefined ? null : Number(amount) * (UNIT_MS[unit] ?? 1);
}
