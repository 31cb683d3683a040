/** What another rung would cost: the profile's declared ratios applied to the load that is measured. */
import type { KnobValue, ModelOffer } from '../shapes/knob.js';
import type { Profile } from '../shapes/profile.js';
import type { FactView } from '../shapes/reading.js';
import type { Scale } from './scale.js';

/** A rung that takes at most this share of a frame's budget fits. */
export const FITS_PERCENT = 90;

/** A model and the side of its square input in pixels. */
export interface Pair {
  model: KnobValue | undefined;
  resolution: KnobValue | undefined;
}

/** Cost of one pair over another's; undefined where the profile does not know a model. */
export function costRatio(from: Pair, to: Pair, profile: Profile): number | undefined {
  const models = modelCost(to.model, profile) / modelCost(from.model, profile);
  const ratio = from.model === to.model ? 1 : models;
  const sides =
    from.resolution === to.resolution
      ? 1
      : sizeCost(to.resolution, profile) / sizeCost(from.resolution, profile);
  const product = ratio * sides;
  return Number.isFinite(product) ? product : undefined;
}

/** Relative error of `costRatio`, as the profile states it for the rungs that differ. */
export function costError(from: Pair, to: Pair, profile: Profile): number {
  const ofModel = (name: KnobValue | undefined): number =>
    profile.models.find((rung) => rung.name === name)?.costError ?? 0;
  const ofSize = (size: KnobValue | undefined): number =>
    profile.resolutions.find((rung) => rung.size === size)?.costError ?? 0;
  const models = from.model === to.model ? 0 : Math.max(ofModel(from.model), ofModel(to.model));
  const sizes =
    from.resolution === to.resolution ? 0 : Math.max(ofSize(from.resolution), ofSize(to.resolution));
  return models + sizes;
}

function modelCost(model: KnobValue | undefined, profile: Profile): number {
  return profile.models.find((rung) => rung.name === model)?.cost ?? Number.NaN;
}

/** A side the profile does not list costs as its pixels do against the default side, as convolutions do. */
function sizeCost(size: KnobValue | undefined, profile: Profile): number {
  const listed = profile.resolutions.find((rung) => rung.size === size)?.cost;
  if (listed !== undefined) return listed;
  const reference = profile.resolutions.find((rung) => rung.cost === 1)?.size ?? profile.defaultResolution;
  return typeof size === 'number' ? (size / reference) ** 2 : Number.NaN;
}

/**
 * Load in percent after a change: what no model can give back, plus the rest times the cost ratio. Undefined while
 * either load is unknown.
 */
export function predictLoad(facts: FactView, from: Pair, to: Pair, profile: Profile): number | undefined {
  const load = facts.number('frame.loadPercent');
  const other = facts.number('frame.otherLoadPercent');
  const ratio = costRatio(from, to, profile);
  if (load === undefined || other === undefined || ratio === undefined) return undefined;
  return other + Math.max(0, load - other) * ratio;
}

/** Whether the bot offered this model at this size. A bot that offers no models has no grid. */
export function isOffered(models: readonly ModelOffer[], { model, resolution }: Pair): boolean {
  if (models.length === 0 || model === undefined) return true;
  const offer = models.find((one) => one.name === model);
  if (offer === undefined) return false;
  return offer.sizes === undefined || resolution === undefined || offer.sizes.includes(Number(resolution));
}

/** The nearest of `reachable`, which is asked for at every tick; undefined where there is none. */
export function nextReachable(
  pair: Pair,
  knob: 'model' | 'resolution',
  way: 1 | -1,
  scale: Scale,
  models: readonly ModelOffer[],
): Pair | undefined {
  const rungs = scale.rungs ?? [];
  const at = rungs.indexOf(pair[knob] ?? '');
  for (let next = at + way; at >= 0 && next >= 0 && next < rungs.length; next += way) {
    const to = { ...pair, [knob]: rungs[next] };
    if (isOffered(models, to)) return to;
  }
  return undefined;
}

/** The rungs of one knob of the pair from `pair` on, going `way`, that keep to the grid; nearest first. */
export function reachable(
  pair: Pair,
  knob: 'model' | 'resolution',
  way: 1 | -1,
  scale: Scale,
  models: readonly ModelOffer[],
): Pair[] {
  const rungs = scale.rungs ?? [];
  const at = rungs.indexOf(pair[knob] ?? '');
  if (at < 0) return [];
  const further = way > 0 ? rungs.slice(at + 1) : rungs.slice(0, at).reverse();
  return further.map((rung) => ({ ...pair, [knob]: rung })).filter((next) => isOffered(models, next));
}
