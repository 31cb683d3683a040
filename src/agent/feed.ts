/** The newest decisions, with what became of each. */
import { renderBecause } from '../rules/because.js';
import type { DecisionEntry } from '../shapes/port.js';
import type { FactView } from '../shapes/reading.js';
import type { Rule } from '../shapes/rule.js';
import type { Sample } from '../shapes/sample.js';
import type { TickResult } from './core.js';

/** Entries kept. */
const LIMIT = 1_000;

export class Feed {
  #entries: DecisionEntry[] = [];
  /** Changes that were applied since the start, by knob. */
  readonly applied: Map<string, number> = new Map();

  /** Takes one tick; returns the entries it added. */
  add(sample: Sample, result: TickResult, rules: readonly Rule[], facts: FactView): DecisionEntry[] {
    for (const { event, outcome } of result.outcomes) {
      const entry = this.#entries.findLast((one) => one.knob === event.knob && one.outcome === 'pending');
      if (outcome === 'applied') this.applied.set(event.knob, (this.applied.get(event.knob) ?? 0) + 1);
      if (entry === undefined) continue;
      entry.outcome = outcome;
      if (event.error !== undefined) entry.error = event.error;
    }
    for (const { knob, decidedAtMs, grade } of result.grades) {
      const entry = this.#entries.findLast((one) => one.knob === knob && one.atMs === decidedAtMs);
      if (entry !== undefined) entry.grade = grade;
    }
    const added = result.changes.map(({ knob, from, to, facts: seen }): DecisionEntry => {
      for (const older of this.#entries)
        if (older.knob === knob && older.outcome === 'pending') older.outcome = 'superseded';
      const decision = result.decision.knobs[knob];
      const rule = rules.find((one) => one.id === decision?.winner);
      return {
        atMs: sample.atMs,
        wallMs: sample.wallMs,
        knob,
        from,
        to,
        winner: decision?.winner ?? 'base',
        reason: decision?.reason ?? 'base',
        // A knob on its way back, or waiting, is not moved by what the rule says of this moment.
        because:
          rule === undefined || decision?.reason === 'return' || decision?.reason === 'position'
            ? null
            : renderBecause(rule.because, facts),
        mode: 'enforce',
        facts: seen,
        grade: null,
        // The level is the agent's own: it is in force as soon as it is decided.
        outcome: knob === 'level' ? 'applied' : 'pending',
      };
    });
    this.#entries = [...this.#entries, ...added].slice(-LIMIT);
    return added;
  }

  since(atMs: number): DecisionEntry[] {
    return this.#entries.filter((entry) => entry.atMs > atMs);
  }

  newest(count: number): DecisionEntry[] {
    return this.#entries.slice(-count);
  }
}
