/** The order of a knob's values and the rungs between them. */
import { ownOf } from '../own.js';
import type { KnobOffer, KnobValue } from '../shapes/knob.js';
import { lookUpKnob } from '../shapes/knob-table.js';
import type { Profile } from '../shapes/profile.js';

/** A knob's values in their order, low to high. */
export interface Scale {
  /** A number that grows with the value; undefined for a name that stands in no order. */
  rank(value: KnobValue): number | undefined;
  /** The value `rungs` further on, at most to the end; the value itself where there is none. */
  step(from: KnobValue, rungs: number): KnobValue;
  /** The value nearest to `value` with rank in [low, high]; null when there is none. */
  clamp(value: KnobValue, low: number, high: number): KnobValue | null;
  /** All values of a ladder, low to high; null for a range of numbers. */
  rungs: readonly KnobValue[] | null;
}

interface Made {
  knob: string;
  profile: Profile;
  levels: readonly string[];
  scale: Scale;
}

/** Offers change rarely and are asked of many times a tick, so the newest scale of each is kept. */
const made = new WeakMap<KnobOffer, Made>();

/** The scale of an offered knob. `levels` gives the order of level names. */
export function scaleOf(knob: string, offer: KnobOffer, profile: Profile, levels: readonly string[]): Scale {
  const before = made.get(offer);
  if (before?.knob === knob && before.profile === profile && before.levels === levels) return before.scale;
  const scale = makeScale(knob, offer, profile, levels);
  made.set(offer, { knob, profile, levels, scale });
  return scale;
}

function makeScale(knob: string, offer: KnobOffer, profile: Profile, levels: readonly string[]): Scale {
  if (offer.values !== undefined) return ladder(knob, offer.values, profile, levels);
  const rung = ownOf(profile.knobs, knob)?.rung ?? lookUpKnob(knob)?.rung ?? 1;
  return range(offer.range ?? [Number(offer.value), Number(offer.value)], rung);
}

function ladder(
  knob: string,
  offered: readonly KnobValue[],
  profile: Profile,
  levels: readonly string[],
): Scale {
  const order: readonly KnobValue[] =
    knob === 'model' ? profile.models.map((model) => model.name) : knob === 'level' ? levels : [];
  // What the profile does not know keeps the bot's order, above what it knows.
  const unknown = offered.filter((value) => typeof value === 'string' && !order.includes(value));
  const rank = (value: KnobValue): number | undefined => {
    if (typeof value === 'number') return value;
    const known = order.indexOf(value);
    if (known >= 0) return known;
    const extra = unknown.indexOf(value);
    return extra < 0 ? undefined : order.length + extra;
  };
  const rankOf = (value: KnobValue): number => rank(value) ?? 0;
  const rungs = [...new Set(offered)].sort((a, b) => rankOf(a) - rankOf(b));
  const ranks = rungs.map(rankOf);
  return {
    rank,
    rungs,
    step(from, count) {
      const at = rungs.indexOf(from);
      return at < 0 ? from : (rungs[Math.min(rungs.length - 1, Math.max(0, at + count))] ?? from);
    },
    clamp(value, low, high) {
      const wanted = rank(value) ?? 0;
      // Nearest below first: a cap that names a rung the bot lacks means the next lower one.
      let nearest: KnobValue | null = null;
      for (let i = 0; i < rungs.length; i++) {
        const at = ranks[i] ?? 0;
        if (at < low || at > high) continue;
        if (nearest === null || at <= wanted) nearest = rungs[i] ?? null;
      }
      return nearest;
    },
  };
}

function range([min, max]: readonly [number, number], rung: number): Scale {
  // Rungs of 0.1 add up to 0.30000000000000004; people and digests want 0.3.
  const tidy = (value: number): number => Math.round(value * 1e6) / 1e6;
  const within = (value: number, low: number, high: number): number =>
    tidy(Math.min(high, Math.max(low, value)));
  return {
    rank: (value) => (typeof value === 'number' ? value : undefined),
    rungs: null,
    step: (from, count) => within(Number(from) + count * rung, min, max),
    clamp(value, low, high) {
      const [bottom, top] = [Math.max(min, low), Math.min(max, high)];
      return bottom > top || typeof value !== 'number' ? null : within(value, bottom, top);
    },
  };
}
