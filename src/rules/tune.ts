/** `tune`: single numbers and durations of a rule changed by an overlay, everything else as it was. */
import type { RawRule } from './laid-rule.js';

/** What is wrong with one entry of `tune`, at a path below it. */
export interface TuneMistake {
  path: (string | number)[];
  message: string;
  expected: string;
}

const DURATION = /^\d+(\.\d+)?(ms|s|m|h)$/;

/** The rule with the numbers of `changes` laid in. What is not there, or no number, is a mistake. */
export function tuneRule(
  rule: RawRule,
  changes: Record<string, unknown>,
): { tuned: RawRule; mistakes: TuneMistake[] } {
  const tuned = structuredClone(rule);
  const mistakes: TuneMistake[] = [];
  lay(tuned as unknown as Record<string, unknown>, changes, [], mistakes);
  return { tuned, mistakes };
}

function lay(
  target: Record<string, unknown>,
  changes: Record<string, unknown>,
  path: string[],
  mistakes: TuneMistake[],
): void {
  for (const [key, value] of Object.entries(changes)) {
    const at = [...path, key];
    // Own and listed: neither what every object has nor the length of a list.
    const before = Object.prototype.propertyIsEnumerable.call(target, key) ? target[key] : undefined;
    const isTime = path.length === 0 && ['for', 'every', 'cooldown'].includes(key);
    if (isTime || (path.length === 0 && key === 'priority')) {
      if (isTime ? typeof value === 'string' && DURATION.test(value) : Number.isInteger(value))
        target[key] = value;
      else
        mistakes.push({
          path: at,
          message: `${JSON.stringify(value)} cannot be "${key}"`,
          expected: isTime ? 'a duration such as 5s' : 'a whole number',
        });
    } else if (typeof before === 'number' && typeof value === 'number') target[key] = value;
    else if (isMap(before) && isMap(value)) lay(before, value, at, mistakes);
    else if (Array.isArray(before) && isMap(value))
      lay(before as unknown as Record<string, unknown>, value, at, mistakes);
    else {
      const came =
        before === undefined
          ? `the rule has no "${at.join('.')}"`
          : `"${at.join('.')}" is no number in both places`;
      mistakes.push({
        path: at,
        message: came,
        expected: 'a number or duration that the rule has; replace the rule by its id to change more',
      });
    }
  }
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
