/** Model and size where not every model runs at every size: they are changed as one, in the order that has no gap. */
import type { KnobValue, ModelOffer } from '../shapes/knob.js';

/** The knobs that are changed as one. */
export const PAIR = ['model', 'resolution'] as const;
/** One of `PAIR`. */
export type PairKnob = (typeof PAIR)[number];

/** A value of each of them. */
export type Pair = Readonly<Record<PairKnob, KnobValue>>;

/** The other one of the two. */
export function otherOf(knob: PairKnob): PairKnob {
  return knob === 'model' ? 'resolution' : 'model';
}

/** Whether a model that lists its sizes runs at this one; a model that lists none runs at every size. */
export function runsAt(models: readonly ModelOffer[], { model, resolution }: Pair): boolean {
  const sizes = models.find(({ name }) => name === model)?.sizes;
  return sizes === undefined || sizes.includes(Number(resolution));
}

/**
 * The one to change first, of two that differ: the size where the model in force runs at it, for that is soon done, else
 * the model. Where neither way leads over a pair that was offered, the size follows its model at once.
 */
export function firstOf(models: readonly ModelOffer[], inForce: Pair, wanted: Pair): PairKnob {
  return runsAt(models, { ...inForce, resolution: wanted.resolution }) ? 'resolution' : 'model';
}
