import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LimitWitnesses, limitedBy } from '../../../src/gpu/nvml/limited-by.js';

const CAPPED: LimitWitnesses = { powerW: 300, powerLimitW: 300, clockMhz: 2_100, maxClockMhz: 3_105 };

test.each([
  [0x0, 'none', 'nothing'],
  [0x1, 'none', 'an idle card'],
  [0x4, 'power', 'the power cap'],
  [0x20, 'thermal', 'heat, by software'],
  [0x40, 'thermal', 'heat, by the card'],
  [0x48, 'thermal', 'heat that the card slows down for'],
  [0x8, 'hardware', 'a slowdown that may be anything'],
  [0x88, 'hardware', 'a slowdown with a power brake'],
  [0x80, 'power', 'a power brake'],
  [0x24, 'thermal', 'heat comes before power'],
  [0x2, 'other', 'a locked clock'],
  [0x10, 'other', 'cards that wait for each other'],
  [0x101, 'other', 'the display, on an idle card'],
  [0x8000_0000, 'other', 'a bit that nobody has named'],
  [2 ** 40, 'other', 'one beyond 32 bits'],
] as const)('0x%s is %s: %s', (reasons, word, _what) => {
  expect(limitedBy(reasons, CAPPED)).toBe(word);
});

test('a power cap far from the limit is a precaution, and so is one at the highest clock', () => {
  expect(limitedBy(4, { ...CAPPED, powerW: 290 })).toBe('none');
  expect(limitedBy(4, { ...CAPPED, powerW: 291 })).toBe('power');
  expect(limitedBy(4, { ...CAPPED, clockMhz: 3_105 })).toBe('none');
  expect(limitedBy(4, { ...CAPPED, maxClockMhz: undefined })).toBe('power');
  expect(limitedBy(4, { ...CAPPED, powerW: undefined })).toBe('none');
  expect(limitedBy(6, { ...CAPPED, powerW: 290 })).toBe('other');
});

test('heat is told whatever else is', () => {
  const reasons = fc.integer({ min: 0, max: 0x7fff_ffff });
  fc.assert(fc.property(reasons, (bits) => limitedBy(bits | 0x20, CAPPED) === 'thermal'));
});
