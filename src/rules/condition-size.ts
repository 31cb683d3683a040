/** How large conditions may be: each comparison is evaluated twice at every tick. */
import type { Condition } from '../shapes/rule.js';
import type { Complain } from './conditions.js';
import type { Path } from './document.js';

/** Conditions that refer to conditions, one inside the other; the shipped book has none. */
export const MAX_REFS = 16;
/** Comparisons of one `when` or `until` with all references followed. References can double at every level. */
const MAX_COMPARISONS = 1_024;
/** How large a condition is with all references followed. */
interface Size {
  comparisons: number;
  /** References one inside the other. */
  refs: number;
}

/** The sizes of conditions that were measured. */
export type Sizes = Map<Condition, Size>;

/** The sizes of named conditions are looked up, not counted again. */
export function sizeOf(condition: Condition, sizes: Sizes): Size {
  switch (condition.op) {
    case 'all':
    case 'any': {
      const children = condition.children.map((child) => sizeOf(child, sizes));
      return {
        comparisons: children.reduce((sum, child) => sum + child.comparisons, 0),
        refs: Math.max(0, ...children.map((child) => child.refs)),
      };
    }
    case 'not':
      return sizeOf(condition.child, sizes);
    case 'ref': {
      const { comparisons, refs } = sizes.get(condition.child) ?? { comparisons: 0, refs: 0 };
      return { comparisons, refs: refs + 1 };
    }
    default:
      return { comparisons: 1, refs: 0 };
  }
}

/** Remembers a condition's size; complains and tells so when it is too large. */
export function measure(condition: Condition, path: Path, sizes: Sizes, complain: Complain): boolean {
  const size = sizeOf(condition, sizes);
  sizes.set(condition, size);
  if (size.comparisons > MAX_COMPARISONS) {
    const message = `with all references followed there are ${size.comparisons} comparisons`;
    complain(path, 'too-big', message, `at most ${MAX_COMPARISONS}`);
    return false;
  }
  if (size.refs > MAX_REFS) {
    complain(path, 'too-deep', `a chain of ${size.refs} references begins here`, `at most ${MAX_REFS}`);
    return false;
  }
  return true;
}
