/** Frame → network input: scaled to fit, centred on grey, channel by channel. */

/** Grey of the border as published YOLO models are trained with it, 114 of 255. */
const BORDER = 114 / 255;

/** How input pixels between two frame pixels are found: blended, or the nearer one. */
export type Filter = 'bilinear' | 'nearest';

/** The two sizes that a letterbox goes between, in pixels. */
export interface LetterboxShape {
  /** The frame, row by row, `channels` bytes a pixel: 3 for RGB, 4 for RGBA (alpha is not read). */
  frameWidth: number;
  frameHeight: number;
  channels: 3 | 4;
  /** The network's input in pixels. */
  width: number;
  height: number;
  /** `bilinear` unless said. */
  filter?: Filter;
}

/** A prepared way from frames of one size to inputs of one size; its tables are reused. */
export interface Letterbox {
  /** Input pixels per frame pixel, the same in both directions. */
  readonly scale: number;
  /** Input pixels of border at the left and at the top. */
  readonly left: number;
  readonly top: number;
  /** Write the frame into `target`, `[3, height, width]` floats of 0 to 1; the border must be there already. */
  fill(frame: Uint8Array, target: Float32Array): void;
  /** A target of the right length with its border painted. */
  createTarget(): Float32Array;
}

/** What one row or column of the target reads: two neighbours in the source and the share of the second. */
interface Taps {
  first: Int32Array;
  second: Int32Array;
  share: Float32Array;
}

/** Prepare the index tables once for a frame size and an input size. */
export function createLetterbox(shape: LetterboxShape): Letterbox {
  const { frameWidth, frameHeight, channels, width, height, filter = 'bilinear' } = shape;
  const scale = Math.min(width / frameWidth, height / frameHeight);
  const innerWidth = Math.min(width, Math.max(1, Math.round(frameWidth * scale)));
  const innerHeight = Math.min(height, Math.max(1, Math.round(frameHeight * scale)));
  const left = Math.floor((width - innerWidth) / 2);
  const top = Math.floor((height - innerHeight) / 2);
  const across = createTaps(frameWidth, innerWidth, channels, filter);
  const down = createTaps(frameHeight, innerHeight, frameWidth * channels, filter);
  const place = { width, height, left, top };
  return {
    scale,
    left,
    top,
    fill: filter === 'nearest' ? fillNearest(across, down, place) : fillBilinear(across, down, place),
    createTarget: () => new Float32Array(3 * width * height).fill(BORDER),
  };
}

/** Pixel centres of the target laid over those of the source, edges repeated; offsets are in bytes. */
function createTaps(source: number, target: number, bytesEach: number, filter: Filter): Taps {
  const taps: Taps = {
    first: new Int32Array(target),
    second: new Int32Array(target),
    share: new Float32Array(target),
  };
  for (let i = 0; i < target; i += 1) {
    const centre = ((i + 0.5) * source) / target - 0.5;
    const at = Math.min(source - 1, Math.max(0, filter === 'nearest' ? Math.round(centre) : centre));
    const first = Math.floor(at);
    taps.first[i] = first * bytesEach;
    taps.second[i] = Math.min(source - 1, first + 1) * bytesEach;
    taps.share[i] = at - first;
  }
  return taps;
}

interface Place {
  width: number;
  height: number;
  left: number;
  top: number;
}

// Typed arrays are read within their bounds throughout, so `as number` stands for checks that cannot fail.

function fillNearest(across: Taps, down: Taps, place: Place): Letterbox['fill'] {
  const plane = place.width * place.height;
  const columns = across.first;
  return (frame, target) => {
    for (let y = 0; y < down.first.length; y += 1) {
      const row = down.first[y] as number;
      let to = (place.top + y) * place.width + place.left;
      for (let x = 0; x < columns.length; x += 1, to += 1) {
        const from = row + (columns[x] as number);
        target[to] = (frame[from] as number) / 255;
        target[to + plane] = (frame[from + 1] as number) / 255;
        target[to + 2 * plane] = (frame[from + 2] as number) / 255;
      }
    }
  };
}

function fillBilinear(across: Taps, down: Taps, place: Place): Letterbox['fill'] {
  const plane = place.width * place.height;
  const columns = across.first.length;
  return (frame, target) => {
    for (let y = 0; y < down.first.length; y += 1) {
      const upper = down.first[y] as number;
      const lower = down.second[y] as number;
      const below = down.share[y] as number;
      let to = (place.top + y) * place.width + place.left;
      for (let x = 0; x < columns; x += 1, to += 1) {
        const west = across.first[x] as number;
        const east = across.second[x] as number;
        const right = across.share[x] as number;
        // The four weights add up to 1/255, which brings bytes to 0…1 as well.
        const southEast = (right * below) / 255;
        const northEast = (right - right * below) / 255;
        const southWest = (below - right * below) / 255;
        const northWest = (1 - right - below + right * below) / 255;
        const a = upper + west;
        const b = upper + east;
        const c = lower + west;
        const d = lower + east;
        for (let channel = 0; channel < 3; channel += 1) {
          target[to + channel * plane] =
            (frame[a + channel] as number) * northWest +
            (frame[b + channel] as number) * northEast +
            (frame[c + channel] as number) * southWest +
            (frame[d + channel] as number) * southEast;
        }
      }
    }
  };
}
