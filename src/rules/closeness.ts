/** How near a rule is to firing, as one number to sort by. */
import type { ExplainNode, Explanation } from '../shapes/port.js';

/** Whole numbers part the phases; what is behind the point orders within one. */
const PHASES = { active: 3, pending: 2, idle: 1, cooling: 0 } as const;

/** Larger is nearer: active, then pending by what is left of `for`, then idle by how much of `when` is met, then cooling. */
export function closenessOf({ state, progress, tree }: Explanation): number {
  // A second left is nearer than two, however long `for` is; the share stays below 1.
  if (progress !== null) return PHASES[state] + 1 / (2 + Math.max(0, progress.ofMs - progress.elapsedMs));
  return PHASES[state] + (state === 'idle' ? 0.999 * share(tree, true) : 0);
}

/**
 * How much of a condition is as wanted, 0 to 1: the mean of all that must be, the best of those of which one is enough.
 * `not` asks for the opposite, and the opposite of `all` is `any`.
 */
function share(node: ExplainNode, wanted: boolean): number {
  if (node.truth === String(wanted)) return 1;
  if (node.fact !== undefined) return node.truth === 'unknown' ? 0 : leafShare(node);
  const shares = node.children.map((child) => share(child, node.op === 'not' ? !wanted : wanted));
  if (shares.length === 0) return 0;
  const isEnough = node.op === (wanted ? 'any' : 'all');
  return isEnough ? Math.max(...shares) : shares.reduce((sum, one) => sum + one, 0) / shares.length;
}

/** How near a comparison is to turning, against the larger of value and threshold; below 1. */
function leafShare({ margin, value, threshold }: ExplainNode): number {
  if (typeof margin !== 'number') return 0;
  const sizes = [value, ...(Array.isArray(threshold) ? threshold : [threshold])].map((one) =>
    Math.abs(Number(one)),
  );
  const size = Math.max(...sizes);
  return size > 0 ? Math.max(0, Math.min(0.99, 1 - Math.abs(margin) / size)) : 0;
}
