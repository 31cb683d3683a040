import { expect, test } from 'vitest';
import { createDetector } from '../../src/models/detector.js';
import { generateModel } from '../../src/models/model-cache.js';
import { openSession, type Session } from '../../src/models/session.js';
import { anchorCount } from '../../src/models/size.js';
import { blankFrame } from './helpers.js';

test('boxes are told in pixels of the frame, best first, doubles left out', async () => {
  const anchors = anchorCount([64, 64]);
  const boxes = [
    { anchor: 3, x: 32, y: 32, width: 16, height: 8, classId: 5, score: 0.5 },
    { anchor: 4, x: 32, y: 32, width: 16, height: 8, classId: 5, score: 0.75 },
    { anchor: 9, x: 0, y: 16, width: 8, height: 8, classId: 79, score: 0.875 },
  ];
  const session: Session = {
    async run(_, output) {
      output.fill(0);
      for (const { anchor, x, y, width, height, classId, score } of boxes) {
        [x, y, width, height].forEach((value, row) => {
          output[row * anchors + anchor] = value;
        });
        output[(4 + classId) * anchors + anchor] = score;
      }
    },
    release: async () => undefined,
  };
  // Half the size, and 16 pixels of border above and below.
  const { detections } = await createDetector(session).detect(blankFrame(128, 64), [64, 64]);
  expect(detections).toEqual([
    { x1: -8, y1: -8, x2: 8, y2: 8, score: 0.875, classId: 79 },
    { x1: 48, y1: 24, x2: 80, y2: 40, score: 0.75, classId: 5 },
  ]);
});

test('the network lays its boxes around the cells of the size it meets, row by row, fine to coarse', async () => {
  const [width, height] = [96, 64];
  const session = await openSession(generateModel('yolov8n'), 1);
  const anchors = anchorCount([width, height]);
  const output = new Float32Array(84 * anchors);
  const shapes = { input: [1, 3, height, width], output: [1, 84, anchors] };
  await session.run(new Float32Array(3 * width * height), output, shapes);
  await session.release();
  let anchor = 0;
  for (const stride of [8, 16, 32]) {
    for (let y = stride / 2; y < height; y += stride) {
      for (let x = stride / 2; x < width; x += stride) {
        // Random weights shift each side by up to some cells of the sixteen it can reach.
        expect(Math.abs((output[anchor] ?? 0) - x)).toBeLessThan(stride / 2);
        expect(Math.abs((output[anchors + anchor] ?? 0) - y)).toBeLessThan(stride / 2);
        anchor += 1;
      }
    }
  }
  expect(anchor).toBe(anchors);
});
