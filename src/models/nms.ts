/** Non-maximum suppression: of boxes that mean the same thing, the best is kept. */
import type { Detection } from './decode.js';

/** When two boxes mean the same thing, and how many may stay. */
export interface NmsOptions {
  /** Two boxes of one class that overlap by more than this (area shared over area covered, 0 to 1) are one. */
  maxOverlap: number;
  /** At most this many are kept. */
  maxDetections: number;
}

/** The boxes kept, best first; boxes of different classes never displace each other. */
export function suppress(candidates: readonly Detection[], options: NmsOptions): Detection[] {
  const sorted = [...candidates].sort((a, b) => b.score - a.score);
  const kept: Detection[] = [];
  const keptOfClass = new Map<number, Detection[]>();
  for (const candidate of sorted) {
    if (kept.length >= options.maxDetections) break;
    const rivals = keptOfClass.get(candidate.classId) ?? [];
    if (rivals.some((rival) => overlap(rival, candidate) > options.maxOverlap)) continue;
    kept.push(candidate);
    keptOfClass.set(candidate.classId, rivals);
    rivals.push(candidate);
  }
  return kept;
}

/** Area shared by two boxes over the area they cover together, 0 to 1; 0 where neither has an area. */
export function overlap(a: Detection, b: Detection): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (area(a) + area(b) - shared);
}

function area(box: Detection): number {
  return (box.x2 - box.x1) * (box.y2 - box.y1);
}
