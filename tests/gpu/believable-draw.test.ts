import { expect, test } from 'vitest';
import { refuseDraw } from '../../src/gpu/believable-draw.js';

test('a draw is believed up to one and a half times the highest limit, and where no limit is known', () => {
  expect(refuseDraw(262.5, 175)).toBeNull();
  expect(refuseDraw(593, 175)).toBe('593 W cannot be, with a highest limit of 175 W');
  expect(refuseDraw(593, 0)).toBeNull();
});
