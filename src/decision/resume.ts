/** Takes up what the decision of a run before remembered: what was learnt, what a person wished, where knobs stood. */
import { bareRecord } from '../own.js';
import type { KnobOffer } from '../shapes/knob.js';
import { isOfAgent } from '../shapes/knob-table.js';
import type { DecisionMemory, KnobMemory } from './memory.js';

/**
 * Makes `memory` what the run before remembered. Nobody offers a knob yet: what they were is kept until their owners do.
 * `before` is not changed.
 */
export function resumeMemory(memory: DecisionMemory, before: DecisionMemory): void {
  const own = Object.entries(before.knobs).filter(([knob]) => isOfAgent(knob));
  const offered = Object.entries(before.knobs).filter(([knob]) => !isOfAgent(knob));
  const copy = structuredClone(before);
  Object.assign(memory, copy, {
    knobs: bareRecord(structuredClone(Object.fromEntries(own))),
    before: bareRecord(structuredClone(Object.fromEntries(offered))),
    overrides: bareRecord(copy.overrides),
    backOff: bareRecord(copy.backOff),
    ledger: { ...copy.ledger, undo: bareRecord(copy.ledger.undo) },
    models: [],
    // What settles is told by frames that nobody measured.
    settling: null,
    rebased: false,
  });
}

/**
 * Gives an owner's knobs, offered again, what they were before the restart; returns whether any was. A value in force
 * that the run before did not leave there is the owner's own, and the knob begins anew. The value in force is the owner's
 * word in any case, so that a decision which is not in force any more is sent again.
 */
export function resumeKnobs(memory: DecisionMemory, owner: KnobMemory['owner']): boolean {
  let isAny = false;
  for (const [name, before] of Object.entries(memory.before)) {
    const knob = memory.knobs[name];
    // A bot offers all its knobs at once: what it left out is gone. Devices come one by one.
    if (before.owner !== owner || (owner === 'device' && knob === undefined)) continue;
    delete memory.before[name];
    const isOurs = knob?.applied === before.applied || knob?.applied === before.decided;
    // What a device holds for the agent is gone with either of them; what others had set is not.
    const isFound = owner === 'device' && knob?.offer.value === before.offer.value;
    if (knob === undefined || !(isOurs || isFound) || rungsOf(knob.offer) !== rungsOf(before.offer)) continue;
    isAny = true;
    knob.offer = { ...knob.offer, value: before.offer.value };
    knob.base = before.base;
    knob.position = before.position;
    knob.steppedBy = before.steppedBy;
    if (before.isOwed === true) knob.isOwed = true;
    knob.claimedBy = before.claimedBy;
    // Whoever refused may be allowed now, or is another driver: a device is asked anew by a new run.
    knob.refused = owner === 'device' ? null : before.refused;
  }
  return isAny;
}

function rungsOf({ values, range }: KnobOffer): string {
  return JSON.stringify([values, range]);
}
