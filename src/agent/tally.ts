/** What a dry-run came to, counted tick by tick in flat memory. */
import { DecisionDigest } from '../decision/digest.js';
import type { KnobOutcome, Outcome, RuleOutcome } from '../shapes/dry-run.js';
import type { FiredRule } from '../shapes/fired.js';
import type { KnobValue } from '../shapes/knob.js';
import { isKnown } from '../shapes/reading.js';
import type { Core } from './core.js';
import type { ReplayTick } from './replay.js';
import { isBlind } from './rule-blind.js';
import { factsBehind } from './rule-needs.js';

interface RuleTally {
  activations: number;
  /** What its memory counted before: a changed rule begins anew, and its activations go on. */
  countedBefore: number;
  lastCount: number;
  activeMs: number;
  blindMs: number;
  /** What it was at the newest tick, which holds until the next one. */
  isActive: boolean;
  isBlind: boolean;
  isTried: boolean;
  needs: ReadonlySet<string>;
}

interface KnobTally {
  changes: number;
  value: KnobValue | null;
  /** Since when it has that value. */
  sinceMs: number;
  timeMs: Map<string, number>;
}

/** Its memory grows with rules, knobs and facts, and not with the length of a recording. */
export class Tally {
  readonly #rules: Map<string, RuleTally> = new Map();
  readonly #knobs: Map<string, KnobTally> = new Map();
  readonly #needed: Set<string> = new Set();
  /** Of those the ones that were not known yet. */
  readonly #unseen: Set<string> = new Set();
  #core: Core | null = null;
  #samples = 0;
  #segments = 1;
  #firstMs: number | null = null;
  #lastMs = 0;

  /** Takes one tick; returns its digest line, or null. */
  add({ core, sample, result }: ReplayTick): string | null {
    const stepMs = this.#firstMs === null ? 0 : sample.atMs - this.#lastMs;
    // Over a gap nobody watched: its time counts for nothing.
    const dtMs = result.gap ? 0 : stepMs;
    if (result.gap) for (const tally of this.#knobs.values()) tally.sinceMs += stepMs;
    this.#firstMs ??= sample.atMs;
    this.#lastMs = sample.atMs;
    this.#samples++;
    this.#core = core;
    if (result.gap && this.#samples > 1) this.#segments++;
    this.#holdRules(dtMs);
    this.#addRules(core, result.fired);
    this.#addKnobs(result, sample.atMs);
    for (const fact of this.#unseen) {
      const reading = core.store.reading(fact);
      if (reading !== undefined && isKnown(reading.quality)) this.#unseen.delete(fact);
    }
    return result.digestLine;
  }

  report(): Outcome {
    const digest = this.#core?.digest ?? new DecisionDigest();
    return {
      samples: this.#samples,
      durationS: seconds(this.#lastMs - (this.#firstMs ?? 0)),
      segments: this.#samples === 0 ? 0 : this.#segments,
      factsMissing: [...this.#unseen].sort(),
      rules: [...this.#rules].map(([id, tally]) => this.#ruleOutcome(id, tally)),
      knobs: Object.fromEntries([...this.#knobs].map(([knob, tally]) => [knob, this.#knobOutcome(tally)])),
      decisions: digest.lines,
      digest: digest.value(),
    };
  }

  #ruleOutcome(id: string, { activations, activeMs, blindMs, isTried, needs }: RuleTally): RuleOutcome {
    return {
      id,
      activations,
      activeS: seconds(activeMs),
      blindS: seconds(blindMs),
      tried: isTried,
      lacks: [...needs].filter((fact) => this.#unseen.has(fact)).sort(),
    };
  }

  #knobOutcome({ changes, value, sinceMs, timeMs }: KnobTally): KnobOutcome {
    const times = new Map(timeMs);
    if (value !== null) times.set(String(value), (times.get(String(value)) ?? 0) + this.#lastMs - sinceMs);
    return { changes, timeAtS: Object.fromEntries([...times].map(([at, ms]) => [at, seconds(ms)])) };
  }

  /** What rules were at the tick before they were until this one, also those that a new book lacks. */
  #holdRules(dtMs: number): void {
    for (const tally of this.#rules.values()) {
      if (tally.isActive) tally.activeMs += dtMs;
      if (tally.isBlind) tally.blindMs += dtMs;
      tally.isActive = false;
      tally.isBlind = false;
    }
  }

  #addRules(core: Core, fired: readonly FiredRule[]): void {
    for (const one of fired) {
      const { rule, memory, verdict } = one;
      const tally = this.#rules.get(rule.id) ?? this.#newRule(core, rule);
      if (memory.activations < tally.lastCount) tally.countedBefore += tally.lastCount;
      tally.lastCount = memory.activations;
      tally.activations = tally.countedBefore + memory.activations;
      tally.isTried ||= verdict.when !== 'unknown';
      tally.isActive = one.isActive;
      tally.isBlind = isBlind(one);
    }
  }

  #newRule(core: Core, rule: FiredRule['rule']): RuleTally {
    const needs = factsBehind(rule, core.book.signals);
    const tally: RuleTally = {
      activations: 0,
      countedBefore: 0,
      lastCount: 0,
      activeMs: 0,
      blindMs: 0,
      isActive: false,
      isBlind: false,
      isTried: false,
      needs,
    };
    this.#rules.set(rule.id, tally);
    for (const fact of needs) {
      if (this.#needed.has(fact)) continue;
      this.#needed.add(fact);
      this.#unseen.add(fact);
    }
    return tally;
  }

  #addKnobs({ decision, changes }: ReplayTick['result'], atMs: number): void {
    for (const { knob } of changes) this.#knob(knob).changes++;
    const { knobs } = decision;
    for (const knob in knobs) {
      const value = knobs[knob]?.value;
      if (value !== undefined && this.#knobs.get(knob)?.value !== value) this.#begin(knob, value, atMs);
    }
    for (const [knob, tally] of this.#knobs)
      if (tally.value !== null && knobs[knob] === undefined) this.#begin(knob, null, atMs);
  }

  #begin(knob: string, value: KnobValue | null, atMs: number): void {
    const tally = this.#knob(knob);
    if (tally.value !== null) {
      const before = String(tally.value);
      tally.timeMs.set(before, (tally.timeMs.get(before) ?? 0) + atMs - tally.sinceMs);
    }
    tally.value = value;
    tally.sinceMs = atMs;
  }

  #knob(knob: string): KnobTally {
    const tally = this.#knobs.get(knob) ?? { changes: 0, value: null, sinceMs: 0, timeMs: new Map() };
    this.#knobs.set(knob, tally);
    return tally;
  }
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000;
}
