/** What is decided for each knob, what is in force, and the bot's own functions that bring one to the other. */
import type { AppliedLine } from '../shapes/generated/bot-line.js';
import type { KnobOffer, KnobValue } from '../shapes/knob.js';
import { isOffered } from './offer.js';

type Offers = Readonly<Record<string, KnobOffer & { safe: KnobValue }>>;
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

/** A bot's knobs; each runs one change at a time and then the newest that waits. */
export class KnobBoard {
  readonly #offers: Offers;
  readonly #knobs: Map<string, Knob>;
  readonly #report: (line: AppliedLine) => void;
  #decision: Readonly<Record<string, KnobValue>>;

  constructor(offers: Offers, report: (line: AppliedLine) => void) {
    this.#offers = offers;
    this.#report = report;
    const start = ({ value }: KnobOffer): Knob => {
      const wanted = { value, revision: null };
      return { wanted, handled: wanted, inForce: value, apply: null, isBusy: false };
    };
    this.#knobs = new Map(Object.entries(offers).map(([name, offer]) => [name, start(offer)]));
    this.#decision = this.#decided();
  }

  /** The newest value of every knob. */
  get decision(): Readonly<Record<string, KnobValue>> {
    return this.#decision;
  }

  /** The offers with the values now in force, for a hello. */
  get offers(): Record<string, KnobOffer> {
    const now = Object.entries(this.#offers).map(([name, offer]) => {
      return [name, { ...offer, value: this.#knobs.get(name)?.inForce ?? offer.value }];
    });
    return Object.fromEntries(now);
  }

  /** Sets the function that changes a knob; false for one that was not offered: it is never decided. */
  on(name: string, apply: Apply): boolean {
    const knob = this.#knobs.get(name);
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
    for (const [name, knob] of this.#knobs) {
      const wanted = wantedFor(name);
      // The same value again is no new wish: what was refused once is not tried at every revision.
      if (wanted === null || wanted.value === knob.wanted.value) continue;
      knob.wanted = wanted;
      if (!knob.isBusy) void this.#bringAbout(name, knob);
    }
    this.#decision = this.#decided();
  }

  /** One change at a time; whatever was decided meanwhile, only the newest comes next. */
  async #bringAbout(name: string, knob: Knob): Promise<void> {
    knob.isBusy = true;
    while (knob.handled !== knob.wanted) {
      const wanted = knob.wanted;
      knob.handled = wanted;
      const startMs = performance.now();
      const error = wanted.value === knob.inForce ? null : await applyTo(knob, wanted.value);
      if (error === null) knob.inForce = wanted.value;
      if (wanted.revision === null) continue;
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
    knob.isBusy = false;
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
