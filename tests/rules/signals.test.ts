import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bookOf, folderOf, mistakesOf } from './helpers.js';

const signals = (...lines: string[]): string =>
  `version: 1\nsignals:\n${lines.map((line) => `  ${line}\n`).join('')}`;
const rule = (when: string, extra = ''): string =>
  `rules:\n  - id: hot\n    when: ${when}\n    then: [ { step: { model: -1 } } ]\n    because: hot\n${extra}`;

describe('a signal', () => {
  test.each([
    ['{ p95: frame.totalMs, over: 10s }', { kind: 'p95', fact: 'frame.totalMs', overMs: 10_000 }],
    [
      '{ slope: gpu.temperatureC, over: 30s, per: 1m }',
      { kind: 'slope', fact: 'gpu.temperatureC', overMs: 30_000, perMs: 60_000 },
    ],
    [
      '{ slope: gpu.temperatureC, over: 30s }',
      { kind: 'slope', fact: 'gpu.temperatureC', overMs: 30_000, perMs: 1_000 },
    ],
    ['{ ewma: gpu.powerW, halfLife: 1.5m }', { kind: 'ewma', fact: 'gpu.powerW', halfLifeMs: 90_000 }],
    ['{ fact: gpu.powerW }', { kind: 'scaled', fact: 'gpu.powerW', times: 1, plus: 0 }],
    [
      '{ fact: gpu.powerW, times: -2, plus: 0.5 }',
      { kind: 'scaled', fact: 'gpu.powerW', times: -2, plus: 0.5 },
    ],
    ['{ age: gpu.limitedBy }', { kind: 'age', fact: 'gpu.limitedBy' }],
    ['{ max: gpu.powerW, over: 10m }', { kind: 'max', fact: 'gpu.powerW', overMs: 600_000 }],
  ])('from %s is what it says', (yaml, source) => {
    const [signal] = bookOf(signals(`gpu.calm: ${yaml}`)).signals;
    expect(signal).toMatchObject({
      name: 'gpu.calm',
      place: { path: 'own.yaml', line: 3, column: 3 },
      source,
    });
  });

  test('is a fact wherever one can stand', () => {
    const text = `${signals('gpu.calmW: { avg: gpu.powerW, over: 5s }', 'gpu.calmerW: { min: gpu.calmW, over: 5s }')}conditions:
  calm: { gpu.calmW: { below: 100 } }
rules:
  - id: hot
    when: { gpu.calmerW: { above: { fact: gpu.calmW, times: 2 } }, not: { ref: calm } }
    until: { gpu.calmW: { known: false } }
    then: [ { cap: { powerLimitW: { fact: gpu.calmW } } } ]
    expect: { gpu.calmW: { ratio: { atMost: 0.9 } } }
    because: "{gpu.calmW} W"
`;
    expect(mistakesOf(text)).toEqual([]);
  });

  test('may stand in another file than what uses it', () => {
    const files = folderOf(0, {
      'a.yaml': `version: 1\n${rule('{ gpu.calmW: { above: 1 } }')}`,
      'b.yaml': signals('gpu.calmW: { avg: gpu.calmerW, over: 5s }'),
      'c.yaml': signals('gpu.calmerW: { avg: gpu.powerW, over: 5s }'),
    });
    expect(bookOf(files).signals.map(({ name }) => name)).toEqual(['gpu.calmerW', 'gpu.calmW']);
  });

  test('of a later folder takes the place of one before, and is told among the overrides', () => {
    const files = [
      ...folderOf(0, { 'own.yaml': signals('gpu.calmW: { avg: gpu.powerW, over: 5s }') }),
      ...folderOf(1, { 'over.yaml': signals('gpu.calmW: { avg: gpu.powerW, over: 9s }') }),
    ];
    const book = bookOf(files);
    expect(book.signals).toMatchObject([{ source: { overMs: 9_000 }, place: { path: 'over.yaml' } }]);
    expect(book.overrides).toEqual([{ id: 'gpu.calmW', file: 'over.yaml', over: 'own.yaml' }]);
  });

  test('of the same folder must not be named twice', () => {
    const text = signals('gpu.calmW: { avg: gpu.powerW, over: 5s }');
    expect(mistakesOf(folderOf(0, { 'a.yaml': text, 'b.yaml': text }))).toEqual([
      'b.yaml:3:14: the signal "gpu.calmW" is already named in a.yaml; expected a name of its own',
    ]);
  });

  test('that stands in a file that cannot be read is not told as unknown elsewhere, and no other name is let pass', () => {
    const files = folderOf(0, {
      'a.yaml': `version: 1\n${rule('{ gpu.calmW: { above: 1 }, gpu.calmerW: { above: 1 } }')}`,
      'b.yaml': `${signals('gpu.calmW: { avg: gpu.powerW, over: 5s }')}rules: [\n`,
    });
    expect(mistakesOf(files).filter((line) => line.startsWith('a.yaml'))).toEqual([
      'a.yaml:4:38: rule "hot": no fact is named "gpu.calmerW"; expected a fact of the catalogue',
    ]);
  });

  test('is one of at most 256', () => {
    const many = Array.from(
      { length: 257 },
      (_, i) => `gpu.s${String(i).padStart(3, '0')}: { age: gpu.powerW }`,
    );
    expect(mistakesOf(signals(...many.slice(1)))).toEqual([]);
    expect(mistakesOf(signals(...many))).toEqual([
      'own.yaml:259:3: the book has 257 signals; expected at most 256',
    ]);
  });
});

describe('the order of signals', () => {
  test('puts each after those it uses, and is the same whatever file they stand in', () => {
    const names = ['gpu.a', 'gpu.b', 'gpu.c', 'gpu.d', 'gpu.e', 'gpu.f'];
    // Each may rest on one that comes before it in a hidden order.
    const books = fc.record({
      hidden: fc.shuffledSubarray(names, { minLength: names.length }),
      rests: fc.array(fc.nat(), { minLength: names.length, maxLength: names.length }),
      files: fc.array(fc.nat(2), { minLength: names.length, maxLength: names.length }),
      written: fc.shuffledSubarray(names, { minLength: names.length }),
    });
    fc.assert(
      fc.property(books, ({ hidden, rests, files, written }) => {
        const sourceOf = (name: string): string => {
          const at = hidden.indexOf(name);
          const rest = (rests[at] ?? 0) % (at + 1);
          return rest === 0 ? 'gpu.powerW' : (hidden[rest - 1] ?? '');
        };
        const lines = (file: number, order: readonly string[]): string[] =>
          order
            .filter((name) => files[names.indexOf(name)] === file)
            .map((name) => `${name}: { fact: ${sourceOf(name)} }`);
        const book = (order: readonly string[], paths: readonly string[]) =>
          bookOf(
            paths.flatMap((path, i) => {
              const own = lines(i, order);
              return own.length === 0 ? [] : folderOf(0, { [path]: signals(...own) });
            }),
          ).signals.map(({ name, hash, source }) => ({ name, hash, fact: source.fact }));
        const sorted = book(names, ['a.yaml', 'b.yaml', 'c.yaml']);
        expect(sorted).toHaveLength(names.length);
        for (const [i, { fact }] of sorted.entries()) {
          const before = sorted.slice(0, i).map(({ name }) => name);
          expect(['gpu.powerW', ...before]).toContain(fact);
        }
        expect(book(written, ['z.yaml', 'y.yaml', 'x.yaml'])).toEqual(sorted);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the hash', () => {
  const hashes = (over: string, use = 'gpu.calmW'): { signals: string[]; rule: string | undefined } => {
    const text = `${signals(
      `gpu.calmW: { avg: gpu.powerW, over: ${over} }`,
      'gpu.onCalm: { max: gpu.calmW, over: 3s }',
      'gpu.apart: { max: gpu.powerW, over: 3s }',
    )}${rule(`{ ${use}: { above: 100 } }`)}`;
    const book = bookOf(text);
    return { signals: book.signals.map(({ name, hash }) => `${name} ${hash}`), rule: book.rules[0]?.hash };
  };

  test('of a signal changes with its definition, with those that rest on it, and with nothing else', () => {
    const [before, after] = [hashes('5s').signals, hashes('6s').signals];
    const changed = before.filter((one) => !after.includes(one)).map((one) => one.split(' ')[0]);
    expect(changed).toEqual(['gpu.calmW', 'gpu.onCalm']);
    expect(hashes('5000ms').signals).toEqual(before);
  });

  test('of a rule changes with the signals it looks at', () => {
    expect(hashes('5s').rule).not.toBe(hashes('6s').rule);
    expect(hashes('5s', 'gpu.onCalm').rule).not.toBe(hashes('6s', 'gpu.onCalm').rule);
    expect(hashes('5s', 'gpu.apart').rule).toBe(hashes('6s', 'gpu.apart').rule);
  });
});

describe('an expectation', () => {
  const expectOf = (yaml: string) =>
    bookOf(`version: 1\n${rule('{ gpu.powerW: { above: 1 } }', yaml === '' ? '' : `    expect: ${yaml}\n`)}`)
      .rules[0];

  test.each([
    ['{ frame.totalMs: { ratio: { atMost: 0.9 } } }', { fact: 'frame.totalMs', atMost: 0.9, atLeast: null }],
    ['{ gpu.powerW: { ratio: { atLeast: 1.1 } } }', { fact: 'gpu.powerW', atMost: null, atLeast: 1.1 }],
    [
      '{ gpu.powerW: { ratio: { atLeast: 0.9, atMost: 1.1 } } }',
      { fact: 'gpu.powerW', atMost: 1.1, atLeast: 0.9 },
    ],
  ])('%s is what it says', (yaml, expected) => {
    expect(expectOf(yaml)?.expect).toEqual(expected);
  });

  test('is null where a rule has none, and part of what the rule is', () => {
    expect(expectOf('')?.expect).toBeNull();
    const hash = (yaml: string): unknown => expectOf(yaml)?.hash;
    expect(hash('{ gpu.powerW: { ratio: { atMost: 0.9 } } }')).not.toBe(hash(''));
    expect(hash('{ gpu.powerW: { ratio: { atMost: 0.9 } } }')).not.toBe(
      hash('{ gpu.powerW: { ratio: { atMost: 0.8 } } }'),
    );
  });

  test('may be tuned in its numbers', () => {
    const own = `version: 1\n${rule('{ gpu.powerW: { above: 1 } }', '    expect: { gpu.powerW: { ratio: { atMost: 0.9 } } }\n')}`;
    const over = 'version: 1\ntune: { hot: { expect: { gpu.powerW: { ratio: { atMost: 0.7 } } } } }\n';
    const book = bookOf([...folderOf(0, { 'own.yaml': own }), ...folderOf(1, { 'over.yaml': over })]);
    expect(book.rules[0]?.expect?.atMost).toBe(0.7);
  });
});
