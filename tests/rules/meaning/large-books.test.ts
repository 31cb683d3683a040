import { expect, test } from 'vitest';
import { checkBook } from '../../../src/rules/check-book.js';
import { shippedProfile } from '../../helpers/shipped.js';
import { folderOf } from '../helpers.js';

const rtx4090 = shippedProfile('rtx-4090');

function check(
  count: number,
  when: (i: number) => string,
  then: (i: number) => string,
): ReturnType<typeof checkBook> {
  const rules = Array.from(
    { length: count },
    (_, i) => `  - { id: r${i}, blind: release, when: ${when(i)}, then: [ ${then(i)} ], because: x }\n`,
  );
  return checkBook(folderOf(0, { 'own.yaml': `version: 1\nrules:\n${rules.join('')}` }), rtx4090);
}

/** Down and up in turn. */
const inTurn = (i: number): string => `{ step: { model: ${i % 2 === 0 ? -1 : +1} } }`;

test('a book whose every pair of rules pushes is refused with some of them, the others counted', () => {
  const { book, problems, pingPong } = check(400, (i) => `{ frame.fps: { above: ${i} } }`, inTurn);
  expect(book).toBeNull();
  expect(problems.length).toBe(200);
  expect(pingPong).toEqual({ proved: 200, possible: 0, undecided: 200 * 200 - 200 });
});

test('a book of rival sets is refused with some of them', () => {
  const { book, problems } = check(
    400,
    (i) => `{ gpu.fanPercent: { above: ${i / 10} } }`,
    (i) => `{ set: { captureFps: ${i} } }`,
  );
  expect(book).toBeNull();
  expect(problems.filter(({ code }) => code === 'set-conflict').length).toBe(200);
});

test('a book with more work than is worth it goes live, what was not judged is counted', () => {
  const way = (r: number, i: number): string =>
    `{ any: [ { frame.a${i}Ms: { above: ${r} } }, { frame.b${i}Ms: { below: ${r} } } ] }`;
  const large = (r: number): string =>
    `{ all: [ ${Array.from({ length: 11 }, (_, i) => way(r, i)).join(', ')} ] }`;
  const { book, problems, pingPong, undecided } = check(60, large, inTurn);
  expect(problems).toEqual([]);
  expect(book?.rules.length).toBe(60);
  // A rule by itself has 2,048 ways, two together have four million.
  expect({ pingPong, undecided }).toEqual({
    pingPong: { proved: 0, possible: 0, undecided: 900 },
    undecided: 0,
  });
});
