/** What is decided for each knob, what is in force, and the bot's own functions that bring one to the other. */
import type { AppliedLine } from '../shapes/generated/bot-line.js';
import type { KnobOffer, KnobValue, ModelOffer } from '../shapes/knob.js';
import { isOffered } from './offer.js';
import { firstOf, otherOf, PAIR, type Pair, type PairKnob, runsAt } from './pair.js';

/** What a bot offers, each knob with the value it returns to by itself. */
export type Offers = Readonly<Record<string, KnobOffer & { safe: KnobValue }>>;
type Apply = (value: KnobValue) => void | Promise<void>;

/** A value to bring about; `revision` is null for one that no agent asked for. */
interface Wanted {
  value: KnobValue;
  revision: number | null;
}

interface Knob {
  wanted: Wanted;
  /** What was last brought about, or tried. */
  handled: Wanted;
  inForce: KnobValue;
  apply: Apply | null;
  isBusy: boolean;
}

/**
 * A bot's knobs; each runs one change at a time and then the newest that waits. Where models list their sizes, model and
 * size are changed one after the other, and a pair that was not offered is never asked for.
 */
export class KnobBoard {
  #offers: Offers;
  #models: readonly ModelOffer[];
  readonly #knobs = new Map<string, Knob>();
  /** Functions of knobs, also of those that are not offered now. */
  readonly #functions = new Map<string, Apply>();
  readonly #report: (line: AppliedLine) => void;
  #isPairBusy = false;
  #decision: Readonly<Record<string, KnobValue>>;

  constructor(offers: Offers, models: readonly ModelOffer[], report: (line: AppliedLine) => void) {
    this.#report = report;
    this.#offers = offers;
    this.#models = models;
    this.offer(offers, models, new Set());
    this.#decision = this.#decided();
  }

  /** The newest value of every knob. */
  get decision(): Readonly<Record<string, KnobValue>> {
    return this.#decision;
  }

  /** The offers with the values now in force, for a hello. */
  get offers(): Offers {
    const now = Object.entries(this.#offers).map(([name, offer]) => {
      return [name, { ...offer, value: this.#knobs.get(name)?.inForce ?? offer.value }];
    });
    return Object.fromEntries(now);
  }

  /** The models that can run, with the sizes that they were built for. */
  get models(): readonly ModelOffer[] {
    return this.#models;
  }

  /**
   * Offers other knobs and models. What is in force and decided stands where it is offered still; the bot itself has
   * changed the knobs that are `said`.
   */
  offer(offers: Offers, models: readonly ModelOffer[], said: ReadonlySet<string>): void {
    this.#offers = offers;
    this.#models = models;
    for (const name of this.#knobs.keys()) if (!Object.hasOwn(offers, name)) this.#knobs.delete(name);
    for (const [name, offer] of Object.entries(offers)) {
      const knob = this.#knobs.get(name);
      const wanted = { value: offer.value, revision: null };
      if (knob === undefined) {
        const apply = this.#functions.get(name) ?? null;
        this.#knobs.set(name, { wanted, handled: wanted, inForce: offer.value, apply, isBusy: false });
      } else if (said.has(name) || !isOffered(offer, knob.inForce)) {
        Object.assign(knob, { wanted, handled: wanted, inForce: offer.value });
      } else if (!isOffered(offer, knob.wanted.value)) {
        knob.wanted = { value: knob.inForce, revision: null };
      }
    }
    this.#decision = this.#decided();
  }

  /** Sets the function that changes a knob; false for one that is not offered: it is never decided. */
  on(name: string, apply: Apply): boolean {
    const knob = this.#knobs.get(name);
    this.#functions.set(name, apply);
    if (knob !== undefined) knob.apply = apply;
    return knob !== undefined;
  }

  /** Takes a decision and starts what it changes. What was not offered is left alone. */
  decide(decision: Readonly<Record<string, unknown>>, revision: number): void {
    this.#want((name) => {
      const value = Object.hasOwn(decision, name) ? decision[name] : undefined;
      const offer = this.#offers[name];
      return offer !== undefined && isOffered(offer, value) ? { value, revision } : null;
    });
  }

  /** Returns every knob to the bot's own safe value; nobody is told, for nobody listens. */
  returnToSafe(): void {
    this.#want((name) => {
      const safe = this.#offers[name]?.safe;
      return safe === undefined ? null : { value: safe, revision: null };
    });
  }

  #want(wantedFor: (name: string) => Wanted | null): void {
    const changed: [string, Knob][] = [];
    for (const [name, knob] of this.#knobs) {
      const wanted = wantedFor(name);
      // The same value again is no new wish: what was refused once is not tried at every revision.
      if (wanted === null || wanted.value === knob.wanted.value) continue;
      knob.wanted = wanted;
      changed.push([name, knob]);
    }
    this.#decision = this.#decided();
    // Only now, so that a function that looks at the decision sees all of it.
    for (const [name, knob] of changed) {
      if (this.#isOfPair(name)) void this.#bringAboutPair();
      else void this.#bringAbout(name, knob);
    }
  }

  /** One change at a time; whatever was decided meanwhile, only the newest comes next. */
  async #bringAbout(name: string, knob: Knob): Promise<void> {
    if (knob.isBusy) return;
    knob.isBusy = true;
    while (knob.handled !== knob.wanted) await this.#change(name, knob, knob.wanted);
    knob.isBusy = false;
  }

  async #bringAboutPair(): Promise<void> {
    if (this.#isPairBusy) return;
    this.#isPairBusy = true;
    for (let name = this.#nextOfPair(); name !== null; name = this.#nextOfPair()) {
      const knob = this.#knobs.get(name);
      const other = this.#knobs.get(otherOf(name));
      if (knob === undefined || other === undefined) break;
      const { wanted } = knob;
      const follows = other.wanted;
      const isGap = !runsAt(this.#models, { ...this.#pairOf('inForce'), [name]: wanted.value });
      await this.#change(name, knob, wanted);
      // What was decided meanwhile waits: nothing runs for longer than it must on a pair that was not offered.
      if (isGap && knob.inForce === wanted.value) await this.#change(otherOf(name), other, follows);
    }
    this.#isPairBusy = false;
  }

  async #change(name: string, knob: Knob, wanted: Wanted): Promise<void> {
    const startMs = performance.now();
    const isInForce = wanted.value === knob.inForce;
    const misfit = isInForce ? null : this.#misfit(name, wanted.value);
    knob.handled = wanted;
    const error = isInForce ? null : (misfit ?? (await applyTo(knob, wanted.value)));
    if (error === null) knob.inForce = wanted.value;
    if (wanted.revision === null) return;
    this.#report({
      kind: 'applied',
      knob: name,
      value: knob.inForce,
      ok: error === null,
      ...(error === null ? {} : { error }),
      tookMs: Math.min(3_600_000, Math.round((performance.now() - startMs) * 1000) / 1000),
      revision: wanted.revision,
    });
  }

  #isOfPair(name: string): name is PairKnob {
    return (
      (PAIR as readonly string[]).includes(name) &&
      PAIR.every((one) => this.#knobs.has(one)) &&
      this.#models.some(({ sizes }) => sizes !== undefined)
    );
  }

  /** Which of model and size is changed next; null when both are as they are wanted. */
  #nextOfPair(): PairKnob | null {
    const waiting = PAIR.filter((name) => this.#isWaiting(name));
    const [first = null, second] = waiting;
    if (second === undefined) return first;
    return firstOf(this.#models, this.#pairOf('inForce'), this.#pairOf('wanted'));
  }

  #isWaiting(name: PairKnob): boolean {
    const knob = this.#knobs.get(name);
    return knob !== undefined && knob.handled !== knob.wanted;
  }

  /** Why a value cannot be, beside what is in force of the other and follows by it; null where it can. */
  #misfit(name: string, value: KnobValue): string | null {
    if (!this.#isOfPair(name)) return null;
    const pair: Pair = { ...this.#pairOf('inForce'), [name]: value };
    if (runsAt(this.#models, pair)) return null;
    const isFollowed = PAIR.every((one) => this.#isWaiting(one));
    if (isFollowed && runsAt(this.#models, this.#pairOf('wanted'))) return null;
    const { model, resolution } = pair;
    return name === 'model'
      ? `${model} does not run at ${resolution}, which is in force`
      : `${model}, which is in force, does not run at ${resolution}`;
  }

  #pairOf(which: 'inForce' | 'wanted'): Pair {
    const of = (name: PairKnob): KnobValue => {
      const knob = this.#knobs.get(name);
      return (which === 'inForce' ? knob?.inForce : knob?.wanted.value) ?? '';
    };
    return { model: of('model'), resolution: of('resolution') };
  }

  #decided(): Readonly<Record<string, KnobValue>> {
    return Object.freeze(
      Object.fromEntries([...this.#knobs].map(([name, { wanted }]) => [name, wanted.value])),
    );
  }
}

/** Calls the bot's function; null when it went well, else the reason in a few words. */
async function applyTo({ apply }: Knob, value: KnobValue): Promise<string | null> {
  try {
    await apply?.(value);
    return null;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).slice(0, 1_000);
  }
}
