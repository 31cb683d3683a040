import { expect, test } from 'vitest';
import { PROBLEMS } from '../../src/rules/problem-codes.js';
import { filesBelow, readText } from '../helpers/checkout.js';

const sources = filesBelow(
  'src',
  (path) =>
    /^src\/(?:rules|rule-tests|reload|settings)\/.*\.ts$/.test(path) && !path.endsWith('problem-codes.ts'),
);

/** Where a code is handed on: after the place of the mistake, or under its name. */
const GIVEN =
  /(?:complain\w*|fileProblem)(?:\([^()]*\))?\(\s*(?:[^,()[\]]|\[[^\]]*\])+,\s*'([a-z-]+)'|\bcode: '([a-z-]+)'/g;

test('every code that is told is in the table, and every code of the table is told', () => {
  const told = new Map<string, string>();
  const texts = sources.map((path) => ({ path, text: readText(path) }));
  for (const { path, text } of texts) {
    for (const [, given, named] of text.matchAll(GIVEN)) told.set(given ?? named ?? '', path);
  }
  expect([...told].filter(([code]) => !Object.hasOwn(PROBLEMS, code))).toEqual([]);
  const all = texts.map(({ text }) => text).join('\n');
  expect(Object.keys(PROBLEMS).filter((code) => !all.includes(`'${code}'`))).toEqual([]);
});
