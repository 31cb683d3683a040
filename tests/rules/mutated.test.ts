import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkBook } from '../../src/rules/check-book.js';
import { decodeFile } from '../../src/rules/guard.js';
import type { Book, Problem } from '../../src/shapes/rule.js';
import { shippedFiles } from '../helpers/shipped.js';
import { bookOf, EMPTY_PROFILE } from './helpers.js';
import { HOSTILE } from './hostile.js';
import { meaningOf, printBook } from './print-book.js';

/** A file with every part of the language. */
const WHOLE = `version: 1
name: whole
mode: recommend
signals:
  gpu.calmW: { ewma: gpu.powerW, halfLife: 10s }
  frame.totalMs.p95: { p95: frame.totalMs, over: 10s }
  gpu.riseC: { slope: gpu.temperatureC, over: 30s, per: 1m }
  gpu.silenceS: { age: gpu.temperatureC }
  gpu.halfW: { fact: gpu.calmW, times: 0.5, plus: -1 }
conditions:
  busy: { any: [ { scene.combatActive: { is: true } }, { ref: warm } ] }
  warm: { gpu.temperatureC: { between: [ 60, 80 ] }, not: { gpu.limitedBy: { noneOf: [ none, other ] } } }
levels:
  balanced: { targetFps: 60, gpuUsageLimitPercent: 85 }
presets:
  night: { title: Night, level: balanced, weights: { motionDetected: 1.2 }, knobs: { powerLimitW: 250 } }
frames: { weights: { combatActive: 2.5 }, never: [ criticalEvent ], maxSkipRun: 3 }
rules:
  - id: calm
    priority: 300
    when: { gpu.calmW: { above: { fact: gpu.halfW, times: 1.5, plus: 5 } }, ref: busy }
    for: 2s
    until: { all: [ { gpu.calmW: { atMost: 100 } }, { gpu.temperatureC: { known: true } } ] }
    every: 1.5s
    cooldown: 1m
    blind: release
    expect: { frame.totalMs.p95: { ratio: { atMost: 0.9 } } }
    then: [ { cap: { powerLimitW: { fact: gpu.calmW } } }, { step: { model: -1 } }, { hold: [ model.up ] } ]
    because: "{gpu.calmW} W"
`;

const TEXTS = [WHOLE, ...shippedFiles().map(({ text }) => text)];

/** What means something to YAML, to the language, or to nobody. */
const SCRAPS = [
  ...[
    '[',
    ']',
    '{',
    '}',
    ': ',
    ':',
    '- ',
    '? ',
    ',',
    '"',
    "'",
    '|',
    '>-',
    '#',
    '%YAML 1.2\n---\n',
    '---\n',
    '...\n',
  ],
  ...[
    '&a ',
    '*a',
    '!!str ',
    '!<x> ',
    '<<: ',
    '\t',
    '\n',
    '\n  ',
    '\r',
    '\u0000',
    '\u0007',
    '\u2028',
    '\uFEFF',
    '\u{1F600}',
  ],
  ...[
    '~',
    '.inf',
    '-.inf',
    '.nan',
    '-0',
    '1e999',
    '0x10',
    '0o7',
    '1_000',
    '9223372036854775794',
    '""',
    'yes',
    'null',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'fact: ',
    'times: 1e300',
    'ref: busy',
    'over: 0s',
    'not: ',
    'all: []',
  ],
  '['.repeat(200),
  '{a: '.repeat(70),
  '- '.repeat(100),
  `${'k'.repeat(5_000)}: 1\n`,
  `${'"k": 1, '.repeat(2_000)}`,
];
const TOKENS = /([\s{}[\],:"'#]+)/;

type Change = (text: string) => string;

/** One change of a text; places are shares of its length, so that shrinking makes sense. */
const changes: fc.Arbitrary<Change> = fc
  .tuple(fc.integer({ min: 0, max: 1_000 }), fc.integer({ min: 0, max: 1_000 }), fc.nat(40))
  .chain(([a, b, size]) => {
    const at = (text: string, share: number): number => Math.floor((share * text.length) / 1_001);
    return fc.oneof<fc.Arbitrary<Change>[]>(
      fc
        .constantFrom(...SCRAPS)
        .map((scrap) => (text) => text.slice(0, at(text, a)) + scrap + text.slice(at(text, a))),
      fc.constantFrom(...SCRAPS).map((scrap) => (text) => {
        const tokens = text.split(TOKENS);
        return tokens.with(Math.floor((a * tokens.length) / 1_001), scrap).join('');
      }),
      fc.constant((text) => text.slice(0, at(text, a)) + text.slice(at(text, a) + size)),
      fc.constant((text) => {
        const part = text.slice(at(text, a), at(text, a) + size * 8);
        return text.slice(0, at(text, b)) + part + text.slice(at(text, b));
      }),
      fc.constant((text) => {
        const tokens = text.split(TOKENS);
        const [i, j] = [a, b].map((share) => Math.floor((share * tokens.length) / 1_001));
        return tokens
          .map((token, k) => (k === i ? tokens[j ?? 0] : k === j ? tokens[i ?? 0] : token))
          .join('');
      }),
      fc.constant((text) => {
        const lines = text.split('\n');
        const [line] = lines.splice(Math.floor((a * lines.length) / 1_001), 1);
        lines.splice(Math.floor((b * (lines.length + 1)) / 1_001), 0, line ?? '');
        return lines.join('\n');
      }),
    );
  });

/** How the text becomes bytes; most editors do it right. */
const encodings = fc.oneof(
  { weight: 12, arbitrary: fc.constant((text: string) => Buffer.from(text)) },
  fc.constantFrom<(text: string) => Buffer>(
    (text) => Buffer.from(`\uFEFF${text}`),
    (text) => Buffer.from(text.replaceAll('\n', '\r\n')),
    (text) => Buffer.from(text.replaceAll('\n', '\r')),
    (text) => Buffer.from(`\uFEFF${text}`, 'utf16le'),
    (text) => Buffer.from(text, 'utf16le'),
    (text) => Buffer.from(text, 'latin1'),
    (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xc3])]),
    (text) => Buffer.concat([Buffer.from([0xed, 0xa0, 0x80]), Buffer.from(text)]),
    (text) => Buffer.concat([Buffer.from(text), Buffer.alloc(300_000, 0x20)]),
  ),
);

const files = fc.oneof(
  {
    weight: 40,
    arbitrary: fc
      .tuple(fc.constantFrom(...TEXTS), fc.array(changes, { minLength: 1, maxLength: 5 }), encodings)
      .map(([text, all, encode]) => encode(all.reduce((now, change) => change(now), text))),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...Object.values(HOSTILE)), changes)
      .map(([text, change]) => Buffer.from(change(text))),
  },
);

/** From bytes to a book, as a folder's files are read. */
function read(bytes: Uint8Array): { book: Book | null; problems: Problem[]; text: string } {
  const decoded = decodeFile('own.yaml', bytes);
  if ('problem' in decoded) return { book: null, problems: [decoded.problem], text: '' };
  const { text } = decoded;
  return { ...checkBook([{ path: 'own.yaml', folder: 0, text }], EMPTY_PROFILE), text };
}

function expectPlaces(problems: readonly Problem[], text: string): void {
  const lines = text.split('\n').length;
  for (const { path, line, column, code, message } of problems) {
    expect(path).toBe('own.yaml');
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(lines);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(code).not.toBe('');
    expect(message).not.toBe('');
  }
}

/** `npm run soak` tries ten thousand; every run of the tests a few hundred. */
const COUNT = Number(process.env.EVENKEEL_SOAK ?? 0) > 0 ? 10_000 : 200;

test('a hostile or mutated file is refused with a place, or goes live as the book it says', {
  timeout: 900_000,
}, () => {
  let accepted = 0;
  fc.assert(
    fc.property(files, (bytes) => {
      const { book, problems, text } = read(bytes);
      expect(book === null).toBe(problems.some(({ severity }) => severity === 'error'));
      expectPlaces(problems, text);
      if (book === null) return;
      accepted++;
      expect(meaningOf(bookOf(printBook(book)))).toEqual(meaningOf(book));
    }),
    { numRuns: COUNT },
  );
  // Neither side of the claim is empty.
  expect(accepted).toBeGreaterThan(COUNT / 100);
  expect(accepted).toBeLessThan(COUNT / 2);
});

test('the file that has every part of the language is right as it stands', () => {
  const { problems } = read(Buffer.from(WHOLE));
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
});
