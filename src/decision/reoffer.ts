/** The controlling bot goes on and offers other models or knobs: what stands of its knobs where the rungs are still there. */
import type { KnobOffer, KnobValue } from '../shapes/knob.js';
import type { HelloEvent } from '../shapes/sample.js';
import { type DecisionMemory, type KnobMemory, newKnobMemory } from './memory.js';
import { isOffered } from './predict.js';

/**
 * Takes the new offer. A knob keeps its base, its position and what was decided, each where it is offered still; a decision
 * that is not in force is sent again. A person's value that is not offered any more has ended.
 */
export function reoffer(memory: DecisionMemory, hello: HelloEvent, atMs: number): void {
  const { knobs, overrides } = memory;
  const before = Object.entries(knobs).filter(([, { owner }]) => owner === 'bot');
  for (const [name] of before) delete knobs[name];
  memory.models = hello.models;
  for (const [name, offer] of Object.entries(hello.knobs)) knobs[name] = newKnobMemory('bot', offer, atMs);
  for (const [name, old] of before) {
    const knob = knobs[name];
    const wish = overrides[name]?.value;
    if (wish !== undefined && (knob === undefined || !has(knob.offer, wish))) delete overrides[name];
    if (knob !== undefined) carryOver(knob, old);
  }
  keepDecided(memory, new Map(before), atMs);
}

/** The base and what steps have made of the knob, and whose claims it is on its way back from. */
function carryOver(knob: KnobMemory, old: KnobMemory): void {
  const isHere = (value: KnobValue): boolean => has(knob.offer, value);
  knob.claimedBy = old.claimedBy;
  // Its base is what it was first seen at.
  if (isHere(old.offer.value)) knob.offer = { ...knob.offer, value: old.offer.value };
  if (!isHere(old.base)) return;
  knob.base = old.base;
  if (old.position === null || !isHere(old.position)) return;
  knob.position = old.position;
  knob.steppedBy = old.steppedBy;
}

/** What was decided stands where all of it is offered still: a pair of model and size stands or goes as one. */
function keepDecided(memory: DecisionMemory, before: ReadonlyMap<string, KnobMemory>, atMs: number): void {
  const { knobs, models } = memory;
  const decidedOf = (name: string): KnobValue | undefined => {
    const [knob, old] = [knobs[name], before.get(name)];
    return knob !== undefined && old !== undefined && has(knob.offer, old.decided)
      ? old.decided
      : knob?.decided;
  };
  const isPair = isOffered(models, { model: decidedOf('model'), resolution: decidedOf('resolution') });
  for (const [name, knob] of Object.entries(knobs)) {
    if (knob.owner !== 'bot' || ((name === 'model' || name === 'resolution') && !isPair)) continue;
    knob.decided = decidedOf(name) ?? knob.decided;
    if (knob.decided !== knob.applied) knob.sent = { atMs, revision: memory.revision };
  }
}

function has({ values, range }: KnobOffer, value: KnobValue): boolean {
  if (values !== undefined) return values.includes(value);
  return typeof value === 'number' && range !== undefined && value >= range[0] && value <= range[1];
}
