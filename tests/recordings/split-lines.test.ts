import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { splitLines } from '../../src/recordings/split-lines.js';

/** All lines of the chunks, which lie in one place one after the other, as a file's do. */
async function linesOf(chunks: readonly Buffer[], maxLineBytes?: number) {
  const damage: string[] = [];
  const lines: string[] = [];
  const place = Buffer.alloc(Math.max(1, ...chunks.map(({ length }) => length)));
  async function* given(): AsyncGenerator<Buffer> {
    for (const chunk of chunks) {
      chunk.copy(place);
      yield place.subarray(0, chunk.length);
    }
  }
  for await (const some of splitLines(given(), (why) => damage.push(why), maxLineBytes)) lines.push(...some);
  return { lines, damage };
}

function cut(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  for (let from = 0; from < bytes.length; ) {
    const size = sizes[chunks.length % sizes.length] ?? 1;
    chunks.push(bytes.subarray(from, from + size));
    from += size;
  }
  return chunks;
}

const LINE = fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.replaceAll('\n', '\u2028'));
const SIZES = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });

test.prop([fc.array(LINE, { minLength: 1 }), SIZES, fc.boolean()])(
  'gives every line whatever it holds and wherever the chunks end',
  async (lines, sizes, isEnded) => {
    const bytes = Buffer.from(lines.join('\n') + (isEnded ? '\n' : ''));
    const expected = bytes.toString().split('\n');
    if (expected.at(-1) === '') expected.pop();
    expect(await linesOf(cut(bytes, sizes))).toEqual({ lines: expected, damage: [] });
  },
);

test.prop([SIZES])(
  'leaves out a line that is too long, tells of it once, and goes on after it',
  async (sizes) => {
    const bytes = Buffer.from(`a\n${'é'.repeat(30)}\nb\nc`);
    expect(await linesOf(cut(bytes, sizes), 20)).toEqual({
      lines: ['a', 'b', 'c'],
      damage: ['a line is longer than 20 bytes'],
    });
  },
);
