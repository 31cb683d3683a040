import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { compressSegment } from '../../src/recordings/compress.js';
import type { BookLine, RecordingLine, StateLine } from '../../src/recordings/format.js';
import { readRecording } from '../../src/recordings/reader.js';
import { readIndex } from '../../src/recordings/segment-index.js';
import { startRecording, type WriterOptions } from '../../src/recordings/writer.js';
import { HEADER, readAll, sampleAt } from './helpers.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'evenkeel-segments-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const BOOK: BookLine = { kind: 'book', atMs: 0, hash: 'a', files: [] };
const stateAt = (atMs: number): StateLine => ({
  kind: 'state',
  version: 1,
  atMs,
  wallMs: 1_700_000_000_000 + atMs,
  rules: {},
  memory: {},
});

/** A recording with a segment of each count of samples, one a second. */
async function write(
  folder: string,
  counts: readonly number[],
  options: Partial<WriterOptions> = {},
): Promise<RecordingLine[]> {
  const writer = await startRecording(folder, {
    onFailure: (why) => expect.unreachable(why),
    onNote: (why) => expect.unreachable(why),
    segment: { bytes: 1, ms: 600_000 },
    ...options,
  });
  const written: RecordingLine[] = [HEADER, BOOK];
  for (const line of written) writer.write(line);
  let second = 0;
  for (const [i, count] of counts.entries()) {
    if (i > 0) {
      expect(writer.isSegmentFull).toBe(true);
      written.push(stateAt(second * 1000));
      writer.beginSegment([{ ...BOOK, atMs: second }, stateAt(second * 1000)]);
    }
    for (let j = 0; j < count; j++) {
      const sample = sampleAt(++second * 1000, { readings: { é: ['°€𝄞', 'measured', 0] } });
      written.push(sample);
      writer.write(sample);
    }
  }
  await writer.close();
  return written;
}

async function timesOf(path: string, range: Parameters<typeof readRecording>[2]): Promise<number[]> {
  const times: number[] = [];
  for await (const line of readRecording(path, { rejectedRows: 0, reasons: [] }, range))
    if (line.kind === 'sample') times.push(line.atMs / 1000);
  return times;
}

describe('a recording of several segments', () => {
  test('has its closed ones compressed, its last one plain, and is read as it was written', async () => {
    const folder = join(root, 'run');
    const written = await write(folder, [3, 4, 5]);
    expect(readdirSync(folder).sort()).toEqual([
      '000001.idx',
      '000001.ndjson.gz',
      '000002.idx',
      '000002.ndjson.gz',
      '000003.ndjson',
    ]);
    expect(await readAll(folder)).toEqual({ lines: written, report: { rejectedRows: 0, reasons: [] } });
  });

  test('has segments that are recordings by themselves, wherever they are read', async () => {
    const folder = join(root, 'run');
    await write(folder, [1, 2, 1]);
    for (const [file, place] of [
      ['000002.ndjson.gz', join(root, 'copied.gz')],
      ['000003.ndjson', join(root, 'copied')],
    ] as const) {
      copyFileSync(join(folder, file), place);
      const { lines } = await readAll(place);
      expect(lines.slice(0, 3).map(({ kind }) => kind)).toEqual(['header', 'book', 'state']);
    }
  });

  test('is a header and a book once, and another book where there is one', async () => {
    const folder = join(root, 'run');
    await write(folder, [1, 1]);
    const other = { ...BOOK, atMs: 9, hash: 'b' };
    appendFileSync(join(folder, '000002.ndjson'), `${JSON.stringify(other)}\n${JSON.stringify(BOOK)}\n`);
    const { lines } = await readAll(folder);
    expect(lines.filter(({ kind }) => kind === 'book')).toEqual([BOOK, other, BOOK]);
  });

  test('refuses one of another run among its segments', async () => {
    const folder = join(root, 'run');
    await write(folder, [1]);
    const other = { ...HEADER, startedAt: '2027-01-01T00:00:00.000Z', segment: 2 };
    writeFileSync(join(folder, '000002.ndjson'), `${JSON.stringify(other)}\n`);
    await expect(readAll(folder)).rejects.toMatchObject({ code: 'badRecording' });
  });

  test.skipIf(process.platform === 'win32')(
    'is one valid .gz to other tools, too (zcat is asked)',
    async () => {
      const folder = join(root, 'run');
      await write(folder, [3, 3]);
      const text = execFileSync('zcat', [join(folder, '000001.ndjson.gz')], { encoding: 'utf8' });
      expect(text.trimEnd().split('\n')).toHaveLength(5);
    },
  );
});

describe('a compressed segment', () => {
  const many = (count: number): string => {
    const samples = Array.from({ length: count }, (_, i) => sampleAt((i + 1) * 1000));
    return [HEADER, BOOK, ...samples].map((line) => `${JSON.stringify(line)}\n`).join('');
  };

  test('is members of 6,000 lines, each by itself, and its index says where and when', async () => {
    const plain = join(root, '000001.ndjson');
    const text = many(13_000);
    writeFileSync(plain, text);
    await compressSegment(plain);
    const gz = `${plain}.gz`;
    const index = readIndex(join(root, '000001.idx'), gz) ?? [];
    expect(index.map(({ lines, samples, hasHead }) => [lines, samples, hasHead])).toEqual([
      [6_000, 5_998, true],
      [6_000, 6_000, false],
      [1_002, 1_002, false],
    ]);
    expect(index[1]).toMatchObject({
      fromAtMs: 5_999_000,
      toAtMs: 11_998_000,
      fromWallMs: 1_700_000_000_000 + 5_999_000,
      toWallMs: 1_700_000_000_000 + 11_998_000,
    });
    const bytes = readFileSync(gz);
    const parts = index.map(({ offset, bytes: length }) =>
      gunzipSync(bytes.subarray(offset, offset + length)),
    );
    expect(Buffer.concat(parts).toString()).toBe(text);
    expect(gunzipSync(bytes).toString()).toBe(text);
  });

  test('of a range only the members are unpacked that may hold it', async () => {
    const plain = join(root, '000001.ndjson');
    writeFileSync(plain, many(13_000));
    await compressSegment(plain);
    const gz = `${plain}.gz`;
    const [, second] = readIndex(join(root, '000001.idx'), gz) ?? [];
    // What is not read need not be whole.
    const file = await open(gz, 'r+');
    await file.write(Buffer.alloc(200, 0xff), 0, 200, (second?.offset ?? 0) + 20);
    await file.close();
    expect(await timesOf(root, { fromAtMs: 12_995_000 })).toEqual([
      12_995, 12_996, 12_997, 12_998, 12_999, 13_000,
    ]);
    expect(await timesOf(root, { toWallMs: 1_700_000_000_000 + 2_500 })).toEqual([1, 2]);
    const { lines, report } = await readAll(root);
    // A damaged member costs no other.
    expect(lines.filter(({ kind }) => kind === 'sample').length).toBeGreaterThanOrEqual(7_000);
    expect(report.reasons.join()).toMatch(/lines cannot be unpacked|no complete line/);
    expect(report.rejectedRows).toBeGreaterThan(0);
  });

  test('whose index is missing or of another file is read whole', async () => {
    const folder = join(root, 'run');
    const written = await write(folder, [4, 1]);
    writeFileSync(join(folder, '000001.idx'), 'no index\n');
    expect((await readAll(folder)).lines).toEqual(written);
    expect(await timesOf(folder, { fromAtMs: 2_000, toAtMs: 3_000 })).toEqual([2, 3]);
    rmSync(join(folder, '000001.idx'));
    expect((await readAll(folder)).lines).toEqual(written);
  });

  test('that is cut off anywhere is read as far as it goes, and never throws', async () => {
    const plain = join(root, '000001.ndjson');
    writeFileSync(plain, many(200));
    await compressSegment(plain);
    const whole = readFileSync(`${plain}.gz`);
    const cut = join(root, 'cut.gz');
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1_200, max: whole.length - 1 }), async (length) => {
        writeFileSync(cut, whole);
        truncateSync(cut, length);
        const { lines, report } = await readAll(cut);
        expect(lines.length).toBeGreaterThan(0);
        expect(lines).toEqual((await readAll(`${plain}.gz`)).lines.slice(0, lines.length));
        expect(report.rejectedRows).toBeLessThanOrEqual(1);
      }),
      { numRuns: 30 },
    );
  });

  test('of a torn line keeps what there is of it, to be skipped and counted', async () => {
    const plain = join(root, '000001.ndjson');
    writeFileSync(plain, `${many(2)}{"kind":"sample","atM`);
    await compressSegment(plain);
    const { lines, report } = await readAll(root);
    expect([lines.length, report.rejectedRows]).toEqual([4, 1]);
  });

  test('of random lines is the same lines', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', maxLength: 40 })),
        fc.nat(700_000),
        async (texts, long) => {
          const plain = join(root, `${++run}.ndjson`);
          const text = `${[...texts, 'x'.repeat(long)].join('\n')}\n`;
          writeFileSync(plain, text);
          await compressSegment(plain);
          expect(gunzipSync(readFileSync(`${plain}.gz`)).equals(Buffer.from(text))).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('an agent that is killed while it compresses', () => {
  test('leaves every line once, whichever files it left', async () => {
    const folder = join(root, 'run');
    const written = await write(folder, [3, 2], { openFile: (path) => open(path, 'wx') });
    const gz = join(folder, '000001.ndjson.gz');
    const plain = join(folder, '000001.ndjson');
    const text = gunzipSync(readFileSync(gz));
    // Before the plain file is removed, both are there.
    writeFileSync(plain, text);
    expect((await readAll(folder)).lines).toEqual(written);
    // Before the new name is given, there is a part.
    writeFileSync(`${gz}.part`, readFileSync(gz).subarray(0, 50));
    rmSync(gz);
    expect((await readAll(folder)).lines).toEqual(written);
    // The next agent makes it whole.
    await compressSegment(plain);
    expect((await readAll(folder)).lines).toEqual(written);
    expect(existsSync(`${gz}.part`)).toBe(false);
  });

  test.skipIf(!existsSync('/dev/full'))(
    'or finds the disk full keeps the plain file (only where /dev/full is)',
    async () => {
      const folder = join(root, 'run');
      const told: string[] = [];
      const writer = await startRecording(folder, {
        onFailure: (why) => told.push(why),
        segment: { bytes: 1, ms: 600_000 },
        openFile: (path) => open(path.endsWith('2.ndjson') ? '/dev/full' : path, 'a'),
      });
      writer.write(HEADER);
      writer.write(sampleAt(1));
      writer.beginSegment([BOOK]);
      await vi.waitFor(() => expect(writer.failure).toContain('ENOSPC'), { timeout: 10_000 });
      for (let i = 2; i < 50; i++) writer.write(sampleAt(i));
      expect(writer.isSegmentFull).toBe(false);
      await writer.close();
      expect(told).toEqual([writer.failure]);
      expect((await readAll(folder)).lines).toEqual([HEADER, sampleAt(1)]);
    },
  );

  test('cannot compress: what is written stays plain, and that is told', async () => {
    const folder = join(root, 'run');
    const notes: string[] = [];
    const writer = await startRecording(folder, {
      onFailure: (why) => expect.unreachable(why),
      onNote: (why) => notes.push(why),
      segment: { bytes: 1, ms: 600_000 },
    });
    writer.write(HEADER);
    writer.write(sampleAt(1));
    // A folder in the way of the new name.
    mkdirSync(join(folder, '000001.ndjson.gz', 'x'), { recursive: true });
    writer.beginSegment([BOOK]);
    writer.write(sampleAt(2));
    await writer.close();
    expect(notes).toEqual([expect.stringContaining('000001.ndjson stays as it is, uncompressed')]);
    rmSync(join(folder, '000001.ndjson.gz'), { recursive: true });
    expect((await readAll(folder)).lines).toEqual([HEADER, sampleAt(1), BOOK, sampleAt(2)]);
  });
});
