/** What each rule of the live book remembers, moved on tick by tick. */
import { operandValue } from '../decision/context.js';
import { ownOf } from '../own.js';
import type { Verdicts } from '../rules/evaluate.js';
import { advanceRule, isStepDue, newMemory } from '../rules/states.js';
import type { FiredRule, RuleMemory, Verdict } from '../shapes/fired.js';
import type { Mode } from '../shapes/port.js';
import type { FactView } from '../shapes/reading.js';
import type { Book, Rule } from '../shapes/rule.js';
import { remembersAnything } from './core-state.js';

const MODES: readonly Mode[] = ['shadow', 'recommend', 'enforce'];
const NO_VERDICT: Verdict = { when: 'unknown', until: null };

/** A rule of the live book with what is looked up once for it. */
interface Live {
  rule: Rule;
  mode: Mode;
  /** Null before its first tick. */
  memory: RuleMemory | null;
}

/** The memory of every rule, kept over a change of books as long as the rule's definition stands. */
export class RuleStates {
  /** The run's mode: caps the mode of every set. */
  readonly #mode: Mode;
  readonly #memories: Map<string, RuleMemory> = new Map();
  #book: Book;
  #live: Live[];

  constructor(mode: Mode, book: Book) {
    this.#mode = mode;
    this.#book = book;
    this.#live = this.#liveOf(book);
  }

  /** What a rule remembers; undefined before its first tick. */
  memoryOf(id: string): RuleMemory | undefined {
    return this.#memories.get(id);
  }

  /** Rules whose definition did not change keep their state; returns how many were added, removed or changed. */
  use(book: Book): number {
    const hashes = new Map(book.rules.map((rule) => [rule.id, rule.hash]));
    let changed = 0;
    for (const [id, memory] of this.#memories) {
      if (hashes.get(id) === memory.hash) continue;
      this.#memories.delete(id);
      changed++;
    }
    changed += book.rules.filter(
      (rule) => !this.#memories.has(rule.id) && !this.#book.rules.some((old) => old.id === rule.id),
    ).length;
    this.#book = book;
    this.#live = this.#liveOf(book);
    return changed;
  }

  /** Moves every rule on by a tick of `dtMs`. A bound whose fact becomes unknown stays where it was last known to be. */
  fire(verdicts: Verdicts, facts: FactView, atMs: number, dtMs: number, gap: boolean): FiredRule[] {
    return this.#live.map((live) => {
      const { rule, mode } = live;
      const memory = live.memory ?? this.#begin(live, atMs);
      const verdict = verdicts.get(rule.id) ?? NO_VERDICT;
      advanceRule(rule, memory, verdict, atMs, dtMs, gap);
      const isActive = memory.phase === 'active';
      if (isActive) keepValues(rule, memory, facts);
      return {
        rule,
        mode,
        memory,
        verdict,
        isActive,
        isStepDue: isStepDue(rule, memory, atMs),
      };
    });
  }

  /** Remembers that the steps of these rules were carried out. */
  noteStepped(ids: readonly string[], atMs: number): void {
    for (const id of ids) {
      const memory = this.#memories.get(id);
      if (memory !== undefined) memory.steppedAtMs = atMs;
    }
  }

  /** The memories of rules that remember anything, by id. */
  snapshot(): Record<string, RuleMemory> {
    return Object.fromEntries([...this.#memories].filter(([, memory]) => remembersAnything(memory)));
  }

  /** Takes up the memories of rules whose definition is the same. */
  restore(memories: Readonly<Record<string, RuleMemory>>): void {
    for (const rule of this.#book.rules) {
      const memory = ownOf(memories, rule.id);
      if (memory?.hash !== rule.hash) continue;
      this.#memories.set(rule.id, { ...structuredClone(memory), activations: 0 });
    }
    this.#live = this.#liveOf(this.#book);
  }

  #begin(live: Live, atMs: number): RuleMemory {
    const memory = newMemory(live.rule, atMs);
    live.memory = memory;
    this.#memories.set(live.rule.id, memory);
    return memory;
  }

  #liveOf({ rules, sets }: Book): Live[] {
    return rules.map((rule) => ({
      rule,
      mode: this.#capped(ownOf(sets, rule.set) ?? 'enforce'),
      memory: this.#memories.get(rule.id) ?? null,
    }));
  }

  #capped(mode: Mode): Mode {
    return MODES[Math.min(MODES.indexOf(mode), MODES.indexOf(this.#mode))] ?? 'shadow';
  }
}

function keepValues(rule: Rule, memory: RuleMemory, facts: FactView): void {
  for (let i = 0; i < rule.actions.length; i++) {
    const action = rule.actions[i];
    if (action?.kind !== 'cap' && action?.kind !== 'floor' && action?.kind !== 'set') continue;
    const value = operandValue(action.value, facts);
    if (value !== undefined) memory.values[i] = value;
  }
}
