/** The newest decisions, with what became of each. */
import { renderBecause } from '../rules/because.js';
import { factsOf } from '../rules/conditions.js';
import type { KnobDecision } from '../shapes/decision.js';
import { isOfAgent } from '../shapes/knob-table.js';
import type { DecisionEntry } from '../shapes/port.js';
import type { FactView } from '../shapes/reading.js';
import type { Rule } from '../shapes/rule.js';
import type { Sample } from '../shapes/sample.js';
import { gradeText } from './entry-text.js';
import type { KnobChange, TickResult } from './tick-types.js';
import { type WouldBeChange, WouldBeWatch } from './would-be.js';

/** Entries kept. */
const LIMIT = 1_000;

/** What one tick adds. */
export interface FeedTick {
  entries: DecisionEntry[];
  /** What would be done, where that differs from the tick before. */
  wouldBe: WouldBeChange[];
}

/** One tick, as an entry is made from it. */
interface Seen {
  sample: Sample;
  result: TickResult;
  rules: readonly Rule[];
  facts: FactView;
}

/** A knob on its way back, or that waits, is not moved by what the rule says of this moment. */
const WITHOUT_BECAUSE: readonly KnobDecision['reason'][] = ['return', 'position', 'wait'];

/** The newest 1,000 entries, each graded once its effect can be judged. */
export class Feed {
  #entries: DecisionEntry[] = [];
  readonly #wouldBe = new WouldBeWatch();
  /** By mode and knob. */
  readonly #standing: Map<string, DecisionEntry> = new Map();
  /** Changes that were applied since the start, by knob. */
  readonly applied: Map<string, number> = new Map();

  /** Takes one tick; returns what it added. */
  add(sample: Sample, result: TickResult, rules: readonly Rule[], facts: FactView): FeedTick {
    this.#takeOutcomes(result);
    const seen = { sample, result, rules, facts };
    const done = result.changes.map((change) => this.#entryOf(change, seen));
    const wouldBe = this.#wouldBe.observe(result.decision);
    const entries = [...done, ...wouldBe.flatMap((would) => this.#follow(would, seen))];
    if (entries.length > 0) this.#entries = [...this.#entries, ...entries].slice(-LIMIT);
    return { entries, wouldBe };
  }

  /** A wish stands until another of its mode and knob takes its place, or nothing else would be done any more. */
  #follow(would: WouldBeChange, seen: Seen): DecisionEntry[] {
    const key = `${would.mode} ${would.knob}`;
    const entry = wouldBeEntry(would, seen);
    // What takes an older one's place is the newest.
    this.#standing.delete(key);
    if (entry === null) return [];
    this.#standing.set(key, entry);
    return [entry];
  }

  #takeOutcomes({ outcomes, grades }: TickResult): void {
    for (const { event, outcome } of outcomes) {
      const entry = this.#entries.findLast((one) => one.knob === event.knob && one.outcome === 'pending');
      if (outcome === 'applied') this.applied.set(event.knob, (this.applied.get(event.knob) ?? 0) + 1);
      if (entry === undefined) continue;
      entry.outcome = outcome;
      if (event.error !== undefined) entry.error = event.error;
    }
    for (const { knob, decidedAtMs, grade } of grades) {
      const entry = this.#entries.findLast(
        (one) => one.knob === knob && one.atMs === decidedAtMs && one.mode === 'enforce',
      );
      if (entry !== undefined) entry.grade = grade;
    }
  }

  #entryOf(
    { knob, from, to, facts: seen }: KnobChange,
    { sample, result, rules, facts }: Seen,
  ): DecisionEntry {
    for (const older of this.#entries)
      if (older.knob === knob && older.outcome === 'pending') older.outcome = 'superseded';
    const { winner = 'base', reason = 'base' } = result.decision.knobs[knob] ?? {};
    const rule = rules.find((one) => one.id === winner);
    const isOwn = rule !== undefined && !WITHOUT_BECAUSE.includes(reason);
    return {
      atMs: sample.atMs,
      wallMs: sample.wallMs,
      knob,
      from,
      to,
      winner,
      reason,
      because: reason === 'undo' ? this.#undoText(knob) : isOwn ? renderBecause(rule.because, facts) : null,
      mode: 'enforce',
      facts: seen,
      grade: null,
      // What is the agent's own is in force as soon as it is decided.
      outcome: isOfAgent(knob) ? 'applied' : 'pending',
    };
  }

  /** A change is taken back for what its grade says. */
  #undoText(knob: string): string | null {
    const grade = this.#entries.findLast((one) => one.knob === knob && one.grade !== null)?.grade;
    return grade == null ? null : `the change before ${gradeText(grade)}`;
  }

  /** What would be done as things stand, oldest first: an entry for each mode and knob. */
  get standing(): DecisionEntry[] {
    return [...this.#standing.values()];
  }

  /** Entries after a tick time in ms, oldest first. */
  since(atMs: number): DecisionEntry[] {
    return this.#entries.filter((entry) => entry.atMs > atMs);
  }

  /** The newest change that was made; undefined before the first. */
  get lastChange(): DecisionEntry | undefined {
    return this.#entries.findLast(({ outcome }) => outcome !== 'wouldBe');
  }
}

function wouldBeEntry(
  { mode, knob, value, winner }: WouldBeChange,
  { sample, result, rules, facts }: Seen,
): DecisionEntry | null {
  if (value === null) return null;
  const rule = rules.find((one) => one.id === winner);
  const seen = rule === undefined ? [] : [...factsOf(rule.when)];
  return {
    atMs: sample.atMs,
    wallMs: sample.wallMs,
    knob,
    from: result.decision.knobs[knob]?.value ?? null,
    to: value,
    winner: winner ?? 'base',
    reason: reasonOf(rule, knob),
    because: rule === undefined ? null : renderBecause(rule.because, facts),
    mode,
    facts: Object.fromEntries(seen.map((fact) => [fact, facts.known(fact) ?? null])),
    grade: null,
    outcome: 'wouldBe',
  };
}

/** By which of its actions a rule would move a knob. */
function reasonOf(rule: Rule | undefined, knob: string): KnobDecision['reason'] {
  const action = rule?.actions.find((one) => 'knob' in one && one.kind !== 'hold' && one.knob === knob);
  return action !== undefined && action.kind !== 'hold' && 'knob' in action ? action.kind : 'base';
}
