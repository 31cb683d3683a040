/**
 * One borrowed setting of a card: what was found, what is ours, and what to do when another value is in force. Pure:
 * values and tick times go in, `memory` moves on, what is to be written or told comes out.
 */

/** Span in which what repeats is counted, in ms. */
export const REPEAT_MS = 600_000;
/** So many times in `REPEAT_MS` a setting is written again, per cause; past it somebody else means it. */
export const MOST_AGAIN = 3;
/** A card's settings are read twice a minute at least: what was in force before a write may show for that long, in ms. */
const STALE_MS = 60_000;

/** What is done where another program sets what we had set: it has its way, it is set again, or it is told of. */
export type WriterPolicy = 'yield' | 'reassert' | 'alert';

/** A value with the decision it is of. */
export interface Wish {
  value: number;
  revision: number;
}

/** A value in force as somebody read it; `readAtMs` is null where nobody tells when. */
export interface Seen {
  value: number;
  readAtMs: number | null;
}

/** How a write ended, as the card says it; `value` is in force afterwards, null where nobody tells. */
export interface Answer {
  ok: boolean;
  value: number | null;
}

/** What another value in force comes to. */
export type Change =
  /** Nothing of ours was in force: whoever set it laid another base. */
  | { kind: 'moved'; value: number }
  /** The card forgot what was set; it is set again, for the `count`th time in ten minutes. */
  | { kind: 'reset'; value: number; count: number }
  /** A write that nobody had answered came about after all: it is ours, and what is decided is written again. */
  | { kind: 'late'; value: number }
  /** Another program set it; it is set again. */
  | { kind: 'reasserted'; value: number; count: number }
  /** Another program's value stands from now on; `isAlert` where people should know. */
  | { kind: 'left'; value: number; isAlert: boolean };

/** Plain data; times are tick times in ms. */
export interface Hold {
  /** Values this far apart are the same, in the knob's unit. */
  readonly tolerance: number;
  /** What others had put in force: at first, or since they took it over. */
  found: number;
  /** What was decided; null while nothing is. */
  wanted: Wish | null;
  /** On its way to the card. */
  writing: Wish | null;
  /** What we set, other than the value found, and what was in force before it. */
  ours: { value: number; before: number | null; isSeen: boolean } | null;
  /** What was written last while nobody has told whether it came about: in force, it is ours. */
  mayBeOurs: number | null;
  /** What we gave back last; a late reading may still show it. */
  gaveBack: number | null;
  /** When the newest write was answered. */
  writtenAtMs: number | null;
  /** In force as last known; null while nobody knows. */
  inForce: number | null;
  /** Another program, or a lasting refusal, has it: nothing is written until a person takes it up. */
  isLeft: boolean;
  /** The card itself cannot be written now. */
  isBlocked: boolean;
  /** Time stood still, or the card was away, since the value was last compared. */
  disturbedAtMs: number | null;
  /** When it was written again after resets, and against another program, in the last ten minutes. */
  resets: number[];
  reasserts: number[];
}

/** A setting that nobody has touched yet. */
export function newHold(found: number, tolerance: number): Hold {
  return {
    tolerance,
    found,
    wanted: null,
    writing: null,
    ours: null,
    mayBeOurs: null,
    gaveBack: null,
    writtenAtMs: null,
    inForce: found,
    isLeft: false,
    isBlocked: false,
    disturbedAtMs: null,
    resets: [],
    reasserts: [],
  };
}

/** Takes a decided value; true where it is in force already and there is nothing to wait for. */
export function want(hold: Hold, wish: Wish): boolean {
  if (!isWritable(hold)) return false;
  hold.wanted = wish;
  return hold.writing === null && isNear(hold, wish.value, hold.inForce);
}

/** Whether the setting may be written at all. */
export function isWritable({ isLeft, isBlocked }: Hold): boolean {
  return !isLeft && !isBlocked;
}

/** Takes what has to be written now as being on its way; null where nothing has. */
export function takeDue(hold: Hold): Wish | null {
  if (hold.writing !== null || !isDue(hold)) return null;
  hold.writing = hold.wanted;
  hold.mayBeOurs = hold.wanted?.value ?? null;
  return hold.wanted;
}

function isDue(hold: Hold): boolean {
  const { wanted, inForce } = hold;
  return wanted !== null && isWritable(hold) && !isNear(hold, wanted.value, inForce);
}

/** The write has ended; true where its value is in force, which a card that says yes may not have seen to. */
export function takeAnswer(hold: Hold, { ok, value }: Answer, atMs: number): boolean {
  const { writing, wanted, inForce: before } = hold;
  hold.writing = null;
  hold.writtenAtMs = atMs;
  if (writing === null) return false;
  // A driver may still take what it did not answer in time.
  if (ok || value !== null) hold.mayBeOurs = null;
  const inForce = value ?? (ok ? writing.value : before);
  const isDone = ok && isNear(hold, writing.value, inForce);
  // A card that took another value than the asked one, nearest to it or not, has it from us all the same.
  if (inForce !== null && (isDone || !isNear(hold, inForce, before))) keep(hold, inForce, before);
  // What was forgotten and could not be set again is gone.
  else if (inForce !== null && !isNear(hold, inForce, hold.ours?.value ?? inForce)) hold.ours = null;
  hold.inForce = inForce;
  // The decision takes what is in force for decided; a newer wish stands.
  if (!isDone && wanted === writing) hold.wanted = inForce === null ? null : { ...writing, value: inForce };
  return isDone;
}

function keep(hold: Hold, value: number, before: number | null): void {
  if (isNear(hold, value, hold.found)) {
    hold.gaveBack = hold.ours?.value ?? hold.gaveBack;
    hold.ours = null;
  } else hold.ours = { value, before, isSeen: false };
}

/** Time jumped: another value in force after that is nobody's will. */
export function disturb(hold: Hold, atMs: number): void {
  hold.disturbedAtMs = atMs;
}

/** The card is lost: nothing is decided of it any more, and what is in force there nobody knows. */
export function lose(hold: Hold): void {
  hold.wanted = null;
  hold.inForce = null;
}

/** The card is back, telling `value`. Unless something is decided at this tick, what was found is in force again. */
export function regain(hold: Hold, value: number, atMs: number): void {
  disturb(hold, atMs);
  takeUp(hold);
  if (isLate(hold, value)) keep(hold, value, hold.found);
  if (hold.ours !== null) {
    hold.wanted = { value: hold.found, revision: 0 };
    return;
  }
  hold.found = value;
  hold.inForce = value;
}

/** A person took the knob up, or the card is another: what became of the setting before is forgotten. */
export function takeUp(hold: Hold): void {
  hold.isLeft = false;
  hold.resets = [];
  hold.reasserts = [];
  goOn(hold);
}

/** What is ours still is decided still: it stayed in force while nothing could be written. */
function goOn(hold: Hold): void {
  if (hold.ours !== null) hold.wanted ??= { value: hold.ours.value, revision: 0 };
}

/** Leaves the setting as it is until a person takes it up. */
export function leave(hold: Hold): void {
  hold.isLeft = true;
  hold.wanted = null;
}

/** The card tells whether it can be written. */
export function block(hold: Hold, isBlocked: boolean): void {
  const wasBlocked = hold.isBlocked;
  hold.isBlocked = isBlocked;
  if (isBlocked) hold.wanted = null;
  else if (wasBlocked && !hold.isLeft) goOn(hold);
}

/**
 * Compares what is in force with what should be; null where that is the same, or cannot be told yet. `rest` is where the
 * card goes by itself.
 */
export function compare(
  hold: Hold,
  seen: Seen | null,
  atMs: number,
  rest: number | null,
  policy: WriterPolicy,
): Change | null {
  hold.resets = recent(hold.resets, atMs);
  hold.reasserts = recent(hold.reasserts, atMs);
  if (seen === null || hold.writing !== null || !isNews(hold, seen, atMs)) return null;
  const { ours } = hold;
  const { value } = seen;
  // What is about to be set again is known already.
  if (isDue(hold) && isNear(hold, value, hold.inForce)) return null;
  const wasDisturbed = hold.disturbedAtMs !== null;
  hold.disturbedAtMs = null;
  if (isNear(hold, value, ours?.value ?? hold.found)) {
    if (ours !== null) ours.isSeen = true;
    hold.inForce = value;
    return null;
  }
  if (isLate(hold, value)) {
    keep(hold, value, hold.inForce);
    hold.mayBeOurs = null;
    hold.inForce = value;
    return { kind: 'late', value };
  }
  if (ours === null || !isWritable(hold)) return moveTo(hold, value);
  hold.inForce = value;
  const isReset = wasDisturbed || isNear(hold, value, hold.found) || isNear(hold, value, rest);
  if (isReset && hold.resets.length < MOST_AGAIN) {
    hold.resets.push(atMs);
    return { kind: 'reset', value, count: hold.resets.length };
  }
  if (policy === 'reassert' && hold.reasserts.length < MOST_AGAIN) {
    hold.reasserts.push(atMs);
    return { kind: 'reasserted', value, count: hold.reasserts.length };
  }
  moveTo(hold, value);
  leave(hold);
  return { kind: 'left', value, isAlert: isReset || policy !== 'yield' };
}

/** Whether a value that is not expected is one that we wrote and heard nothing of. */
function isLate(hold: Hold, value: number): boolean {
  return isNear(hold, value, hold.mayBeOurs);
}

/** Another program's value is what is found from now on; what was decided before it came still goes there. */
function moveTo(hold: Hold, value: number): Change {
  const { wanted, inForce } = hold;
  if (wanted !== null && isNear(hold, wanted.value, inForce)) hold.wanted = null;
  hold.found = value;
  hold.inForce = value;
  hold.ours = null;
  return { kind: 'moved', value };
}

/** Whether a reading tells of the time after our newest write and the newest disturbance. */
function isNews(hold: Hold, { value, readAtMs }: Seen, atMs: number): boolean {
  const { ours, gaveBack, writtenAtMs, disturbedAtMs } = hold;
  if (readAtMs !== null)
    return (
      readAtMs > (writtenAtMs ?? Number.NEGATIVE_INFINITY) &&
      readAtMs > (disturbedAtMs ?? Number.NEGATIVE_INFINITY)
    );
  if (writtenAtMs === null || atMs - writtenAtMs > STALE_MS || ours?.isSeen === true) return true;
  return !isNear(hold, value, ours === null ? gaveBack : ours.before);
}

function recent(times: readonly number[], atMs: number): number[] {
  return times.filter((time) => atMs - time < REPEAT_MS);
}

function isNear({ tolerance }: Hold, a: number, b: number | null): boolean {
  return b !== null && Math.abs(a - b) <= tolerance;
}
