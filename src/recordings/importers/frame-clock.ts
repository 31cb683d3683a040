/** The unit of a frame log's times, where its header does not say: the frames themselves tell. */
import { upperMedian } from './median.js';

/** Frames looked at before the unit is decided. */
export const DECIDING_FRAMES = 256;
/** Ticks a ms that Windows counts at nearly everywhere since Windows 10. */
const USUAL_TICKS = 10_000;
/** The middle of a few frames is as far from the true rate as this. */
const TOLERANCE = 0.15;

/** A frame whose time has no unit yet. */
export interface RawFrame {
  time: number;
  intervalMs: number | null;
  stream: string;
}

/**
 * How many ms one unit of the times is. Of the stream with the most frames, the middle of its steps is held against
 * the middle of its frame times: they are the same span in two units.
 */
export function unitMs(frames: readonly RawFrame[], isTicks: boolean): number {
  const ratio = ratioOf(busiest(frames));
  if (isTicks) {
    const isKnown = Number.isFinite(ratio) && ratio > 0;
    return isKnown && Math.abs(1 / ratio / USUAL_TICKS - 1) > TOLERANCE ? ratio : 1 / USUAL_TICKS;
  }
  // 1 in ms files and 1000 in s files: half way in magnitude.
  return Number.isFinite(ratio) && ratio < Math.sqrt(1000) ? 1 : 1000;
}

function busiest(frames: readonly RawFrame[]): RawFrame[] {
  const streams = new Map<string, RawFrame[]>();
  for (const frame of frames) {
    const of = streams.get(frame.stream);
    if (of === undefined) streams.set(frame.stream, [frame]);
    else of.push(frame);
  }
  return [...streams.values()].reduce<RawFrame[]>((most, of) => (of.length > most.length ? of : most), []);
}

/** Ms of a frame to units of its step. */
function ratioOf(frames: readonly RawFrame[]): number {
  const steps = frames.slice(1).flatMap(({ time }, i) => {
    const step = time - (frames[i]?.time ?? time);
    return step > 0 ? [step] : [];
  });
  const intervals = frames.flatMap(({ intervalMs }) => (intervalMs === null ? [] : [intervalMs]));
  return upperMedian(intervals) / upperMedian(steps);
}
