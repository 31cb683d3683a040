/** A signal as a file says it, before it is checked. */
import type { Problem } from '../shapes/rule.js';
import type { Complain } from './conditions.js';
import type { LocatedDocument } from './document.js';

/** A signal of the schema's shape, and where it stands. */
export interface NamedSignal {
  raw: Record<string, string | number>;
  document: LocatedDocument;
  folder: number;
}

/** Complains at a path inside a signal; at its name where the path is empty. */
export function signalComplainer(
  name: string,
  named: ReadonlyMap<string, NamedSignal>,
  problems: Problem[],
): Complain {
  return (path, code, message, expected, ofKey) => {
    const place = named.get(name)?.document.locate(['signals', name, ...path], ofKey ?? path.length === 0);
    if (place !== undefined)
      problems.push({ ...place, code, rule: null, message, expected, severity: 'error' });
  };
}
