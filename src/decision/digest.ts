/** The digest of a run: one line for each tick at which knobs, active rules or reasons changed. */
import { createHash, type Hash } from 'node:crypto';
import type { Decision } from '../shapes/decision.js';

/** A sha256 over those lines: two runs of the same digest decided the same. */
export class DecisionDigest {
  readonly #hash: Hash = createHash('sha256');
  #startMs: number | null = null;
  /** The decision of the newest line. */
  #last: Decision | null = null;
  #lines = 0;

  /** Takes one tick's decision; returns the line it adds to the digest, without its newline, or null. */
  add(decision: Decision): string | null {
    this.#startMs ??= decision.atMs;
    if (this.#last !== null && saysTheSame(this.#last, decision)) return null;
    this.#last = decision;
    this.#lines++;
    const knobs: Record<string, [value: string | number, winner: string, reason: string]> = {};
    for (const name of Object.keys(decision.knobs).sort()) {
      const knob = decision.knobs[name];
      if (knob !== undefined) knobs[name] = [knob.value, knob.winner, knob.reason];
    }
    // Keys in sorted order: active, atMs, knobs.
    const line = JSON.stringify({
      active: decision.active,
      atMs: Math.round(decision.atMs - this.#startMs),
      knobs,
    });
    this.#hash.update(`${line}\n`);
    return line;
  }

  /** How many lines the digest is over. */
  get lines(): number {
    return this.#lines;
  }

  /** The digest of all lines so far, in hexadecimal. */
  value(): string {
    return this.#hash.copy().digest('hex');
  }
}

/** Whether two decisions make the same line but for its time. */
function saysTheSame(a: Decision, b: Decision): boolean {
  if (a.active.length !== b.active.length) return false;
  for (let i = 0; i < a.active.length; i++) if (a.active[i] !== b.active[i]) return false;
  let more = 0;
  for (const name in a.knobs) {
    const [one, other] = [a.knobs[name], b.knobs[name]];
    if (other === undefined || one?.value !== other.value) return false;
    if (one.winner !== other.winner || one.reason !== other.reason) return false;
    more++;
  }
  for (const _ in b.knobs) more--;
  return more === 0;
}
