/** One thing that `doctor` looks at. */

/** One line of `doctor`. */
export interface Check {
  name: string;
  /** False only where the configuration needs what is missing. */
  ok: boolean;
  found: string;
  /** What to do; null where there is nothing to do. */
  remedy: string | null;
}

/** A check with nothing to do. */
export function fine(name: string, found: string): Check {
  return { name, ok: true, found, remedy: null };
}
