/** What a tick came to, as it is explained: while it is the newest, and afterwards. */
import { factsOf } from '../rules/conditions.js';
import type { TickView } from '../rules/tick-view.js';
import type { FiredRule } from '../shapes/fired.js';
import { type FactValue, type FactView, isKnown, type Quality, type Reading } from '../shapes/reading.js';
import type { Rule } from '../shapes/rule.js';
import type { Sample } from '../shapes/sample.js';
import type { Core } from './core.js';
import type { TickResult } from './tick-types.js';

/**
 * The tick that `core` has just taken. It changes with the next one; `rememberTick` makes it stay. `startMs` is the tick
 * time of the first tick.
 */
export function viewTick(
  core: Core,
  sample: Pick<Sample, 'atMs' | 'wallMs'>,
  { fired, decision }: TickResult,
  startMs: number,
): TickView {
  const { memory, store, book } = core;
  const backOff: Record<string, number> = {};
  for (const [id, { blockedUntilMs }] of Object.entries(memory.backOff))
    if (blockedUntilMs > sample.atMs) backOff[id] = blockedUntilMs;
  return {
    atMs: sample.atMs,
    wallMs: sample.wallMs,
    startMs,
    fired,
    facts: store,
    decision,
    auto: memory.auto,
    backOff,
    graded: memory.ledger.graded,
    overrides: book.overrides,
  };
}

/** A tick that stays as it was: of the facts it keeps those that its rules speak of. */
export interface RememberedTick extends TickView {
  facts: RememberedFacts;
}

/** Copies what later ticks change, and shares with the tick before what did not change since. */
export function rememberTick(view: TickView, before: RememberedTick | undefined): RememberedTick {
  const names =
    before !== undefined && isSameBook(view.fired, before.fired) ? before.facts.names : namesOf(view.fired);
  return {
    ...view,
    fired: view.fired.map((fired, i) => rememberRule(fired, before?.fired[i])),
    facts: new RememberedFacts(names, view, before?.facts),
    graded: isSameList(view.graded, before?.graded) ? before.graded : [...view.graded],
  };
}

function isSameBook(a: readonly FiredRule[], b: readonly FiredRule[]): boolean {
  return a.length === b.length && a.every(({ rule }, i) => rule === b[i]?.rule);
}

function isSameList<T>(a: readonly T[], b: readonly T[] | undefined): b is readonly T[] {
  return b !== undefined && a.length === b.length && a.at(-1) === b.at(-1);
}

function rememberRule(fired: FiredRule, before: FiredRule | undefined): FiredRule {
  const { memory, verdict } = fired;
  const isSame =
    before !== undefined &&
    before.rule === fired.rule &&
    before.mode === fired.mode &&
    before.isStepDue === fired.isStepDue &&
    isEqual(before.verdict, verdict) &&
    isEqual(before.memory, memory, 'values') &&
    isEqual(before.memory.values, memory.values);
  return isSame ? before : { ...fired, memory: { ...memory, values: { ...memory.values } } };
}

/** Whether two records hold the same plain values, but for one key. */
function isEqual<T extends object>(a: T, b: T, except?: keyof T): boolean {
  const keys = Object.keys(a) as (keyof T)[];
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key] || key === except);
}

/** Each fact that the rules compare with, bound by or speak of, with its place. */
function namesOf(fired: readonly FiredRule[]): ReadonlyMap<string, number> {
  const names = new Set(fired.flatMap(({ rule }) => [...factsOfRule(rule)]));
  return new Map([...names].map((name, i) => [name, i]));
}

function factsOfRule({ when, until, actions, because }: Rule): Set<string> {
  const names = new Set([...factsOf(when), ...(until === null ? [] : factsOf(until))]);
  for (const action of actions) if ('value' in action && 'fact' in action.value) names.add(action.value.fact);
  for (const [, name = ''] of because.matchAll(/\{([^}]*)\}/g)) names.add(name);
  return names;
}

/** A reading with its age instead of its time, so that it is the same from tick to tick while nothing changes. */
interface Remembered {
  value: FactValue | null;
  ageMs: number;
  quality: Quality;
  why: string | undefined;
}

/** The facts of one tick. */
class RememberedFacts implements FactView {
  readonly names: ReadonlyMap<string, number>;
  readonly #atMs: number;
  readonly #readings: (Remembered | undefined)[] = [];

  constructor(names: ReadonlyMap<string, number>, { facts, atMs }: TickView, before?: RememberedFacts) {
    this.names = names;
    this.#atMs = atMs;
    for (const [name, i] of names) {
      const reading = facts.reading(name);
      const old = before?.names === names ? before.#readings[i] : undefined;
      this.#readings.push(reading && remember(reading, atMs, old));
    }
  }

  reading(fact: string): Reading | undefined {
    const i = this.names.get(fact);
    const held = i === undefined ? undefined : this.#readings[i];
    if (held === undefined) return undefined;
    const { value, ageMs, quality, why } = held;
    return { value, atMs: this.#atMs - ageMs, quality, ...(why === undefined ? {} : { why }) };
  }

  known(fact: string): FactValue | undefined {
    const i = this.names.get(fact);
    const held = i === undefined ? undefined : this.#readings[i];
    return held === undefined || !isKnown(held.quality) ? undefined : (held.value ?? undefined);
  }

  number(fact: string): number | undefined {
    const value = this.known(fact);
    return typeof value === 'number' ? value : undefined;
  }
}

function remember(
  { value, atMs, quality, why }: Reading,
  nowMs: number,
  old: Remembered | undefined,
): Remembered {
  const ageMs = nowMs - atMs;
  const isSame =
    old !== undefined &&
    old.value === value &&
    old.ageMs === ageMs &&
    old.quality === quality &&
    old.why === why;
  return isSame ? old : { value, ageMs, quality, why };
}
