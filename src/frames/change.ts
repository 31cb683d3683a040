/** Whether a frame's scene moves and whether its interface changed: two of the flags that frame skipping weighs. */
import { toThousandths } from './importance.js';
import { THUMBNAIL_BYTES, THUMBNAIL_HEIGHT, THUMBNAIL_WIDTH } from './thumbnail.js';

/** A rectangle in shares of the frame, 0 to 1: left, top, width, height. */
export type ShareRect = readonly [x: number, y: number, width: number, height: number];

/** Where the interface is, and how much must change until it is told. The defaults are choices, not measurements. */
export interface FrameChangeOptions {
  /** Parts of the frame that are interface (chat, inventory); all else is the scene. None unless given. */
  interface?: readonly ShareRect[];
  /** A point differs when its grey, 0 to 255, moved by more than this; 16 unless given. */
  pixelThreshold?: number;
  /** Share of the scene's points, 0 to 1, that must differ; 0.02 unless given. */
  motionShare?: number;
  /** Share of the interface's points, 0 to 1, that must differ; 0.01 unless given. */
  interfaceShare?: number;
}

/** Flags of a frame by the names of the weights, so that they can be handed on as part of a scene. */
export interface Changes {
  motionDetected: boolean;
  uiChanges: boolean;
}

/** The points of one part of the frame, and what they were when a change was last told. */
interface Part {
  points: Uint16Array;
  leastThousandths: number;
}

/**
 * Compares each thumbnail with the one at which a change was last told, not with the one before: a slow drift adds up
 * until it is told. A part has changed when at least one of its points, and at least the given share of them, differ
 * by more than the threshold. The first look tells both. Shares are taken as integer thousandths, so that all
 * languages agree.
 */
export class FrameChange {
  readonly #scene: Part;
  readonly #interface: Part;
  readonly #threshold: number;
  readonly #before = new Uint8Array(THUMBNAIL_BYTES);
  #isFirst = true;
  /** Why the newest look could not be judged, in one sentence; null when it could. */
  problem: string | null = null;

  /** @throws TypeError for a share, threshold or rectangle that is none. */
  constructor(options: FrameChangeOptions = {}) {
    if (typeof options !== 'object' || options === null) {
      throw new TypeError(`expected { interface, pixelThreshold, … }, got ${String(options)}`);
    }
    const { interface: rects = [], pixelThreshold = 16, motionShare = 0.02, interfaceShare = 0.01 } = options;
    if (!Number.isInteger(pixelThreshold) || pixelThreshold < 0 || pixelThreshold > 255) {
      throw new TypeError(`pixelThreshold: expected a whole number from 0 to 255, got ${pixelThreshold}`);
    }
    this.#threshold = pixelThreshold;
    const isInside = interfacePoints(rects);
    const pointsOf = (wanted: boolean): Uint16Array =>
      Uint16Array.from(isInside.keys()).filter((point) => isInside[point] === wanted);
    this.#scene = { points: pointsOf(false), leastThousandths: readShare('motionShare', motionShare) };
    this.#interface = {
      points: pointsOf(true),
      leastThousandths: readShare('interfaceShare', interfaceShare),
    };
  }

  /**
   * What has changed since it was last told. What is no thumbnail counts as changed, so that no frame is skipped that
   * cannot be judged, and `problem` says so; it is compared with nothing.
   * @param thumbnail 64 × 36 grey bytes, as `thumbnail` makes them; kept by value.
   */
  look(thumbnail: ArrayLike<number> | null | undefined): Changes {
    if (thumbnail?.length !== THUMBNAIL_BYTES) {
      const came = thumbnail?.length === undefined ? String(thumbnail) : `${thumbnail.length}`;
      this.problem = `look: expected a thumbnail of ${THUMBNAIL_BYTES} bytes, got ${came}; it counts as changed`;
      return { motionDetected: true, uiChanges: true };
    }
    this.problem = null;
    const isFirst = this.#isFirst;
    this.#isFirst = false;
    return {
      motionDetected: this.#hasChanged(this.#scene, thumbnail, isFirst),
      uiChanges: this.#hasChanged(this.#interface, thumbnail, isFirst),
    };
  }

  #hasChanged({ points, leastThousandths }: Part, now: ArrayLike<number>, isFirst: boolean): boolean {
    const before = this.#before;
    let changed = 0;
    for (const point of points) {
      if (Math.abs(Number(now[point]) - Number(before[point])) > this.#threshold) changed += 1;
    }
    const isTold = isFirst || (changed > 0 && changed * 1000 >= leastThousandths * points.length);
    if (isTold) for (const point of points) before[point] = Number(now[point]);
    return isTold;
  }
}

/** For each point whether its middle lies in one of the rectangles; a rectangle's right and lower edge are outside. */
function interfacePoints(rects: readonly ShareRect[]): boolean[] {
  if (!Array.isArray(rects)) {
    throw new TypeError(`interface: expected a list of [x, y, width, height], got ${String(rects)}`);
  }
  const edges = rects.map((rect) => {
    if (!Array.isArray(rect)) {
      throw new TypeError(`interface: expected [x, y, width, height], got ${String(rect)}`);
    }
    const [x, y, width, height] = rect.map((share) => readShare('interface', share));
    const left = Number(x);
    const top = Number(y);
    if (rect.length !== 4) throw new TypeError(`interface: expected [x, y, width, height], got [${rect}]`);
    return { left, top, right: left + Number(width), bottom: top + Number(height) };
  });
  return Array.from({ length: THUMBNAIL_BYTES }, (_, point) => {
    const x = (2 * (point % THUMBNAIL_WIDTH) + 1) * 1000;
    const y = (2 * Math.floor(point / THUMBNAIL_WIDTH) + 1) * 1000;
    return edges.some(
      ({ left, top, right, bottom }) =>
        x >= left * 2 * THUMBNAIL_WIDTH &&
        x < right * 2 * THUMBNAIL_WIDTH &&
        y >= top * 2 * THUMBNAIL_HEIGHT &&
        y < bottom * 2 * THUMBNAIL_HEIGHT,
    );
  });
}

function readShare(name: string, share: number): number {
  if (share >= 0 && share <= 1) return toThousandths(share);
  throw new TypeError(`${name}: expected a share from 0 to 1, got ${share}`);
}
