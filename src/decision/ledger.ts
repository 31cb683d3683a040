/**
 * The ledger: each automatic change is graded once by a fact that the load does not move. What did harm, and what cost
 * quality for nothing, is taken back once, and that way is not tried again until something else has changed.
 */
import type { Grade, GradedChange, ReasonCode } from '../shapes/decision.js';
import type { KnobValue } from '../shapes/knob.js';
import { lookUpKnob } from '../shapes/knob-table.js';
import type { FactView } from '../shapes/reading.js';
import type { Way } from '../shapes/rule.js';
import type { DecisionContext } from './context.js';
import { knobMeasure, LONGEST_FRAME_RATIO, type Measure, readMeasure, ruleMeasure } from './expectation.js';
import type { BlockedWay, DecisionMemory, OpenChange } from './memory.js';
import { FITS_PERCENT } from './predict.js';
import { isScene, noteCorrection, voidWaits, type Wait } from './waits.js';

/** Other load that moved by more points than this between before and after explains anything. */
const OTHER_LOAD_POINTS = 15;
/** What did no good is not tried again for this long, unless the situation changes. */
const BLOCKED_MS = 600_000;
/** Until then the change is still being taken back, and the load shows both. */
const TAKING_BACK_MS = 5_000;
/** An inference that takes this share more or less than before the change is another situation. */
const OTHER_SITUATION = 0.25;
/**
 * Relief is judged by fewer frames than settling asks for: nothing slows the next relief, and one that gave nothing back
 * must be known as such before its rule steps again.
 */
const RELIEF_FRAMES = 5;
/** Fewer watts must leave this share of the rate: each rung of the bot's, all rungs together where nobody waits. */
const LEAST_RATE_RATIO = 0.98;
/** A loop or a card that works for more of the time than this does less as soon as its work takes longer. */
const FULL_PERCENT = 90;
/** Graded changes kept. */
const MAX_GRADED = 50;

/** A change that was just decided. */
export interface DecidedChange {
  knob: string;
  from: KnobValue;
  to: KnobValue;
  way: Way;
  /** The rule, or `base` or `override`. */
  winner: string;
  reason: ReasonCode;
}

/** Opens an entry for a change; those of a person, of the base and of safety have none. */
export function openEntry(memory: DecisionMemory, context: DecisionContext, change: DecidedChange): void {
  if (!context.ledger) return;
  const { knob, from, to, way, winner, reason } = change;
  voidOpen(memory, context.atMs, (entry) =>
    entry.knob === knob ? `${knob} changed again` : `${knob} changed as well`,
  );
  const rule = context.fired.find((one) => one.rule.id === winner)?.rule;
  if (!GRADED.has(reason) || rule?.safety === true || winner === 'override') return;
  const pair = { model: memory.knobs.model?.applied, resolution: memory.knobs.resolution?.applied };
  const own = reason !== 'return' && rule?.expect != null ? ruleMeasure(rule.expect) : null;
  const measure = own ?? knobMeasure(knob, from, to, pair, context.facts, context.profile);
  if (measure === null) return;
  const fps = knob === 'powerLimitW' ? context.facts.number('frame.fps') : undefined;
  memory.ledger.open.push({
    knob,
    from,
    to,
    by: reason === 'return' ? `return.${knob}` : winner,
    isStep: reason === 'step' || reason === 'return',
    way,
    decidedAtMs: context.atMs,
    appliedAtMs: null,
    frames: 0,
    measure,
    before: readMeasure(measure, context.facts) ?? null,
    frameMs: context.facts.number('frame.totalMs') ?? null,
    inferenceMs: context.facts.number('inference.totalMs') ?? null,
    otherLoadPercent: context.facts.number('frame.otherLoadPercent') ?? null,
    isScene: isScene(context.facts),
    ...(fps === undefined ? {} : { fps }),
  });
}

const GRADED: ReadonlySet<ReasonCode> = new Set(['step', 'set', 'cap', 'floor', 'return']);

/** The owner answered a change: its effect can be measured from now on. A refused one has none. */
export function noteAnswer(memory: DecisionMemory, knob: string, isApplied: boolean, atMs: number): void {
  if (!isApplied) voidOpen(memory, atMs, (entry) => (entry.knob === knob ? 'it was not applied' : null));
  for (const entry of memory.ledger.open) if (entry.knob === knob) entry.appliedAtMs ??= atMs;
}

/** Grades every open change for which `why` gives a reason as void. */
export function voidOpen(
  memory: DecisionMemory,
  atMs: number,
  why: (entry: OpenChange) => string | null,
): void {
  const { ledger } = memory;
  ledger.open = ledger.open.filter((entry) => {
    const reason = why(entry);
    if (reason !== null)
      note(memory, entry, { verdict: 'void', ratio: null, after: null, why: reason, atMs });
    return reason === null;
  });
}

/** Another base or session: what was learnt from probes and measured before tells nothing about what follows. */
export function voidLearnt(memory: DecisionMemory, atMs: number, why: string): void {
  voidWaits(memory);
  voidOpen(memory, atMs, () => why);
  memory.ledger.undo = {};
  memory.ledger.blocked = [];
}

/** What was learnt about rules that are gone, or are other rules now, holds no more. */
export function forgetRules(memory: DecisionMemory, isGone: (id: string) => boolean): void {
  for (const id of Object.keys(memory.backOff)) if (isGone(id)) delete memory.backOff[id];
  memory.ledger.blocked = memory.ledger.blocked.filter(({ by }) => by === null || !isGone(by));
}

/** Moves the ledger on by a tick in which `processed` frames arrived: grades what has settled, lifts what is over. */
export function advanceLedger(
  memory: DecisionMemory,
  facts: FactView,
  atMs: number,
  processed: number,
): void {
  const { ledger } = memory;
  if (ledger.blocked.length > 0)
    ledger.blocked = ledger.blocked.filter((blocked) => isStillBlocked(blocked, facts, atMs));
  if (ledger.open.length === 0) return;
  const settled: OpenChange[] = [];
  for (const entry of ledger.open) {
    const { settleMs = 0, settleFrames = 0 } = lookUpKnob(entry.knob) ?? {};
    const frames = costQuality(entry) ? RELIEF_FRAMES : settleFrames;
    if (entry.appliedAtMs === null || atMs <= entry.appliedAtMs) continue;
    entry.frames += processed;
    if (atMs - entry.appliedAtMs >= settleMs && entry.frames >= frames) settled.push(entry);
  }
  ledger.open = ledger.open.filter((entry) => !settled.includes(entry));
  for (const entry of settled) gradeEntry(memory, entry, facts, atMs);
}

function gradeEntry(memory: DecisionMemory, entry: OpenChange, facts: FactView, atMs: number): void {
  const after = readMeasure(entry.measure, facts) ?? null;
  const { before, measure } = entry;
  const why = whyVoid(entry, facts, after);
  if (why !== null || before === null || after === null) {
    note(memory, entry, {
      verdict: 'void',
      ratio: null,
      after,
      why: why ?? 'it could not be measured',
      atMs,
    });
    return;
  }
  const ratio = after / before;
  const verdict = verdictOf(entry, measure, ratio, facts);
  const isUndone = entry.isStep && (verdict === 'harmed' || (verdict === 'noEffect' && costQuality(entry)));
  const what = isUndone ? 'taken back' : 'it stands';
  note(memory, entry, { verdict, ratio, after, why: what, atMs });
  if (isUndone) takeBack(memory, entry, verdict, atMs);
}

function verdictOf(
  entry: OpenChange,
  { atLeast, atMost, harmedBelow, harmedAbove }: Measure,
  ratio: number,
  facts: FactView,
): Grade['verdict'] {
  if (entry.knob === 'powerLimitW' && costsTooMuch(entry, facts)) return 'harmed';
  if (harmedBelow !== null && ratio < harmedBelow) return 'harmed';
  if (harmedAbove !== null && ratio > harmedAbove)
    return gainedQuality(entry) && fitsNow(facts) ? 'helped' : 'harmed';
  const isInside = (atLeast === null || ratio >= atLeast) && (atMost === null || ratio <= atMost);
  return isInside ? 'helped' : 'noEffect';
}

/** Fewer watts make a frame longer than that is worth: by this rung, or by all rungs since the limit was lowered. */
function costsTooMuch({ frameMs, fps }: OpenChange, facts: FactView): boolean {
  const nowMs = facts.number('frame.totalMs');
  if (frameMs !== null && nowMs !== undefined && nowMs > frameMs * LONGEST_FRAME_RATIO) return true;
  const nowFps = facts.number('frame.fps');
  if (fps !== undefined && nowFps !== undefined && nowFps < fps * LEAST_RATE_RATIO) return true;
  const isFull = (fact: string): boolean => (facts.number(fact) ?? 0) > FULL_PERCENT;
  const waits = !isFull('frame.busyPercent') && !isFull('gpu.utilizationPercent');
  const longest = waits ? LONGEST_FRAME_RATIO : 1 / LEAST_RATE_RATIO;
  return (facts.number('inference.slowedPercent') ?? 0) > 100 * (longest - 1);
}

/** What happened meanwhile that explains the difference as well, or null. */
function whyVoid(entry: OpenChange, facts: FactView, after: number | null): string | null {
  const { before, otherLoadPercent: was, measure } = entry;
  if (before === null || before <= 0) return `${measure.fact} was unknown before`;
  if (after === null) return `${measure.fact} is unknown after`;
  if (isScene(facts) !== entry.isScene) return 'a scene began or ended';
  const is = facts.number('frame.otherLoadPercent') ?? null;
  if ((was === null) !== (is === null)) return 'the other load is unknown';
  if (was !== null && is !== null && Math.abs(is - was) > OTHER_LOAD_POINTS)
    return `the other load moved from ${Math.round(was)} to ${Math.round(is)} %`;
  return null;
}

/** A climb dearer than declared did no harm while the frame still fits: it was made for the quality. */
function fitsNow(facts: FactView): boolean {
  return (facts.number('frame.loadPercent') ?? Number.POSITIVE_INFINITY) <= FITS_PERCENT;
}

function gainedQuality({ knob, way }: OpenChange): boolean {
  const definition = lookUpKnob(knob);
  return definition?.kind === 'quality' && definition.probe === way;
}

function costQuality({ knob, way }: OpenChange): boolean {
  const definition = lookUpKnob(knob);
  return definition?.kind === 'quality' && definition.relief === way;
}

function takeBack(memory: DecisionMemory, entry: OpenChange, verdict: Grade['verdict'], atMs: number): void {
  const { knob, from, to, by, way, otherLoadPercent, inferenceMs } = entry;
  memory.ledger.undo[knob] = { value: from, by };
  noteCorrection(memory, knob, atMs);
  memory.ledger.blocked.push({
    knob,
    way,
    // Relief that gave nothing back would give nothing further down either; a rung too dear is that rung alone.
    value: verdict === 'noEffect' ? null : to,
    by: verdict === 'noEffect' ? null : by,
    untilMs: atMs + BLOCKED_MS,
    otherLoadPercent,
    inferenceMs,
  });
}

/** Why the ledger forbids a step to this value now, or null. */
export function gradedWait(
  memory: DecisionMemory,
  knob: string,
  way: Way,
  value: KnobValue,
  by: string,
  atMs: number,
): Wait | null {
  const blocked = memory.ledger.blocked.find(
    (one) =>
      one.knob === knob &&
      one.way === way &&
      (one.value === null || one.value === value) &&
      (one.by === null || one.by === by),
  );
  if (blocked === undefined) return null;
  const leftS = Math.ceil((blocked.untilMs - atMs) / 1000);
  const what = blocked.value === null ? `${knob} ${way} gave nothing back` : `${knob} ${value} did harm`;
  return { code: 'graded', reason: `${what}; tried again in ${leftS} s, or when the load is another` };
}

function isStillBlocked(blocked: BlockedWay, facts: FactView, atMs: number): boolean {
  if (atMs >= blocked.untilMs) return false;
  if (BLOCKED_MS - (blocked.untilMs - atMs) < TAKING_BACK_MS) return true;
  const other = facts.number('frame.otherLoadPercent');
  const inferenceMs = facts.number('inference.totalMs');
  const hasOtherMoved =
    other !== undefined &&
    blocked.otherLoadPercent !== null &&
    Math.abs(other - blocked.otherLoadPercent) > OTHER_LOAD_POINTS;
  const hasInferenceMoved =
    inferenceMs !== undefined &&
    blocked.inferenceMs !== null &&
    Math.abs(inferenceMs / blocked.inferenceMs - 1) > OTHER_SITUATION;
  return !hasOtherMoved && !hasInferenceMoved;
}

type Verdict = Pick<Grade, 'verdict' | 'ratio' | 'after' | 'why' | 'atMs'>;

function note(memory: DecisionMemory, entry: OpenChange, verdict: Verdict): void {
  const { knob, from, to, by, decidedAtMs, measure, before } = entry;
  const fact = measure.per === null ? measure.fact : `${measure.fact} per ${measure.per}`;
  const grade: Grade = { fact, expectedRatio: measure.expected, before, ...verdict };
  const graded: GradedChange = { knob, from, to, by, decidedAtMs, grade };
  memory.ledger.graded = [...memory.ledger.graded, graded].slice(-MAX_GRADED);
  memory.ledger.fresh.push(graded);
}
