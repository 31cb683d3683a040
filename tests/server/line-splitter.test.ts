import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { LineSplitter, type SplitLine } from '../../src/server/line-splitter.js';

const texts = fc.array(
  fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom('', '\n', '\r\n', 'ü', '日本')),
  {
    maxLength: 30,
  },
);

/** What a whole text holds: trimmed lines with their numbers, refused where longer than the bound in bytes. */
function linesOf(text: string, limit: number): SplitLine[] {
  return text
    .split('\n')
    .map((line, index) => ({ line, number: index + 1 }))
    .filter(({ line }) => line.trim() !== '' || Buffer.byteLength(line) > limit)
    .map(({ line, number }) =>
      Buffer.byteLength(line) > limit
        ? { number, text: null, fault: 'tooLong' }
        : { number, text: line.trim() },
    );
}

test.prop([
  texts,
  fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 20 }),
  fc.integer({ min: 1, max: 50 }),
])('lines are the same whatever the pieces', (parts, sizes, limit) => {
  const text = parts.join('');
  const bytes = Buffer.from(text);
  const splitter = new LineSplitter(limit);
  const lines: SplitLine[] = [];
  for (let from = 0, turn = 0; from < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    lines.push(...splitter.push(bytes.subarray(from, from + size)));
    from += size;
  }
  lines.push(...splitter.end());
  expect(lines).toEqual(linesOf(text, limit));
});

test('a line that is no UTF-8 is refused, wherever it is cut, and those beside it are not', () => {
  const bytes = Buffer.concat([
    Buffer.from('{"a":"ü"}\n{"b":"'),
    Buffer.from([0xc3, 0x28]),
    Buffer.from('"}\n{}\n'),
  ]);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const splitter = new LineSplitter(100);
    const lines = [...splitter.push(bytes.subarray(0, cut)), ...splitter.push(bytes.subarray(cut))];
    expect(lines).toEqual([
      { number: 1, text: '{"a":"ü"}' },
      { number: 2, text: null, fault: 'notUtf8' },
      { number: 3, text: '{}' },
    ]);
  }
});
