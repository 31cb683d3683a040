/** Finds which decisions of two books about one knob are the same one, though it may come at another time. */
import type { Mark } from '../shapes/dry-run.js';

/** What it costs to say that a decision is in one book only; two of them are dearer than any pair. */
const ALONE = 1;
/** What it costs to pair two decisions that come to another value. */
const OTHER_VALUE = 1.2;
/** Nearer in time is better, and never worth as much as the value: at most this. */
const FAR = 0.7;

/**
 * Pairs in the order of time, each of a decision with the other book's or null; none crosses another and none is
 * further apart than `withinS` seconds. Of all such alignments the cheapest.
 */
export function alignMarks(
  ours: readonly Mark[],
  against: readonly Mark[],
  withinS: number,
): [Mark | null, Mark | null][] {
  const width = against.length + 1;
  const costs = new Float64Array((ours.length + 1) * width);
  const at = (i: number, j: number): number => costs[i * width + j] ?? 0;
  const pairCost = (i: number, j: number): number => {
    const [a, b] = [ours[i], against[j]];
    if (a === undefined || b === undefined) return Number.POSITIVE_INFINITY;
    const apartS = Math.abs(a.atS - b.atS);
    if (apartS > withinS) return Number.POSITIVE_INFINITY;
    return (FAR * apartS) / withinS + (a.to === b.to ? 0 : OTHER_VALUE);
  };
  // From the end, so that the way through begins at the beginning.
  for (let i = ours.length; i >= 0; i--) {
    for (let j = against.length; j >= 0; j--) {
      if (i === ours.length && j === against.length) continue;
      const skipOurs = i < ours.length ? at(i + 1, j) + ALONE : Number.POSITIVE_INFINITY;
      const skipOther = j < against.length ? at(i, j + 1) + ALONE : Number.POSITIVE_INFINITY;
      costs[i * width + j] = Math.min(skipOurs, skipOther, at(i + 1, j + 1) + pairCost(i, j));
    }
  }
  const pairs: [Mark | null, Mark | null][] = [];
  let [i, j] = [0, 0];
  while (i < ours.length || j < against.length) {
    const [a = null, b = null] = [ours[i], against[j]];
    if (a !== null && b !== null && at(i, j) === at(i + 1, j + 1) + pairCost(i, j)) {
      pairs.push([a, b]);
      i++;
      j++;
    } else if (a !== null && at(i, j) === at(i + 1, j) + ALONE) {
      pairs.push([a, null]);
      i++;
    } else {
      pairs.push([null, b]);
      j++;
    }
  }
  return pairs;
}
