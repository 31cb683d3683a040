/** One model at work: frame in, detections and their cost out. */
import { decode } from './decode.js';
import { createLetterbox, type Letterbox } from './letterbox.js';
import type { Frame, InferenceCost } from './messages.js';
import { suppress } from './nms.js';
import type { Session } from './session.js';
import { anchorCount, type Size } from './size.js';
import { CLASSES } from './yolov8-head.js';

/** The published defaults of YOLOv8's predictor; 300 is the most it returns. */
const MIN_SCORE = 0.25;
const MAX_OVERLAP = 0.7;
const MAX_DETECTIONS = 300;

/** Pairs of frame and input size whose tables and buffers are kept; 640 × 640 takes 8 MB. */
const KEPT_SIZES = 8;

/** A loaded model; what a pair of sizes needs is prepared at its first frame. */
export interface Detector {
  /** Letterbox, run, decode and suppress one frame at an input size that `checkSize` passed. */
  detect(frame: Frame, size: Size): Promise<InferenceCost>;
}

interface Prepared {
  letterbox: Letterbox;
  input: Float32Array;
  output: Float32Array;
}

/** Nothing is prepared before the first frame. */
export function createDetector(session: Session): Detector {
  const kept = new Map<string, Prepared>();
  return {
    async detect(frame, size) {
      const startMs = performance.now();
      const { letterbox, input, output } = prepare(kept, frame, size);
      letterbox.fill(frame.data, input);

      const filledMs = performance.now();
      const anchors = anchorCount(size);
      const [width, height] = size;
      await session.run(input, output, { input: [1, 3, height, width], output: [1, 4 + CLASSES, anchors] });

      const ranMs = performance.now();
      const candidates = decode(output, { anchors, classes: CLASSES, minScore: MIN_SCORE });
      const options = { maxOverlap: MAX_OVERLAP, maxDetections: MAX_DETECTIONS };
      const detections = suppress(candidates, options).map((box) => ({
        ...box,
        x1: (box.x1 - letterbox.left) / letterbox.scale,
        y1: (box.y1 - letterbox.top) / letterbox.scale,
        x2: (box.x2 - letterbox.left) / letterbox.scale,
        y2: (box.y2 - letterbox.top) / letterbox.scale,
      }));
      return {
        detections,
        preprocessMs: filledMs - startMs,
        inferenceMs: ranMs - filledMs,
        postprocessMs: performance.now() - ranMs,
      };
    },
  };
}

function prepare(kept: Map<string, Prepared>, frame: Frame, size: Size): Prepared {
  const [width, height] = size;
  const key = `${frame.width}x${frame.height}x${frame.data.length}:${width}x${height}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (kept.size >= KEPT_SIZES) kept.clear();
  const channels = frame.data.length === frame.width * frame.height * 3 ? 3 : 4;
  const letterbox = createLetterbox({
    frameWidth: frame.width,
    frameHeight: frame.height,
    channels,
    width,
    height,
  });
  const prepared = {
    letterbox,
    input: letterbox.createTarget(),
    output: new Float32Array((4 + CLASSES) * anchorCount(size)),
  };
  kept.set(key, prepared);
  return prepared;
}
