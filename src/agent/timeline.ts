/** A dry-run in cells of equal time, for its charts: flat memory, however long the log is. */
import { scaleOf } from '../decision/scale.js';
import { type WallClock, wallText } from '../recordings/wall-time.js';
import type { KnobTrack, Mark, RuleTrack, Timeline } from '../shapes/dry-run.js';
import type { KnobValue } from '../shapes/knob.js';
import type { Core } from './core.js';
import { FactCells } from './fact-cells.js';
import type { ReplayTick } from './replay.js';
import { isBlind } from './rule-blind.js';

/** As many as a wide screen has room for. When they are full each two become one. */
const CELLS = 720;
const MAX_MARKS = 500;
const MAX_GAPS = 100;

interface KnobCells {
  rungs: string[] | null;
  values: (KnobValue | null)[];
  changes: number[];
}

interface RuleCells {
  activeMs: number[];
  blindMs: number[];
  /** What it was at the newest tick. */
  isActive: boolean;
  isBlind: boolean;
}

/** Takes ticks in their order. */
export class TimelineTaker {
  readonly #facts = new FactCells(CELLS);
  readonly #knobs = new Map<string, KnobCells>();
  readonly #rules = new Map<string, RuleCells>();
  readonly #marks: Mark[] = [];
  readonly #gapsS: number[] = [];
  #moreMarks = 0;
  #cellMs = 0;
  #cell = 0;
  #firstMs: number | null = null;
  #startMs = 0;
  #lastMs = 0;

  add({ core, sample, result }: ReplayTick): void {
    const { atMs } = sample;
    if (this.#firstMs === null) {
      this.#firstMs = atMs;
      this.#startMs = sample.wallMs;
      this.#cellMs = core.settings.intervalMs;
      this.#lastMs = atMs;
    }
    const sinceMs = result.gap ? atMs : this.#lastMs;
    if (result.gap && this.#gapsS.length < MAX_GAPS) this.#gapsS.push((this.#lastMs - this.#firstMs) / 1000);
    this.#lastMs = atMs;
    this.#cell = Math.floor((atMs - this.#firstMs) / this.#cellMs);
    while (this.#cell >= CELLS) this.#halve();
    const before = result.gap ? this.#cell : Math.floor((sinceMs - this.#firstMs) / this.#cellMs);
    this.#facts.add(core, this.#cell, before);
    this.#addRules(result.fired, sinceMs - this.#firstMs, atMs - this.#firstMs);
    this.#addKnobs(core, result, (atMs - this.#firstMs) / 1000);
  }

  /** What was drawn; `clock` is what the samples' wall times are. */
  timeline(clock: WallClock = 'universal'): Timeline {
    const cells = this.#firstMs === null ? 0 : this.#cell + 1;
    const share = (ms: readonly number[]): number[] =>
      Array.from({ length: cells }, (_, i) => Math.min(1, (ms[i] ?? 0) / this.#cellMs));
    return {
      cellS: this.#cellMs / 1000,
      cells,
      durationS: (this.#lastMs - (this.#firstMs ?? 0)) / 1000,
      start: wallText(this.#startMs, clock),
      gapsS: this.#gapsS,
      facts: this.#facts.tracks(cells),
      knobs: [...this.#knobs].map(([knob, one]) => knobTrack(knob, one, cells)),
      rules: [...this.#rules].map(
        ([id, { activeMs, blindMs }]): RuleTrack => ({ id, active: share(activeMs), blind: share(blindMs) }),
      ),
      marks: this.#marks,
      moreMarks: this.#moreMarks,
    };
  }

  /** What a rule is at a tick it is until the next one; nobody watched it over a gap. */
  #addRules(fired: ReplayTick['result']['fired'], fromMs: number, toMs: number): void {
    for (const one of this.#rules.values()) {
      if (one.isActive) this.#spread(one.activeMs, fromMs, toMs);
      if (one.isBlind) this.#spread(one.blindMs, fromMs, toMs);
      one.isActive = false;
      one.isBlind = false;
    }
    for (const rule of fired) {
      let one = this.#rules.get(rule.rule.id);
      if (one === undefined) {
        one = { activeMs: [], blindMs: [], isActive: false, isBlind: false };
        this.#rules.set(rule.rule.id, one);
      }
      one.isActive = rule.isActive;
      one.isBlind = isBlind(rule);
    }
  }

  /** Adds a time to the cells that it lies in. */
  #spread(cells: number[], fromMs: number, toMs: number): void {
    for (let atMs = fromMs; atMs < toMs; ) {
      const cell = Math.floor(atMs / this.#cellMs);
      const endMs = Math.min(toMs, (cell + 1) * this.#cellMs);
      cells[cell] = (cells[cell] ?? 0) + endMs - atMs;
      atMs = endMs;
    }
  }

  #addKnobs(core: Core, { decision, changes }: ReplayTick['result'], atS: number): void {
    for (const knob in decision.knobs) {
      const value = decision.knobs[knob]?.value;
      if (value !== undefined) this.#knob(core, knob).values[this.#cell] = value;
    }
    for (const { knob, from, to } of changes) {
      const { changes: counts } = this.#knob(core, knob);
      counts[this.#cell] = (counts[this.#cell] ?? 0) + 1;
      const rule = decision.knobs[knob]?.winner ?? 'base';
      if (this.#marks.length < MAX_MARKS) this.#marks.push({ atS, knob, from, to, rule });
      else this.#moreMarks++;
    }
  }

  #knob(core: Core, knob: string): KnobCells {
    let one = this.#knobs.get(knob);
    if (one === undefined) {
      one = { rungs: rungsOf(core, knob), values: [], changes: [] };
      this.#knobs.set(knob, one);
    }
    return one;
  }

  #halve(): void {
    this.#cellMs *= 2;
    this.#cell = Math.floor(this.#cell / 2);
    this.#facts.halve();
    for (const one of this.#knobs.values()) {
      one.values = pairs(one.values, (first, second) => second ?? first ?? null);
      one.changes = pairs(one.changes, sum);
    }
    for (const one of this.#rules.values()) {
      one.activeMs = pairs(one.activeMs, sum);
      one.blindMs = pairs(one.blindMs, sum);
    }
  }
}

function rungsOf(core: Core, knob: string): string[] | null {
  const offer = core.memory.knobs[knob]?.offer;
  if (offer === undefined) return null;
  const levels = Object.keys(core.book.levels);
  return scaleOf(knob, offer, core.profile, levels).rungs?.map(String) ?? null;
}

function knobTrack(knob: string, { rungs, values, changes }: KnobCells, cells: number): KnobTrack {
  let last: KnobValue | null = null;
  const filled = Array.from({ length: cells }, (_, i) => {
    last = values[i] ?? last;
    return last;
  });
  return { knob, rungs, values: filled, changes: Array.from({ length: cells }, (_, i) => changes[i] ?? 0) };
}

function sum(a: number | undefined, b: number | undefined): number {
  return (a ?? 0) + (b ?? 0);
}

/** Each two cells as one. */
function pairs<T, U>(cells: readonly T[], join: (a: T | undefined, b: T | undefined) => U): U[] {
  return Array.from({ length: Math.ceil(cells.length / 2) }, (_, i) => join(cells[2 * i], cells[2 * i + 1]));
}
