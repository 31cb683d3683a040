/** Inputs that change what the decision remembers: offers, outcomes and a person's wishes. */
import { ownOf } from '../own.js';
import type { KnobOffer, KnobValue } from '../shapes/knob.js';
import type { Level, Preset } from '../shapes/rule.js';
import type { AppliedEvent, HelloEvent, PersonEvent, ReadBackEvent } from '../shapes/sample.js';
import { isBorrowed } from './bounds.js';
import { noteAnswer, voidLearnt } from './ledger.js';
import { type DecisionMemory, type KnobMemory, newKnobMemory, type Override, type Timed } from './memory.js';
import { reoffer } from './reoffer.js';
import { resumeKnobs } from './resume.js';
import { settle, UNANSWERED_MS } from './waits.js';

/** A refused value is not tried again for this long, so that a refusal never becomes a storm. */
export const REFUSED_FOR_MS = 60_000;

/** The controlling bot offers its knobs; what a bot before it offered is gone. */
export function takeHello(memory: DecisionMemory, hello: HelloEvent, atMs: number): void {
  const isAwaited = Object.values(memory.before).some(({ owner }) => owner === 'bot');
  if (hello.replaces !== undefined && !isAwaited) {
    reoffer(memory, hello, atMs);
    voidLearnt(memory, atMs, 'the bot offers other things');
    return;
  }
  // What a restarted agent took up stands until it is known whose it was.
  if (!isAwaited) dropBot(memory, atMs);
  memory.models = hello.models;
  for (const [knob, offer] of Object.entries(hello.knobs)) {
    memory.knobs[knob] = newKnobMemory('bot', offer, atMs);
  }
  if (isAwaited && !resumeKnobs(memory, 'bot')) voidLearnt(memory, atMs, 'another bot took over');
}

/** The controlling bot is gone, with its knobs. What steps had made of the card's was for its frames: it is owed back. */
export function dropBot(memory: DecisionMemory, atMs: number): void {
  for (const [name, knob] of Object.entries(memory.knobs)) {
    if (knob.owner === 'bot') delete memory.knobs[name];
    else if (knob.owner === 'device' && knob.position !== null) knob.isOwed = true;
  }
  memory.models = [];
  voidLearnt(memory, atMs, 'the session ended');
}

/**
 * A device offers a knob, offers it otherwise, or no longer. What steps and rules had made of it stays, also until it is
 * offered again; a value in force that others have changed is the base of what follows.
 */
export function takeDevice(
  memory: DecisionMemory,
  knob: string,
  offer: KnobOffer | null,
  atMs: number,
): void {
  const before = memory.knobs[knob];
  if (offer === null) {
    if (before !== undefined) memory.before[knob] = before;
    delete memory.knobs[knob];
  } else if (before === undefined) memory.knobs[knob] = newKnobMemory('device', offer, atMs);
  else {
    const isMoved = offer.value !== before.offer.value;
    before.offer = offer;
    if (isMoved) before.applied = offer.value;
    if (isMoved && before.sent === null) before.decided = offer.value;
  }
  resumeKnobs(memory, 'device');
}

/**
 * The bot's card is another one. What was decided for the knobs of the one before is nothing that was decided for it,
 * and neither is a value that a person set while looking at the other.
 */
export function takeCard(memory: DecisionMemory, atMs: number): void {
  for (const knobs of [memory.knobs, memory.before]) {
    for (const [knob, { owner }] of Object.entries(knobs)) {
      if (owner !== 'device') continue;
      delete knobs[knob];
      delete memory.overrides[knob];
    }
  }
  voidLearnt(memory, atMs, 'the bot computes on another card');
}

/** The outcome of a change. One of an older revision tells what is in force, and is graded no further. */
export function takeApplied(
  memory: DecisionMemory,
  event: AppliedEvent,
  atMs: number,
): 'applied' | 'refused' | 'superseded' {
  const knob = memory.knobs[event.knob];
  if (knob === undefined) return 'superseded';
  knob.applied = event.value;
  // A device sets by itself again what it had forgotten; that it could not is a refusal, though nothing was sent.
  const isLost = knob.owner === 'device' && knob.sent === null && !event.ok && knob.decided !== event.value;
  if (!isLost && (knob.sent === null || event.revision < knob.sent.revision)) return 'superseded';
  knob.sent = null;
  settle(memory, event.knob, atMs);
  noteAnswer(memory, event.knob, event.ok, atMs);
  if (event.ok) return 'applied';
  knob.refused = { value: knob.decided, untilMs: atMs + REFUSED_FOR_MS };
  if (knob.position === knob.decided) knob.position = event.value;
  knob.decided = event.value;
  return 'refused';
}

/** Something else is in force than the device's owner had set; what is decided stays, and is set again or given up. */
export function takeReadBack(memory: DecisionMemory, { knob, value }: ReadBackEvent): void {
  const one = memory.knobs[knob];
  if (one !== undefined) one.applied = value;
}

/** Gives up waiting for changes nobody answered; returns their knobs. */
export function expireUnanswered(memory: DecisionMemory, atMs: number): string[] {
  const given: string[] = [];
  for (const name in memory.knobs) {
    const knob = memory.knobs[name];
    if (knob === undefined || knob.sent === null || atMs - knob.sent.atMs < UNANSWERED_MS) continue;
    knob.sent = null;
    settle(memory, name, atMs);
    noteAnswer(memory, name, false, atMs);
    given.push(name);
  }
  return given;
}

/** A person's wish. Names and ranges were checked where it came in. */
export function takePerson(
  memory: DecisionMemory,
  event: PersonEvent,
  atMs: number,
  presets: Record<string, Preset>,
): void {
  const ends = (forS: number | undefined): number | null => (forS === undefined ? null : atMs + forS * 1000);
  switch (event.kind) {
    case 'auto':
      memory.auto = event.value;
      return;
    case 'override':
      memory.overrides[event.knob] = overrideOf(event, memory.overrides[event.knob], atMs);
      askAnew(memory, event.knob);
      return;
    case 'release':
      delete memory.overrides[event.knob];
      askAnew(memory, event.knob);
      return;
    case 'level':
      memory.level = wish(memory.level, event.value, ends(event.forS));
      // A level for a time hides the preset for that time; one that stands ends it.
      memory.preset = wish(memory.preset, null, ends(event.forS));
      break;
    case 'preset':
      memory.preset = wish(memory.preset, event.value, ends(event.forS));
      memory.level = wish(
        memory.level,
        ownOf(presets, event.value)?.level ?? memory.level.value,
        ends(event.forS),
      );
  }
  memory.rebased = true;
  voidLearnt(memory, atMs, 'the base changed');
}

/** A person keeps what was set of hardware. */
export function takeConfirm({ overrides }: DecisionMemory): void {
  for (const override of Object.values(overrides)) {
    delete override.confirmUntilMs;
    delete override.before;
  }
}

function overrideOf(
  { value, forS, confirmS }: Extract<PersonEvent, { kind: 'override' }>,
  standing: Override | undefined,
  atMs: number,
): Override {
  const override: Override = { value, expiresAtMs: atMs + forS * 1000 };
  if (confirmS === undefined) return override;
  const before = standing?.confirmUntilMs === undefined ? standing : standing.before;
  override.confirmUntilMs = atMs + confirmS * 1000;
  if (before !== undefined) override.before = { value: before.value, expiresAtMs: before.expiresAtMs };
  return override;
}

/** What a person asks for is asked of its owner at once, whatever that refused before. */
function askAnew(memory: DecisionMemory, knob: string): void {
  const one = memory.knobs[knob];
  if (one !== undefined) one.refused = null;
}

function wish<T>(before: Timed<T>, value: T, expiresAtMs: number | null): Timed<T> {
  return {
    value,
    expiresAtMs,
    before: expiresAtMs === null ? null : (before.before ?? { value: before.value }),
  };
}

/** Ends what was asked for a time. */
export function expireWishes(memory: DecisionMemory, atMs: number): void {
  for (const [knob, { expiresAtMs, confirmUntilMs = expiresAtMs, before }] of Object.entries(
    memory.overrides,
  )) {
    if (atMs < Math.min(expiresAtMs, confirmUntilMs)) continue;
    if (before !== undefined && atMs < before.expiresAtMs) memory.overrides[knob] = before;
    else delete memory.overrides[knob];
  }
  const level = expired(memory.level, atMs);
  const preset = expired(memory.preset, atMs);
  if (level === memory.level && preset === memory.preset) return;
  memory.level = level;
  memory.preset = preset;
  memory.rebased = true;
  voidLearnt(memory, atMs, 'the base changed');
}

function expired<T>(timed: Timed<T>, atMs: number): Timed<T> {
  if (timed.expiresAtMs === null || atMs < timed.expiresAtMs) return timed;
  return { value: timed.before === null ? timed.value : timed.before.value, expiresAtMs: null, before: null };
}

/** Offers the levels as a knob and lays the values that preset and configuration give under the knobs as their base. */
export function layBase(
  memory: DecisionMemory,
  levels: Record<string, Level>,
  given: Record<string, KnobValue>,
  atMs: number,
): void {
  const values = levelNames(levels);
  const level = memory.knobs.level ?? newKnobMemory('agent', { values, value: memory.level.value }, atMs);
  if (level.offer.values !== values) level.offer = { ...level.offer, values };
  memory.knobs.level = level;
  for (const name in memory.knobs) {
    const knob = memory.knobs[name];
    if (knob === undefined) continue;
    const base = name === 'level' ? memory.level.value : baseOf(name, knob, ownOf(given, name));
    if (base === knob.base) continue;
    knob.base = base;
    knob.position = null;
    knob.steppedBy = null;
  }
}

/** The given value where the owner offers it, else the one it had at first. What is borrowed is never given more. */
function baseOf(name: string, { offer }: KnobMemory, given: KnobValue | undefined): KnobValue {
  if (given === undefined || (offer.values !== undefined && !offer.values.includes(given)))
    return offer.value;
  return isBorrowed(name) && Number(given) > Number(offer.value) ? offer.value : given;
}

/** A book's levels never change, and their order is asked for at every tick. */
const namesOf = new WeakMap<Record<string, Level>, string[]>();

/** Names of the levels, the least demanding first. */
export function levelNames(levels: Record<string, Level>): string[] {
  let names = namesOf.get(levels);
  if (names === undefined) {
    const target = (name: string): number => levels[name]?.targetFps ?? 0;
    names = Object.keys(levels).sort((a, b) => target(a) - target(b) || (a < b ? -1 : 1));
    namesOf.set(levels, names);
  }
  return names;
}

/** Marks what was just decided as sent to its owner. */
export function noteSent(memory: DecisionMemory, knob: string, value: KnobValue, atMs: number): void {
  const one = memory.knobs[knob];
  if (one === undefined) return;
  one.decided = value;
  one.movedAtMs = atMs;
  if (one.owner === 'agent') one.applied = value;
  else one.sent = { atMs, revision: memory.revision };
}
