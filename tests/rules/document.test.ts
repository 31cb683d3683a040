import { describe, expect, test } from 'vitest';
import { type LocatedDocument, parseYaml } from '../../src/rules/document.js';
import { codeFrame, describeProblem } from '../../src/rules/problems.js';
import type { Problem } from '../../src/shapes/rule.js';

function documentOf(text: string): LocatedDocument {
  const parsed = parseYaml('a.yaml', text);
  if ('problems' in parsed) throw new Error(parsed.problems.map(describeProblem).join('\n'));
  return parsed.document;
}

const TEXT = `version: 1
rules:
  - id: a
    when: { gpu.powerW: { above: 3 } }
    "quoted key": [ x, y ]
levels: { 1: { a: b } }
`;

describe('a place in a file', () => {
  const at = (path: (string | number)[], ofKey?: boolean): string => {
    const { line, column } = documentOf(TEXT).locate(path, ofKey);
    return `${line}:${column}`;
  };

  test('is that of the value, or of its key', () => {
    expect(at(['rules', 0, 'when', 'gpu.powerW', 'above'])).toBe('4:34');
    expect(at(['rules', 0, 'when', 'gpu.powerW', 'above'], true)).toBe('4:27');
    expect(at(['rules', 0, 'quoted key', 1])).toBe('5:24');
    expect(at(['rules', 0, 'quoted key'], true)).toBe('5:5');
    expect(at(['levels', 1, 'a'])).toBe('6:19');
  });

  test('is that of the nearest parent where there is no such value', () => {
    expect(at(['rules', 0, 'then'])).toBe('3:5');
    expect(at(['rules', 5])).toBe('3:3');
    expect(at(['version', 'deeper'])).toBe('1:10');
    expect(at([])).toBe('1:1');
  });
});

describe('a document', () => {
  test('means what YAML 1.2 says: yes is a word, 012 a number of ten and two, a date a text', () => {
    expect(documentOf('a: yes\nb: 012\nc: 2001-12-14\nd: 12:30:45\ne: 1e3\n').data).toEqual({
      a: 'yes',
      b: 12,
      c: '2001-12-14',
      d: '12:30:45',
      e: 1000,
    });
  });

  test('tells each mistake of syntax once a line, and all lines', () => {
    const parsed = parseYaml('a.yaml', 'a: "x" y\nb: 1\nb: 2\nc: *x\n');
    expect(
      'problems' in parsed ? parsed.problems.map(({ line, code }) => `${line} ${code}`).sort() : [],
    ).toEqual(['1 syntax', '3 duplicate-key', '4 alias']);
  });
});

describe('a mistake in words', () => {
  const problem: Problem = {
    path: 'own/hot.yaml',
    line: 2,
    column: 3,
    code: 'unknown-key',
    rule: 'hot',
    message: 'unknown key "fro"',
    expected: 'for',
    severity: 'error',
  };

  test('begins with its place, names the rule and ends with what was expected', () => {
    expect(describeProblem(problem)).toBe('own/hot.yaml:2:3: rule "hot": unknown key "fro"; expected for');
    expect(describeProblem({ ...problem, rule: null, expected: null })).toBe(
      'own/hot.yaml:2:3: unknown key "fro"',
    );
  });

  test('is shown under its line', () => {
    expect(codeFrame(problem, 'a: 1\r\nb: fro\r\n')).toBe('2 | b: fro\n  |   ^');
    const long = codeFrame({ ...problem, line: 1, column: 401 }, `${'a'.repeat(400)}X${'b'.repeat(900)}`);
    const [line = '', caret = ''] = long.split('\n');
    expect(line.length).toBeLessThan(180);
    expect(line[caret.indexOf('^')]).toBe('X');
    expect(codeFrame({ ...problem, line: 12 }, `${'\n'.repeat(11)}  fro: 1`)).toBe('12 |   fro: 1\n   |   ^');
  });

  test('is shown without a line where the file is not at hand', () => {
    expect(codeFrame(problem, undefined)).toBe('');
    expect(codeFrame(problem, 'one line')).toBe('');
  });
});
