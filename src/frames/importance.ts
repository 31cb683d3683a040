/** How much a frame matters: the product of the weights of what is true of it, in integer thousandths. */
import type { FrameRules } from '../shapes/rule.js';

/** What is true of a frame, by the names of the weights (`combatActive`). */
export type Scene = Readonly<Record<string, boolean>>;

/** The rules a bot follows until an agent has told it others; the weights are those of the original Python module. */
export const DEFAULT_FRAME_RULES: FrameRules = {
  weights: { motionDetected: 1.5, newObjects: 1.3, uiChanges: 1.2, combatActive: 2, criticalEvent: 3 },
  maxImportance: 3,
  never: ['combatActive', 'criticalEvent'],
  maxSkipRun: 4,
  maxAgeMs: 500,
};

/** Keeps products far below 2^53 while weights below 1 may still bring them down again. */
const LARGEST_PRODUCT = 1_000_000;

/** A share or factor as integer thousandths, halves up. */
export function toThousandths(value: number): number {
  return Math.floor(value * 1000 + 0.5);
}

/**
 * The importance of a frame in thousandths, 1000 when nothing is true. The weights of the true flags are taken
 * in ascending order of their names, each product rounded halves up and held to 1,000,000, and the result is cut
 * at `maxImportance`; flags without a weight count as 1. The order is fixed so that all languages agree.
 */
export function importanceOf(scene: Scene, rules: FrameRules): number {
  let product = 1000;
  for (const name of weightedNames(rules)) {
    if (scene[name] !== true) continue;
    const weight = toThousandths(rules.weights[name] ?? 1);
    product = Math.min(LARGEST_PRODUCT, Math.floor((product * weight + 500) / 1000));
  }
  return Math.min(product, toThousandths(rules.maxImportance));
}

/** True when a flag that forbids skipping is true. */
export function isNeverSkipped(scene: Scene, rules: FrameRules): boolean {
  return rules.never.some((name) => scene[name] === true);
}

/** Rules change rarely and are asked at every frame, so their order is kept. */
const namesOf = new WeakMap<FrameRules, string[]>();

function weightedNames(rules: FrameRules): string[] {
  let names = namesOf.get(rules);
  if (names === undefined) {
    names = Object.keys(rules.weights).sort();
    namesOf.set(rules, names);
  }
  return names;
}
