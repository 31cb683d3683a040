/** What makes a change wait: settling, scenes, back-off and the budget of reversals. */
import { bareRecord } from '../own.js';
import type { Loser } from '../shapes/decision.js';
import { lookUpKnob } from '../shapes/knob-table.js';
import type { FactView } from '../shapes/reading.js';
import {
  type BackOff,
  type DecisionMemory,
  FIRST_WAIT_MS,
  type KnobMemory,
  type Settling,
} from './memory.js';

/** Why a change does not come now. */
export type Wait = Pick<Loser, 'code' | 'reason' | 'to'>;

/** A change that nobody answered for this long counts as answered. */
export const UNANSWERED_MS = 10_000;
/** A probe corrected within this time was wrong. */
const CORRECTED_WITHIN_MS = 60_000;
const LONGEST_WAIT_MS = 300_000;
/** At most this many corrected probes of model and resolution in `BUDGET_MS`. */
const BUDGET = 6;
const BUDGET_MS = 600_000;
/** A correction that undoes a climb of several rungs spends no more of the budget than this. */
const MOST_AT_ONCE = 2;
/** Relief that would stop frames waits this long at most for a scene to end. */
const SCENE_WAIT_MS = 2_000;

/** Starts settling: the frames from now on show the change. */
export function settle(memory: DecisionMemory, knob: string, atMs: number): void {
  const kind = lookUpKnob(knob)?.kind;
  if (kind !== 'quality' && kind !== 'throughput') return;
  memory.settling = { knob, sinceMs: atMs, frames: 0, ticks: 0 };
}

/** Counts the frames of one tick toward settling, and ends it. */
export function advanceSettling(memory: DecisionMemory, atMs: number, processed: number): void {
  const { settling } = memory;
  if (settling === null) return;
  settling.frames += processed;
  if (atMs > settling.sinceMs && processed > 0) settling.ticks++;
  const { settleMs = 0, settleFrames = 0 } = lookUpKnob(settling.knob) ?? {};
  const isSettled = atMs - settling.sinceMs >= settleMs && settling.frames >= settleFrames;
  if (isSettled && settling.ticks >= 1) memory.settling = null;
}

/** Why no quality or throughput knob may be relieved now, or null: it waits for one full tick of new frames only. */
export function reliefWait(memory: DecisionMemory): Wait | null {
  const flying = inFlight(memory);
  if (flying !== null) return { code: 'inFlight', reason: `waits for ${flying} to be applied` };
  if (memory.settling !== null && memory.settling.ticks < 1)
    return { code: 'settling', reason: `waits for frames after ${memory.settling.knob}` };
  return null;
}

/** Why a value that its owner refused is not tried yet. */
export function refusedWait({ owner }: KnobMemory, leftMs: number): Wait {
  const who = owner === 'agent' ? 'the agent' : `the ${owner}`;
  return { code: 'refused', reason: `${who} refused it, tried again in ${seconds(leftMs)}` };
}

/** Why relief of a knob that stops frames while it switches waits for a scene to end, or null. */
export function sceneReliefWait(knob: KnobMemory, facts: FactView, atMs: number): Wait | null {
  // Where nobody knows what a frame takes, any gap may stop frames.
  const frameMs = facts.number('frame.totalMs') ?? 0;
  const stopsFrames = (knob.offer.switchGapMs ?? 0) > frameMs;
  const scene = sceneOf(facts);
  if (!stopsFrames || scene === null) {
    knob.reliefDueMs = null;
    return null;
  }
  knob.reliefDueMs ??= atMs;
  const leftMs = SCENE_WAIT_MS - (atMs - knob.reliefDueMs);
  if (leftMs <= 0) return null;
  return { code: 'scene', reason: `waits for ${scene} to end, ${seconds(leftMs)} more at most` };
}

/**
 * Why `by` may not probe this knob now, or null. `heldMs` is how long its rule has been known true: one that was
 * corrected must hold for its whole wait, for a gain that comes and goes faster than that is not worth a change.
 */
export function probeWait(
  memory: DecisionMemory,
  facts: FactView,
  knob: string,
  by: string,
  atMs: number,
  heldMs: number = Number.POSITIVE_INFINITY,
): Wait | null {
  const relief = reliefWait(memory);
  if (relief !== null) return relief;
  if (memory.settling !== null) return { code: 'settling', reason: settlingText(memory.settling, atMs) };
  const scene = sceneOf(facts);
  if (scene !== null) return { code: 'scene', reason: `waits for ${scene} to end` };
  const { blockedUntilMs, waitMs } = memory.backOff[by] ?? { blockedUntilMs: 0, waitMs: FIRST_WAIT_MS };
  if (atMs < blockedUntilMs)
    return { code: 'backOff', reason: `backed off for ${seconds(blockedUntilMs - atMs)} more` };
  if (waitMs > FIRST_WAIT_MS && heldMs < waitMs)
    return { code: 'backOff', reason: `backed off: true for ${seconds(heldMs)} of ${seconds(waitMs)}` };
  if (isBudgeted(knob) && memory.reversals.length >= BUDGET) {
    const leftMs = (memory.reversals.at(-BUDGET) ?? atMs) + BUDGET_MS - atMs;
    const reason = `the budget of ${BUDGET} reversals in 10 min is spent for ${seconds(leftMs)} more`;
    return { code: 'budget', reason };
  }
  return null;
}

/** What is missing until the change can be judged. */
function settlingText({ knob, sinceMs, frames }: Settling, atMs: number): string {
  const { settleMs = 0, settleFrames = 0 } = lookUpKnob(knob) ?? {};
  const counts = [
    ...(frames < settleFrames ? [`${frames} of ${settleFrames} frames`] : []),
    ...(atMs - sinceMs < settleMs ? [`${seconds(atMs - sinceMs)} of ${seconds(settleMs)}`] : []),
  ];
  return [`settling after ${knob}`, ...counts].join(', ');
}

/** A time in words, to a tenth of a second. */
export function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

function inFlight(memory: DecisionMemory): string | null {
  for (const name in memory.knobs) {
    if (memory.knobs[name]?.sent == null) continue;
    const kind = lookUpKnob(name)?.kind;
    if (kind === 'quality' || kind === 'throughput') return name;
  }
  return null;
}

/** Whether nothing is risked now. */
export function isScene(facts: FactView): boolean {
  return sceneOf(facts) !== null;
}

/** The scene in which nothing is risked, in words, or null. One that nobody tells of any more goes on. */
function sceneOf(facts: FactView): string | null {
  const isTrue = (flag: string): boolean => facts.reading(`scene.${flag}`)?.value === true;
  if (isTrue('combatActive')) return 'combat';
  return isTrue('criticalEvent') ? 'the critical event' : null;
}

function isBudgeted(knob: string): boolean {
  return knob === 'model' || knob === 'resolution';
}

/** Remembers that `by` probed, so that a correction can be told from a fresh overload. */
export function noteProbe(memory: DecisionMemory, knob: string, by: string, atMs: number): void {
  const before = memory.backOff[by] ?? { waitMs: FIRST_WAIT_MS, blockedUntilMs: 0, open: null };
  const earlier = before.open?.probesAtMs ?? [];
  const probesAtMs = [...earlier, atMs].filter((at) => atMs - at <= CORRECTED_WITHIN_MS);
  memory.backOff[by] = { ...before, open: { atMs, knob, rewarded: false, probesAtMs } };
}

/**
 * A knob was corrected: probes of it in the last minute were wrong, and their rules wait twice as long. Relief of one
 * quality knob corrects probes of them all, since all of them load the same frame.
 */
export function noteCorrection(memory: DecisionMemory, knob: string, atMs: number): void {
  for (const backOff of Object.values(memory.backOff)) {
    if (backOff.open === null || atMs - backOff.open.atMs > CORRECTED_WITHIN_MS) continue;
    const isQuality =
      lookUpKnob(knob)?.kind === 'quality' && lookUpKnob(backOff.open.knob)?.kind === 'quality';
    if (backOff.open.knob !== knob && !isQuality) continue;
    backOff.waitMs = Math.min(LONGEST_WAIT_MS, 2 * backOff.waitMs);
    backOff.blockedUntilMs = atMs + backOff.waitMs;
    const undone = backOff.open.probesAtMs.filter((at) => atMs - at <= CORRECTED_WITHIN_MS).length;
    if (isBudgeted(backOff.open.knob))
      for (let i = 0; i < Math.min(undone, MOST_AT_ONCE); i++) memory.reversals.push(atMs);
    backOff.open = null;
  }
}

/** Rewards probes that stand, forgets reversals older than the budget's span. */
export function advanceBackOff(memory: DecisionMemory, atMs: number): void {
  for (const by in memory.backOff) {
    const backOff = memory.backOff[by];
    if (backOff !== undefined) rewardProbe(backOff, atMs);
  }
  if (memory.reversals.length > 0) memory.reversals = memory.reversals.filter((at) => atMs - at < BUDGET_MS);
}

function rewardProbe(backOff: BackOff, atMs: number): void {
  const { open } = backOff;
  if (open === null) return;
  const stoodMs = atMs - open.atMs;
  if (!open.rewarded && stoodMs >= 2 * backOff.waitMs) {
    backOff.waitMs = Math.max(FIRST_WAIT_MS, backOff.waitMs / 2);
    open.rewarded = true;
  }
  if (stoodMs > CORRECTED_WITHIN_MS) backOff.open = null;
}

/** A change of base voids settling, back-off and the budget. */
export function voidWaits(memory: DecisionMemory): void {
  memory.settling = null;
  memory.backOff = bareRecord();
  memory.reversals = [];
}
