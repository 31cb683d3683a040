import { spawnSync } from 'node:child_process';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeFile, guardText, MAX_FILE_BYTES } from '../../src/rules/guard.js';
import { ROOT, readText } from '../helpers/checkout.js';
import { shippedFiles } from '../helpers/shipped.js';
import { bookOf, build, EMPTY_PROFILE } from './helpers.js';
import { HOSTILE } from './hostile.js';

/** `npm run soak` tries the long counts. */
const SOAK = process.env.EVENKEEL_SOAK !== undefined;

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const GOOD = 'version: 1\nname: good\n';

describe('a text made to bring the reader down', () => {
  test.each(Object.keys(HOSTILE))('is refused with a place: %s', (name) => {
    const { book, problems } = build(HOSTILE[name] ?? '');
    expect(book).toBeNull();
    for (const { path, line, column } of problems) {
      expect(path).toBe('own.yaml');
      expect(line).toBeGreaterThanOrEqual(1);
      expect(column).toBeGreaterThanOrEqual(1);
    }
  });

  test('leaves a process alive that reads all of them one after the other', () => {
    // The deep ones twice, because the library aborts a process at the second deep text only.
    const script = `
      import { readFileSync } from 'node:fs';
      import { buildBook } from ${JSON.stringify(pathToFileURL(`${ROOT}dist/rules/book.js`).href)};
      const { texts, profile } = JSON.parse(readFileSync(0, 'utf8'));
      for (const text of [...texts, ...texts.slice(0, 9)]) {
        const { book } = buildBook([{ path: 'own.yaml', folder: 0, text }], profile);
        if (book !== null) throw new Error('a hostile text went live');
      }
      console.log('alive');
    `;
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      input: JSON.stringify({ texts: Object.values(HOSTILE), profile: EMPTY_PROFILE }),
      encoding: 'utf8',
    });
    expect({ stdout, stderr, status }).toEqual({ stdout: 'alive\n', stderr: '', status: 0 });
  });

  test('of any mixture of YAML’s signs never throws, and is refused with a reason or goes live', () => {
    const scraps = fc.constantFrom(
      ...[
        '[',
        ']',
        '{',
        '}',
        ':',
        ': ',
        '- ',
        '? ',
        '\n',
        '\n  ',
        '\n    ',
        ',',
        '"',
        "'",
        '|',
        '>',
        '&a ',
        '*a',
        '!!str ',
      ],
      ...[
        '#',
        '%',
        '---',
        '...',
        '\t',
        '~',
        '<<',
        '.inf',
        '1',
        'version: 1\n',
        'rules:\n',
        'conditions:\n',
        'tune:\n',
      ],
      ...[
        'id: a\n',
        'when: ',
        'gpu.powerW',
        'above',
        'then',
        'not',
        'all',
        'ref',
        '__proto__',
        'constructor',
        '%41',
        '\u2028',
      ],
    );
    fc.assert(
      fc.property(fc.array(scraps, { maxLength: 60 }), fc.boolean(), (parts, hasVersion) => {
        const { book, problems } = build(`${hasVersion ? 'version: 1\n' : ''}${parts.join('')}`);
        expect(book === null).toBe(problems.some(({ severity }) => severity === 'error'));
      }),
      { numRuns: SOAK ? 1_000 : 300 },
    );
  });

  test('that was a shipped rule file before a few of its letters changed never throws', () => {
    const texts = shippedFiles().map(({ text }) => text);
    const change = fc.tuple(
      fc.nat(3_000),
      fc.nat(3),
      fc.constantFrom('', ':', '{', '[', '"', '\n', '-', '0', 'x', '&', '*'),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...texts),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        (text, changes) => {
          const changed = changes.reduce(
            (now, [at, cut, put]) => now.slice(0, at) + put + now.slice(at + cut),
            text,
          );
          const { book, problems } = build(changed);
          expect(book === null).toBe(problems.some(({ severity }) => severity === 'error'));
          for (const { line } of problems) expect(line).toBeLessThanOrEqual(changed.split('\n').length);
        },
      ),
      { numRuns: SOAK ? 300 : 100 },
    );
  });
});

describe('the bytes of a file', () => {
  test('may begin with a byte-order mark and end their lines as Windows does', () => {
    const decoded = decodeFile('a.yaml', utf8(`\uFEFF${GOOD.replaceAll('\n', '\r\n')}`));
    expect(decoded).toEqual({ text: 'version: 1\r\nname: good\r\n' });
    expect(bookOf('text' in decoded ? decoded.text : '').sets).toEqual({ good: 'enforce' });
  });

  test('keep the places of mistakes with a byte-order mark and Windows line ends', () => {
    const text = '\uFEFFversion: 1\r\nnam: good\r\n';
    expect(build(text).problems[0]).toMatchObject({ line: 2, column: 1 });
    const decoded = decodeFile('a.yaml', utf8(text));
    expect(build('text' in decoded ? decoded.text : '').problems[0]).toMatchObject({ line: 2, column: 1 });
  });

  test.each([
    ['UTF-16, little end first', [0xff, 0xfe, 0x76, 0], 'the file is UTF-16'],
    ['UTF-16, big end first', [0xfe, 0xff, 0, 0x76], 'the file is UTF-16'],
    ['Latin-1', [0x76, 0x3a, 0xb0], 'the file is not UTF-8'],
  ])('are refused by name in %s', (_, bytes, message) => {
    expect(decodeFile('a.yaml', Uint8Array.from(bytes))).toMatchObject({
      problem: { path: 'a.yaml', line: 1, column: 1, code: 'encoding', message, severity: 'error' },
    });
  });

  test('are counted before they are read', () => {
    expect(decodeFile('a.yaml', new Uint8Array(MAX_FILE_BYTES + 1))).toMatchObject({
      problem: { code: 'too-big', message: 'the file has 262145 bytes' },
    });
    expect(decodeFile('a.yaml', new Uint8Array(MAX_FILE_BYTES).fill(0x20))).toHaveProperty('text');
  });
});

describe('the guard', () => {
  const levels = (depth: number): string => `version: 1\na: ${'['.repeat(depth)}${']'.repeat(depth)}\n`;

  test('lets nesting pass that people write, and stops at the depth it names', () => {
    expect(guardText('a.yaml', levels(50))).toBeNull();
    expect(guardText('a.yaml', levels(70))).toMatchObject({
      code: 'too-deep',
      line: 2,
      expected: 'at most 64 levels',
    });
  });

  test('lets every shipped file pass', () => {
    for (const { path, text } of shippedFiles()) expect(guardText(path, text)).toBeNull();
    expect(guardText('p', readText('profiles/rtx-4090.yaml'))).toBeNull();
  });

  test('tells the line of a directive', () => {
    expect(guardText('a.yaml', '# note\n\n%TAG ! tag:x,2000:\n---\nversion: 1\n')).toMatchObject({
      code: 'directive',
      line: 3,
    });
  });

  test('takes no percent sign in a value for a directive', () => {
    const because = [
      '"% of its time"',
      '"10 %\n      %TAG is no directive"',
      '>-\n      %YAML 1.1\n      and more',
      '|\n      %YAML 1.1\n',
    ];
    for (const text of because) {
      const rule = `version: 1\nrules:\n  - id: a\n    when: { gpu.powerW: { above: 1 } }\n    then: [ { hold: [ model.up ] } ]\n    because: ${text}\n`;
      expect(build(rule).problems, text).toEqual([]);
    }
  });

  test.each(['', ' \n\t\n', '# only\n# comments', '\uFEFF', '\uFEFF# a\r\n# b\r\n'])(
    'never takes %j for a file without rules',
    (text) => {
      expect(guardText('a.yaml', text)).toMatchObject({ code: 'empty' });
    },
  );
});
