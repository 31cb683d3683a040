/** Positions of a card's knobs that steps have made and that go back to their base: for whom, or at what cost, is unknown. */
import type { KnobMemory } from '../decision/memory.js';
import type { FactStore } from '../facts/store.js';

/** Whether less than the base is in force of the power limit. */
export function isLimitLowered(store: FactStore): boolean {
  const limit = store.number('state.powerLimitW');
  const base = store.number('limits.powerLimitBaseW');
  return limit !== undefined && base !== undefined && limit < base;
}

/**
 * Ends positions made for a bot that is gone, and a lowered limit of which nobody knows any more what it costs an
 * inference. Not while nobody knows how hot the card is; caps against heat stand in any case.
 */
export function giveBackOwed(store: FactStore, knobs: Readonly<Record<string, KnobMemory>>): void {
  if (store.number('gpu.temperatureC') === undefined) return;
  for (const name in knobs) {
    const knob = knobs[name];
    if (knob?.isOwed === true) giveBack(knob);
  }
  const { powerLimitW } = knobs;
  const isCostLost =
    store.number('inference.totalMs') !== undefined && store.number('inference.slowedPercent') === undefined;
  if (powerLimitW !== undefined && isCostLost && isLimitLowered(store)) giveBack(powerLimitW);
}

function giveBack(knob: KnobMemory): void {
  delete knob.isOwed;
  knob.position = null;
  knob.steppedBy = null;
}
