/** What a rule test needs of a recorded run: the facts that rules read, tick by tick, and what the person and bots did. */
import { profileKnobs } from '../agent/profile-offer.js';
import type { ReplayTick } from '../agent/replay.js';
import { factsOf } from '../rules/conditions.js';
import type { Bot, Input } from '../shapes/generated/rule-test.js';
import type { KnobOffer, KnobValue } from '../shapes/knob.js';
import type { RulePhase } from '../shapes/port.js';
import type { FactValue } from '../shapes/reading.js';
import type { Book, Rule } from '../shapes/rule.js';
import type { HelloEvent, TickEvent } from '../shapes/sample.js';
import { timeText } from './times.js';

/** What a test derives itself, from its book, its profile and its own decisions. */
const DERIVED = /^(?:state|level|limits)\./;

/** What a profile offers, by knob. */
type Offers = Readonly<Record<string, KnobOffer>>;

/** A stretch of a run, all of it under one book. */
export interface RecordedRun {
  /** Wall time of its first tick in ms. */
  wallMs: number;
  ticks: number;
  /** Values by fact, one a tick; null while unknown. */
  facts: ReadonlyMap<string, readonly (FactValue | null)[]>;
  inputs: Input[];
  level: string;
  /** Values in force before the first tick's decision, by knob. */
  start: Readonly<Record<string, KnobValue>>;
  /** What rules and knobs came to, one a tick. */
  outcomes: readonly Outcome[];
}

/** State of each rule and decided value of each knob after one tick. */
export interface Outcome {
  rules: ReadonlyMap<string, RulePhase>;
  knobs: ReadonlyMap<string, KnobValue>;
}

/** Gathers ticks of a replay; those of another cause than time are left out, their inputs are not. */
export class RunGatherer {
  readonly #intervalMs: number;
  readonly #facts: Map<string, (FactValue | null)[]> = new Map();
  readonly #inputs: Input[] = [];
  readonly #outcomes: Outcome[] = [];
  #offers: Offers | undefined;
  #controlling: string | null = null;
  #first: Omit<RecordedRun, 'ticks' | 'facts' | 'inputs' | 'outcomes'> | null = null;

  constructor(intervalMs: number) {
    this.#intervalMs = intervalMs;
  }

  get ticks(): number {
    return this.#outcomes.length;
  }

  add({ core, sample, result }: ReplayTick): void {
    const { book, store } = core;
    this.#offers ??= profileKnobs(core.profile);
    if (this.#first === null) {
      if (store.known('bot.connected') !== true) this.#inputs.push({ at: '0s', bye: true });
      const { level } = core;
      const start = Object.fromEntries(
        Object.entries(core.memory.knobs).map(([knob, { applied }]) => [knob, applied]),
      );
      this.#first = { wallMs: sample.wallMs, level, start };
      for (const fact of factsToGive(book)) this.#facts.set(fact, []);
    }
    for (const event of sample.events) this.#inputs.push(...this.#inputOf(event, this.#offers));
    if (sample.cause !== 'interval') return;
    for (const [fact, values] of this.#facts) values.push(store.known(fact) ?? null);
    this.#outcomes.push({
      rules: new Map(result.fired.map(({ rule, memory: { phase } }) => [rule.id, phase])),
      knobs: new Map(Object.entries(result.decision.knobs).map(([knob, { value }]) => [knob, value])),
    });
  }

  /** Null where there was no tick. */
  run(): RecordedRun | null {
    if (this.#first === null || this.ticks === 0) return null;
    const lastMs = (this.ticks - 1) * this.#intervalMs;
    const inputs = this.#inputs.filter(({ at }) => Number.parseFloat(at) * 1000 <= lastMs);
    return { ...this.#first, ticks: this.ticks, facts: this.#facts, inputs, outcomes: this.#outcomes };
  }

  #inputOf(event: TickEvent, offers: Offers): Input[] {
    const at = timeText(this.ticks * this.#intervalMs);
    const ending = 'forS' in event && event.forS !== undefined ? { for: timeText(event.forS * 1000) } : {};
    switch (event.kind) {
      case 'level':
      case 'preset':
        return [{ at, [event.kind]: event.value, ...ending }];
      case 'override':
        return [{ at, override: { [event.knob]: event.value }, ...ending }];
      case 'release':
        return [{ at, release: event.knob }];
      case 'auto':
        return [{ at, auto: event.value }];
      case 'hello':
        if (!event.controls) return [];
        this.#controlling = event.session;
        return [{ at, hello: botOf(event, offers) }];
      case 'bye':
        return event.session === this.#controlling ? [{ at, bye: true }] : [];
      default:
        return [];
    }
  }
}

/** A test's bot offers what the profile declares or less of it: of a real one's offers, those that are among these. */
function botOf({ models, knobs }: HelloEvent, offers: Offers): true | Bot {
  const [first, ...others] = models
    .map(({ name }) => name)
    .filter((name) => offers.model?.values?.includes(name));
  const sizes = (knobs.resolution?.values ?? []).filter((size) => offers.resolution?.values?.includes(size));
  const [size, ...sides] = sizes.map(Number);
  const values = Object.entries(knobs).map(([knob, { value }]) => [knob, value] as const);
  return {
    ...(first === undefined ? {} : { models: [first, ...others] as [string, ...string[]] }),
    ...(size === undefined ? {} : { resolutions: [size, ...sides] as [number, ...number[]] }),
    knobs: Object.keys(knobs).filter((knob) => offers[knob] !== undefined),
    start: possibleValues(Object.fromEntries(values), offers),
  };
}

/** Of values by knob those that a profile's ladders and ranges have. */
export function possibleValues(
  values: Readonly<Record<string, KnobValue>>,
  offers: Offers,
): Record<string, KnobValue> {
  const possible = Object.entries(values).filter(([knob, value]) => {
    const { values: ladder, range } = offers[knob] ?? {};
    const [min, max] = range ?? [Number.POSITIVE_INFINITY, 0];
    return ladder?.includes(value) ?? (Number(value) >= min && Number(value) <= max);
  });
  return Object.fromEntries(possible);
}

/** Whatever a condition, a value or a signal of the book looks at, and that a test does not derive by itself. */
function factsToGive({ rules, signals }: Book): string[] {
  const own = new Set(signals.map(({ name }) => name));
  const facts = new Set([...rules.flatMap(factsOfRule), ...signals.map(({ source }) => source.fact)]);
  return [...facts].filter((fact) => !own.has(fact) && !DERIVED.test(fact)).sort();
}

function factsOfRule({ when, until, actions }: Rule): string[] {
  const operands = actions.flatMap((action) =>
    'value' in action && 'fact' in action.value ? [action.value.fact] : [],
  );
  return [...factsOf(when), ...(until === null ? [] : factsOf(until)), ...operands];
}
