import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EvenkeelError } from '../../src/errors.js';
import type { RecordingLine } from '../../src/recordings/format.js';
import { startRecording } from '../../src/recordings/writer.js';
import { frames, measured } from '../helpers/loop.js';
import { HEADER, readAll, sampleAt } from './helpers.js';

let root: string;
let path: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'evenkeel-recording-'));
  path = join(root, '000001.ndjson');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const text = (...lines: unknown[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

async function refusal(of: string): Promise<string> {
  try {
    await readAll(of);
  } catch (error) {
    if (error instanceof EvenkeelError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'read';
}

describe('a recording', () => {
  const lines: RecordingLine[] = [
    HEADER,
    {
      kind: 'book',
      atMs: 0,
      hash: 'abc',
      files: [{ path: 'rules/a.yaml', folder: 0, text: 'version: 1\r\nname: "\u2028 \u0085 é 😀"\n' }],
    },
    sampleAt(500, {
      readings: { 'gpu.powerW': measured(120.5), 'gpu.hotSpotC': [null, 'unsupported', 0, 'no sensor'] },
    }),
    sampleAt(1_000, {
      cause: 'optimize',
      events: [frames(30, 12.25, 7.5), { kind: 'override', knob: 'model', value: 'yolov8n', forS: 60 }],
    }),
    { kind: 'decision', line: '{"knobs":{"model":"yolov8n"}}' },
    { kind: 'end', atMs: 1_000, samples: 2, digest: 'abc' },
  ];

  test('is read as it was written, from its folder or its file', async () => {
    const folder = join(root, 'new', 'run');
    const writer = await startRecording(folder, { onFailure: (why) => expect.unreachable(why) });
    for (const line of lines) writer.write(line);
    await writer.close();
    expect(writer.failure).toBeNull();
    expect(await readAll(folder)).toEqual({ lines, report: { rejectedRows: 0, reasons: [] } });
    expect((await readAll(join(folder, '000001.ndjson'))).lines).toEqual(lines);
  });

  test('is read as it was written whatever its texts hold and however long they are', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'binary', maxLength: 50 }), { maxLength: 20 }),
        fc.nat(600_000),
        async (texts, long) => {
          const written: RecordingLine[] = [
            HEADER,
            ...texts.map((line): RecordingLine => ({ kind: 'decision', line })),
          ];
          written.push({ kind: 'decision', line: 'ä'.repeat(long) });
          const folder = join(root, `run-${run++}`);
          const writer = await startRecording(folder, { onFailure: (why) => expect.unreachable(why) });
          for (const line of written) writer.write(line);
          await writer.close();
          expect((await readAll(folder)).lines).toEqual(JSON.parse(JSON.stringify(written)));
        },
      ),
      { numRuns: 25 },
    );
  });

  test('of several files is read in the order of their names', async () => {
    writeFileSync(join(root, '000002.ndjson'), text(sampleAt(2)));
    writeFileSync(path, text(HEADER, sampleAt(1)));
    writeFileSync(join(root, 'notes.txt'), 'not a line');
    expect((await readAll(root)).lines).toEqual([HEADER, sampleAt(1), sampleAt(2)]);
  });

  test('may have empty lines and Windows line ends', async () => {
    writeFileSync(path, `${text(HEADER)}\r\n\n${JSON.stringify(sampleAt(1))}\r\n`);
    expect(await readAll(path)).toEqual({
      lines: [HEADER, sampleAt(1)],
      report: { rejectedRows: 0, reasons: [] },
    });
  });
});

describe('a broken line', () => {
  test('at the end, torn by a kill, is skipped and counted', async () => {
    writeFileSync(path, text(HEADER, sampleAt(1)) + JSON.stringify(sampleAt(2)).slice(0, -20));
    expect(await readAll(root)).toEqual({
      lines: [HEADER, sampleAt(1)],
      report: { rejectedRows: 1, reasons: [`${path}:3: no complete line of a recording`] },
    });
  });

  test('at the end that only lacks its line feed is read', async () => {
    writeFileSync(path, text(HEADER, sampleAt(1)).trimEnd());
    expect((await readAll(path)).lines).toHaveLength(2);
  });

  test.each([
    ['no JSON', '{"kind":"sample","atMs":'],
    ['no object', '17'],
    ['null', 'null'],
    ['of no kind', '{"atMs":1}'],
    ['of a kind from elsewhere', '{"kind":"toString"}'],
    ['a sample without its events', '{"kind":"sample","atMs":1,"wallMs":1,"readings":{}}'],
    ['a sample without a time', '{"kind":"sample","wallMs":1,"readings":{},"events":[]}'],
    ['a book without its files', '{"kind":"book","atMs":1,"hash":"x"}'],
    ['a decision without its line', '{"kind":"decision"}'],
  ])('in the middle, %s, is skipped and counted', async (_, broken) => {
    writeFileSync(path, `${text(HEADER)}${broken}\n${text(sampleAt(1))}`);
    const { lines, report } = await readAll(path);
    expect(lines).toEqual([HEADER, sampleAt(1)]);
    expect(report).toEqual({ rejectedRows: 1, reasons: [`${path}:2: no complete line of a recording`] });
  });

  test('is told with its place for the first ten, and counted always', async () => {
    writeFileSync(path, text(HEADER) + 'broken\n'.repeat(25));
    const { report } = await readAll(path);
    expect(report.rejectedRows).toBe(25);
    expect(report.reasons).toHaveLength(10);
    expect(report.reasons[9]).toBe(`${path}:11: no complete line of a recording`);
  });
});

describe('what is no recording of this version', () => {
  test('is refused naming both versions and the agent that wrote it', async () => {
    writeFileSync(path, text({ ...HEADER, version: 7, agentVersion: '9.8.7' }));
    expect(await refusal(path)).toBe(
      `badRecording: ${path} has format version 7, this agent reads 1; use the agent that wrote it (9.8.7)`,
    );
    writeFileSync(path, text({ ...HEADER, version: 7, agentVersion: undefined }));
    expect(await refusal(path)).toContain('use the agent that wrote it (it does not say which)');
  });

  test('is refused where it does not begin with a header', async () => {
    writeFileSync(path, text(sampleAt(1), HEADER));
    expect(await refusal(path)).toBe(
      `badRecording: expected ${path} to begin with a header line of evenkeel-recording, got a line of kind "sample"`,
    );
    writeFileSync(path, text({ ...HEADER, format: 'other' }));
    expect(await refusal(path)).toContain('to begin with a header line of evenkeel-recording');
  });

  test.each([
    ['a table', 'time,gpu\n1,2\n', '"time,gpu"'],
    ['other JSON', '{"hello":1}\n', '"{\\"hello\\":1}"'],
    ['control bytes, which must not reach the terminal', '\x1b[31mred\n', '"\\u001b[31mred"'],
    ['a long line', `${'x'.repeat(100)}\n`, `"${'x'.repeat(60)}"`],
    ['an empty file', '', 'nothing'],
    ['white space', ' \n\n', 'nothing'],
  ])('is refused with what was seen: %s', async (_, content, seen) => {
    writeFileSync(path, content);
    expect(await refusal(path)).toBe(
      `badFile: expected a recording of Evenkeel at ${path}, but it begins with ${seen}`,
    );
  });

  test('is refused where there is nothing', async () => {
    expect(await refusal(join(root, 'none'))).toMatch(
      /^badFile: expected a recording at .*none, but it cannot be read: ENOENT/,
    );
    expect(await refusal(root)).toBe(
      `badFile: expected a recording in ${root}, but the folder holds no .ndjson file; name the recording's own folder`,
    );
  });

  test('is refused where a part of it cannot be read', async () => {
    mkdirSync(path);
    expect(await refusal(root)).toMatch(
      /^badFile: expected a recording at .*000001.ndjson, but it cannot be read: EISDIR/,
    );
  });
});
