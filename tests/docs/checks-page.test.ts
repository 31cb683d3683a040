/** Holds what `docs/checks.md` says of the checks to the code. */
import { expect, test } from 'vitest';
import { responses } from '../../src/rules/meaning/responses.js';
import { PROBLEMS } from '../../src/rules/problem-codes.js';
import { readText } from '../helpers/checkout.js';
import { shippedProfile } from '../helpers/shipped.js';

const page = readText('docs/checks.md');

test('every mistake of the page is one, and of that severity', () => {
  const rows = [...page.matchAll(/^\| `([\w-]+)` \| .* \| (error|warning)([^|]*) \|$/gm)];
  expect(rows.length).toBeGreaterThan(5);
  for (const [, code = '', severity = ''] of rows) expect(PROBLEMS[code]?.severity).toContain(severity);
});

test('one model down moves the frame as the page says', () => {
  const response = responses(shippedProfile('rtx-4090'), [])('model', 1);
  const shown = (fact: string): string[] =>
    (response.ratioOf(fact) ?? []).map((value) => String(Number(value.toPrecision(3))));
  expect(shown('frame.totalMs')).toEqual(['0.289', '1']);
  expect(shown('frame.fps')).toEqual(['1', '3.46']);
  expect(page).toContain('between 0.29 times and once what it was');
  expect(page).toContain('once and 3.46 times');
});
