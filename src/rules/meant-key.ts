/** What a wrong key was meant to be. */
import { didYouMean } from '../nearest.js';

/** Keys that other tools have for ours: a word of other letters is no typing mistake, and still has a right name. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  mean: 'avg',
  average: 'avg',
  median: 'p50',
  window: 'over',
  range: 'over',
  alpha: 'halfLife',
  greaterThan: 'above',
  gt: 'above',
  gte: 'atLeast',
  lessThan: 'below',
  lt: 'below',
  lte: 'atMost',
  equals: 'is',
  eq: 'is',
  in: 'oneOf',
  notIn: 'noneOf',
  if: 'when',
  condition: 'when',
  actions: 'then',
  do: 'then',
  reason: 'because',
  description: 'because',
  name: 'id',
  cooldownPeriod: 'cooldown',
  and: 'all',
  or: 'any',
  limit: 'cap',
};

/** `, did you mean "x"?` for a key of another tool, or one that is written almost so. */
export function meantKey(bad: string, keys: readonly string[]): string {
  const meant = Object.hasOwn(ELSEWHERE, bad) ? ELSEWHERE[bad] : undefined;
  return meant !== undefined && keys.includes(meant) ? `, did you mean "${meant}"?` : didYouMean(bad, keys);
}
