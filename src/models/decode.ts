/** Network output → candidate boxes. */

/** A box in pixels, left-top to right-bottom, with its best class and that class's score of 0 to 1. */
export interface Detection {
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  score: number;
  classId: number;
}

/** The form of the output, and which boxes of it are candidates. */
export interface DecodeOptions {
  /** Boxes in the output; it is `[4 + classes, anchors]`, the last index fastest. */
  anchors: number;
  classes: number;
  /** Candidates score more than this, 0 to 1. */
  minScore: number;
}

/** Every anchor whose best class scores above `minScore`, in anchor order; on a tie the lower class wins. */
export function decode(output: Float32Array, options: DecodeOptions): Detection[] {
  const { anchors, classes, minScore } = options;
  const best = new Float32Array(anchors).fill(minScore);
  const bestClass = new Int16Array(anchors).fill(-1);
  // Class by class walks memory in its own order: several times faster than anchor by anchor.
  for (let classId = 0; classId < classes; classId += 1) {
    const row = (4 + classId) * anchors;
    for (let anchor = 0; anchor < anchors; anchor += 1) {
      const score = output[row + anchor] as number;
      if (score > (best[anchor] as number)) {
        best[anchor] = score;
        bestClass[anchor] = classId;
      }
    }
  }
  const found: Detection[] = [];
  for (let anchor = 0; anchor < anchors; anchor += 1) {
    const classId = bestClass[anchor] as number;
    if (classId < 0) continue;
    const x = output[anchor] as number;
    const y = output[anchors + anchor] as number;
    const halfWidth = (output[2 * anchors + anchor] as number) / 2;
    const halfHeight = (output[3 * anchors + anchor] as number) / 2;
    found.push({
      x1: x - halfWidth,
      y1: y - halfHeight,
      x2: x + halfWidth,
      y2: y + halfHeight,
      score: best[anchor] as number,
      classId,
    });
  }
  return found;
}
