import { createHash } from 'node:crypto';
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { FrameChange, type FrameChangeOptions } from '../../src/frames/change.js';
import { type PixelLayout, THUMBNAIL_BYTES, thumbnail } from '../../src/frames/thumbnail.js';
import { readJson } from '../helpers/checkout.js';

type Painted = [x: number, y: number, width: number, height: number, grey: number];

interface Vectors {
  thumbnails: (PixelLayout & {
    title: string;
    pixels?: number[];
    seed?: number;
    first: number[];
    sha256: string;
  })[];
  sequences: {
    title: string;
    options: FrameChangeOptions;
    looks: { paint: Painted[]; motionDetected: boolean; uiChanges: boolean }[];
  }[];
  random: { seed: number; options: FrameChangeOptions; looks: number; motion: string; ui: string }[];
}

const vectors = readJson<Vectors>('tests/cases/frame-change.json');

/** The sequence of numbers that the vectors name. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 16;
  };
}

function paint(picture: Uint8Array, [left, top, width, height, grey]: Painted): void {
  for (let y = top; y < Math.min(36, top + height); y += 1) {
    picture.fill(grey, y * 64 + left, y * 64 + Math.min(64, left + width));
  }
}

test.each(vectors.thumbnails)('$title', ({ pixels, seed = 0, first, sha256, ...layout }) => {
  const next = random(seed);
  const bytes =
    pixels ?? Uint8Array.from({ length: layout.width * layout.height * layout.channels }, () => next() >>> 8);
  const small = thumbnail(bytes, layout) ?? new Uint8Array();
  expect([...small.slice(0, 16)]).toEqual(first);
  expect(createHash('sha256').update(small).digest('hex')).toBe(sha256);
});

test.each(vectors.sequences)('$title', ({ options, looks }) => {
  const change = new FrameChange(options);
  const picture = new Uint8Array(THUMBNAIL_BYTES);
  for (const { paint: painted, ...expected } of looks) {
    for (const rect of painted) paint(picture, rect);
    expect(change.look(picture)).toEqual(expected);
  }
});

test.each(vectors.random)('random pictures of seed $seed are told as everywhere', (given) => {
  const { seed, options, looks, motion, ui } = given;
  const next = random(seed);
  const change = new FrameChange(options);
  const picture = new Uint8Array(THUMBNAIL_BYTES);
  const told = { motion: '', ui: '' };
  for (let look = 0; look < looks; look += 1) {
    const rects = look === 0 ? 0 : next() % 4;
    for (let rect = 0; rect < rects; rect += 1) {
      paint(picture, [next() % 64, next() % 36, 1 + (next() % 16), 1 + (next() % 9), next() % 256]);
    }
    const { motionDetected, uiChanges } = change.look(picture);
    told.motion += motionDetected ? '1' : '0';
    told.ui += uiChanges ? '1' : '0';
  }
  expect(told).toEqual({ motion, ui });
});

property.prop([fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 40 }), fc.integer({ max: 1e9 })])(
  'grey pixels come out as the same three colours do, and no point lies outside the picture',
  (width, height, seed) => {
    const next = random(seed >>> 0);
    const grey = Uint8Array.from({ length: width * height }, () => next() >>> 8);
    const colour = Uint8Array.from({ length: grey.length * 3 }, (_, at) => grey[Math.floor(at / 3)] ?? 0);
    const small = thumbnail(grey, { width, height, channels: 1 });
    expect(small).toEqual(thumbnail(colour, { width, height, channels: 3, order: 'bgr' }));
    expect(small).toHaveLength(THUMBNAIL_BYTES);
    expect([...(small ?? [])].every((value) => grey.includes(value))).toBe(true);
  },
);

test('what cannot be a picture or an option is refused with what was expected', () => {
  const layout: PixelLayout = { width: 2, height: 2, channels: 3 };
  expect(() => thumbnail([], undefined as never)).toThrow('as the layout, got undefined');
  expect(() => thumbnail([], { ...layout, width: 0 })).toThrow('expected width and height in whole pixels');
  expect(() => thumbnail([], { ...layout, channels: 2 as 3 })).toThrow('expected 1, 3 or 4 channels, got 2');
  expect(() => thumbnail([], { ...layout, order: 'rbg' as 'rgb' })).toThrow('expected the order rgb or bgr');
  expect(() => new FrameChange({ motionShare: 2 })).toThrow(
    'motionShare: expected a share from 0 to 1, got 2',
  );
  expect(() => new FrameChange({ pixelThreshold: 0.5 })).toThrow('pixelThreshold: expected a whole number');
  expect(() => new FrameChange({ interface: [[0, 0, 1] as never] })).toThrow(
    'interface: expected [x, y, width',
  );
  for (const none of [5, { length: 1 }, [7]]) {
    expect(() => new FrameChange({ interface: none as never })).toThrow(/^interface: expected .*, got /);
  }
  expect(() => new FrameChange(null as never)).toThrow('expected { interface, pixelThreshold, … }, got null');
});

test('what is no picture is unknown, and counts as changed', () => {
  const layout: PixelLayout = { width: 2, height: 2, channels: 3 };
  for (const none of [null, undefined, 7, 'twelve bytes', new Uint8Array(11), new Float32Array(12)]) {
    expect(thumbnail(none as never, layout)).toBeNull();
  }
  const change = new FrameChange();
  change.look(new Uint8Array(THUMBNAIL_BYTES));
  for (const none of [null, undefined, 7, {}, new Uint8Array(3)]) {
    expect(change.look(none as never)).toEqual({ motionDetected: true, uiChanges: true });
    expect(change.problem).toMatch(
      /^look: expected a thumbnail of 2304 bytes, got .*; it counts as changed$/,
    );
  }
  expect(change.look(new Uint8Array(THUMBNAIL_BYTES))).toEqual({ motionDetected: false, uiChanges: false });
  expect(change.problem).toBeNull();
});

test('a frame that was looked at may be overwritten: what was told of it is kept', () => {
  const change = new FrameChange();
  const picture = new Uint8Array(THUMBNAIL_BYTES);
  change.look(picture);
  picture.fill(255);
  expect(change.look(picture).motionDetected).toBe(true);
});
