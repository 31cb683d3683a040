/** Runs one test: the real core, tick by tick, with the test's readings, inputs and answers. */
import { Core } from '../agent/core.js';
import { profileOffer } from '../agent/profile-offer.js';
import type { TickResult } from '../agent/tick-types.js';
import type { KnobValue } from '../shapes/knob.js';
import { isOfAgent } from '../shapes/knob-table.js';
import type { RulePhase } from '../shapes/port.js';
import type { Profile } from '../shapes/profile.js';
import type { FactValue, FactView, Readings } from '../shapes/reading.js';
import type { Book } from '../shapes/rule.js';
import type { AppliedEvent, TickEvent } from '../shapes/sample.js';
import type { Answer, TestCase } from './test-case.js';

/** Wall time of the first tick in ms since 1970; nothing depends on it. */
const START_MS = 1_700_000_000_000;

/** One tick as a test looks at it. */
export interface PlayedTick {
  atMs: number;
  result: TickResult;
  /** State of each rule after the tick. */
  rules: ReadonlyMap<string, { phase: RulePhase; blind: boolean }>;
  /** Facts that somebody asks for, null while unknown. */
  facts: ReadonlyMap<string, FactValue | null>;
  /** What each scene flag multiplies a frame's importance by. */
  weights: Readonly<Record<string, number>>;
  /** How often each knob's decided value has changed so far. */
  changes: ReadonlyMap<string, number>;
  /** Answers of the test for which no change was under way. */
  unasked: readonly string[];
}

/** Looks at the facts of each tick while they are in force. */
export type Witness = (tick: PlayedTick, facts: FactView, before: PlayedTick | null) => void;

/** Plays a test on its book and returns its ticks; `facts` are the ones to keep. */
export async function playCase(
  test: TestCase,
  book: Book,
  profile: Profile,
  facts: Iterable<string>,
  witness: Witness,
): Promise<PlayedTick[]> {
  const { intervalMs, level, mode } = test;
  const tierMs = {
    frame: intervalMs,
    fast: intervalMs,
    slow: intervalMs,
    rare: intervalMs,
    tick: intervalMs,
  };
  const core = new Core({ intervalMs, tierMs, level, mode, consent: true }, profile, book, {
    engine: 'compiled',
    given: new Set(test.given.keys()),
    ledger: test.ledger,
  });
  const asked = [...facts];
  const answers = new Answers(test);
  const changes = new Map<string, number>();
  const ticks: PlayedTick[] = [];
  for (let i = 0; i < test.ticks; i++) {
    const atMs = i * intervalMs;
    const { events, unasked } = answers.arriving(i);
    const result = await core.tick({
      kind: 'sample',
      atMs,
      wallMs: START_MS + atMs,
      cause: 'interval',
      readings: readingsAt(test, i),
      events: [
        ...(i === 0 ? profileOffer(profile, test.start) : []),
        ...events,
        ...(test.inputs.get(i) ?? []),
      ],
    });
    answers.ask(result);
    for (const { knob } of result.changes) changes.set(knob, (changes.get(knob) ?? 0) + 1);
    const tick: PlayedTick = {
      atMs,
      result,
      rules: new Map(result.fired.map(({ rule, memory: { phase, blind } }) => [rule.id, { phase, blind }])),
      facts: new Map(asked.map((fact) => [fact, core.store.known(fact) ?? null])),
      weights: core.frameRules.weights,
      changes: new Map(changes),
      unasked,
    };
    witness(tick, core.store, ticks.at(-1) ?? null);
    ticks.push(tick);
  }
  return ticks;
}

function readingsAt(test: TestCase, tick: number): Readings {
  const readings: Readings = {};
  for (const [fact, { samples, holds }] of test.given) {
    const value = samples[holds ? 0 : tick];
    if (value !== undefined) readings[fact] = [value, 'measured', 0];
  }
  return readings;
}

/** A change on its way to its owner. */
interface Asked {
  to: KnobValue;
  revision: number;
}

/** Plays the owners of the knobs: each change is applied at the next tick unless the test says otherwise. */
class Answers {
  readonly #test: TestCase;
  readonly #asked: Map<string, Asked> = new Map();
  readonly #inForce: Map<string, KnobValue> = new Map();
  /** Knobs whose owner answers no sooner than the test says. */
  readonly #late: Set<string> = new Set();

  constructor(test: TestCase) {
    this.#test = test;
  }

  /** The answers that arrive at a tick, and those of the test that answer nothing. */
  arriving(tick: number): { events: TickEvent[]; unasked: string[] } {
    const told = this.#test.answers.get(tick) ?? new Map<string, Answer>();
    const unasked = [...told.keys()].filter((knob) => !this.#asked.has(knob));
    const events: TickEvent[] = [];
    for (const [knob, asked] of [...this.#asked]) {
      const answer = told.get(knob) ?? (this.#late.has(knob) ? 'late' : 'applied');
      if (answer === 'late') {
        this.#late.add(knob);
        continue;
      }
      this.#late.delete(knob);
      this.#asked.delete(knob);
      events.push(this.#event(knob, asked, answer));
    }
    return { events, unasked };
  }

  #event(knob: string, { to, revision }: Asked, answer: Exclude<Answer, 'late'>): AppliedEvent {
    const before = this.#inForce.get(knob) ?? to;
    const value = answer === 'applied' ? to : answer === 'refused' ? before : answer.inForce;
    this.#inForce.set(knob, value);
    const refusal = answer === 'refused' ? { ok: false, error: 'refused by the test' } : { ok: true };
    return { kind: 'applied', knob, value, ...refusal, tookMs: 0, revision };
  }

  /** Takes the changes of a decision on. */
  ask({ changes, decision }: TickResult): void {
    for (const { knob, from, to } of changes) {
      if (isOfAgent(knob)) continue;
      if (!this.#inForce.has(knob)) this.#inForce.set(knob, from);
      this.#asked.set(knob, { to, revision: decision.revision });
    }
  }
}
