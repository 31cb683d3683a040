import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { checkBook } from '../../../src/rules/check-book.js';
import { describeProblem } from '../../../src/rules/problems.js';
import { shippedFiles, shippedProfile, shippedProfileFiles } from '../../helpers/shipped.js';
import { folderOf } from '../helpers.js';

interface Case {
  name: string;
  own: string;
  over?: string;
  third?: string;
  says: string[];
}

const CASES = parse(readFileSync(new URL('../../cases/meaning.yaml', import.meta.url), 'utf8')) as Case[];
const rtx4090 = shippedProfile('rtx-4090');

describe('a book that means something wrong', () => {
  test.each(CASES)('$name', ({ own, over, third, says }) => {
    const files = [
      ...folderOf(0, { 'own.yaml': own }),
      ...(over === undefined ? [] : folderOf(1, { 'over.yaml': over })),
      ...(third === undefined ? [] : folderOf(2, { 'third.yaml': third })),
    ];
    const { book, problems } = checkBook(files, rtx4090);
    expect(problems.map((problem) => `${problem.severity}: ${describeProblem(problem)}`)).toEqual(says);
    // Warnings do not stop a book, errors do.
    expect(book === null).toBe(says.some((text) => text.startsWith('error')));
  });
});

test.each(shippedProfileFiles().map(({ name }) => name))(
  'the shipped book means nothing wrong with %s',
  (name) => {
    const { book, problems, pingPong, undecided } = checkBook(shippedFiles(), shippedProfile(name));
    expect(problems).toEqual([]);
    expect(book?.rules.length).toBeGreaterThan(10);
    expect({ ...pingPong, others: undecided }).toEqual({ proved: 0, possible: 0, undecided: 0, others: 0 });
  },
);
