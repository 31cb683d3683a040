/** One tick of a recording, come to by replaying all before it. */
import { type Recorded, type RememberedTick, rememberTick, replay, viewTick } from '../agent/index.js';
import { EvenkeelError } from '../errors.js';
import { lastTickMs } from '../recordings/last-tick.js';
import { readRecording } from '../recordings/reader.js';
import type { Moment } from '../shapes/port.js';
import type { Sample } from '../shapes/sample.js';

/** How far a moment may lie outside the samples and still mean the nearest one, in ms. */
const NEAR_MS = 2_000;

/**
 * The newest tick that is not after the moment; the last one for null.
 * @throws EvenkeelError `badFlag` for a moment that the recording does not hold, `badRecording` without samples.
 */
export async function tickOfRecording(recording: string, moment: Moment | null): Promise<RememberedTick> {
  const endMs =
    moment !== null && 'fromEndMs' in moment ? (await lastTickMs(recording)) - moment.fromEndMs : null;
  const recorded: Recorded = { header: null, decisions: [], digest: null, otherStateAtMs: null };
  let tick: RememberedTick | undefined;
  let firstMs: number | null = null;
  for await (const { core, sample, result } of replay(readLines(recording), recorded)) {
    firstMs ??= sample.atMs;
    if (tick !== undefined && isAfter(sample, firstMs, moment, endMs)) break;
    // What the core holds is gone with its next tick.
    tick = rememberTick(viewTick(core, sample, result, firstMs), tick);
  }
  if (tick === undefined)
    throw new EvenkeelError('badRecording', `expected samples in ${recording}, got none`);
  if (moment !== null) checkWithin(moment, tick, firstMs ?? 0, endMs, recording);
  return tick;
}

function readLines(recording: string): ReturnType<typeof readRecording> {
  return readRecording(recording, { rejectedRows: 0, reasons: [] });
}

/** @throws EvenkeelError `badFlag` for a moment that the recording does not hold. */
function checkWithin(
  moment: Moment,
  { atMs, wallMs }: RememberedTick,
  firstMs: number,
  endMs: number | null,
  recording: string,
): void {
  const heldMs = atMs - firstMs;
  const isWithin =
    'wallMs' in moment
      ? moment.wallMs >= wallMs - heldMs - NEAR_MS && moment.wallMs <= wallMs + NEAR_MS
      : 'fromStartMs' in moment
        ? moment.fromStartMs <= heldMs + NEAR_MS
        : endMs !== null && endMs >= firstMs - NEAR_MS;
  if (isWithin) return;
  const [from, to] = [wallMs - heldMs, wallMs].map((ms) => new Date(ms).toISOString());
  throw new EvenkeelError(
    'badFlag',
    `expected --at inside ${recording}, whose samples up to there are from ${from} to ${to} (0 to ${heldMs / 1000} s)`,
  );
}

function isAfter(sample: Sample, firstMs: number, moment: Moment | null, endMs: number | null): boolean {
  if (endMs !== null) return sample.atMs > endMs;
  if (moment === null || 'fromEndMs' in moment) return false;
  return 'wallMs' in moment ? sample.wallMs > moment.wallMs : sample.atMs - firstMs > moment.fromStartMs;
}
