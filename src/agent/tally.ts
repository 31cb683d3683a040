/** What a dry-run came to, counted tick by tick in flat memory. */
import { DecisionDigest } from '../decision/digest.js';
import { factsOf } from '../rules/conditions.js';
import { isKnown } from '../shapes/reading.js';
import type { ReplayTick } from './replay.js';

interface RuleTally {
  activations: number;
  activeMs: number;
  blindMs: number;
}

interface KnobTally {
  changes: number;
  timeMs: Map<string, number>;
}

/** The part of a dry-run's JSON that is counted. */
export interface TallyReport {
  samples: number;
  durationS: number;
  segments: number;
  /** Facts the rules read and that were never known. */
  factsMissing: string[];
  rules: { id: string; activations: number; activeS: number; blindS: number }[];
  knobs: Record<string, { changes: number; timeAtS: Record<string, number> }>;
  decisions: number;
  digest: string;
}

/** Its memory grows with rules, knobs and facts, and not with the length of a recording. */
export class Tally {
  readonly #digest = new DecisionDigest();
  readonly #rules: Map<string, RuleTally> = new Map();
  readonly #knobs: Map<string, KnobTally> = new Map();
  readonly #needed: Set<string> = new Set();
  readonly #seen: Set<string> = new Set();
  #samples = 0;
  #segments = 1;
  #firstMs: number | null = null;
  #lastMs = 0;
  #last: Record<string, string | number> = {};

  /** Takes one tick; returns its digest line, or null. */
  add({ core, sample, result }: ReplayTick): string | null {
    const dtMs = this.#firstMs === null ? 0 : sample.atMs - this.#lastMs;
    this.#firstMs ??= sample.atMs;
    this.#lastMs = sample.atMs;
    this.#samples++;
    if (result.gap) this.#segments++;
    this.#addRules(result.fired, dtMs);
    for (const [knob, value] of Object.entries(this.#last)) this.#addTime(knob, value, dtMs);
    for (const { knob } of result.changes) this.#knob(knob).changes++;
    this.#last = Object.fromEntries(
      Object.entries(result.decision.knobs).map(([knob, { value }]) => [knob, value]),
    );
    for (const fact of this.#needed) {
      const reading = this.#seen.has(fact) ? undefined : core.store.reading(fact);
      if (reading !== undefined && isKnown(reading.quality)) this.#seen.add(fact);
    }
    return this.#digest.add(result.decision);
  }

  report(): TallyReport {
    const seconds = (ms: number): number => Math.round(ms) / 1000;
    return {
      samples: this.#samples,
      durationS: seconds(this.#lastMs - (this.#firstMs ?? 0)),
      segments: this.#samples === 0 ? 0 : this.#segments,
      factsMissing: [...this.#needed].filter((fact) => !this.#seen.has(fact)).sort(),
      rules: [...this.#rules].map(([id, { activations, activeMs, blindMs }]) => ({
        id,
        activations,
        activeS: seconds(activeMs),
        blindS: seconds(blindMs),
      })),
      knobs: Object.fromEntries(
        [...this.#knobs].map(([knob, { changes, timeMs }]) => [
          knob,
          { changes, timeAtS: Object.fromEntries([...timeMs].map(([value, ms]) => [value, seconds(ms)])) },
        ]),
      ),
      decisions: this.#digest.lines,
      digest: this.#digest.value(),
    };
  }

  /** Blind is a rule whose truth cannot be known: `when` while it sleeps, its end while it is active. */
  #addRules(fired: ReplayTick['result']['fired'], dtMs: number): void {
    for (const { rule, memory, verdict, isActive } of fired) {
      let tally = this.#rules.get(rule.id);
      if (tally === undefined) {
        tally = { activations: 0, activeMs: 0, blindMs: 0 };
        this.#rules.set(rule.id, tally);
        for (const fact of factsOf(rule.when)) this.#needed.add(fact);
      }
      tally.activations = memory.activations;
      if (isActive) tally.activeMs += dtMs;
      if (memory.blind || (!isActive && verdict.when === 'unknown')) tally.blindMs += dtMs;
    }
  }

  #knob(knob: string): KnobTally {
    const tally = this.#knobs.get(knob) ?? { changes: 0, timeMs: new Map() };
    this.#knobs.set(knob, tally);
    return tally;
  }

  #addTime(knob: string, value: string | number, dtMs: number): void {
    const { timeMs } = this.#knob(knob);
    timeMs.set(String(value), (timeMs.get(String(value)) ?? 0) + dtMs);
  }
}
