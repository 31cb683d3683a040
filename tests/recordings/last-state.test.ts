import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { compressSegment } from '../../src/recordings/compress.js';
import type { RecordingLine, StateLine } from '../../src/recordings/format.js';
import { readLastState } from '../../src/recordings/last-state.js';
import { lastTickMs } from '../../src/recordings/last-tick.js';
import { HEADER, sampleAt } from './helpers.js';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'evenkeel-states-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

function stateAt(atMs: number, id = 'held'): StateLine {
  return { kind: 'state', version: 1, atMs, wallMs: 1_700_000_000_000 + atMs, rules: {}, memory: { id } };
}

function record(name: string, lines: readonly (RecordingLine | string)[], file = '000001.ndjson'): string {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  const text = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  writeFileSync(join(folder, file), text);
  return folder;
}

test('it is the newest recording’s last one, with its header', () => {
  record('2026-01-01T00-00-00', [HEADER, stateAt(99_000)]);
  record('2026-01-02T00-00-00-9', [HEADER, stateAt(88_000)]);
  const folder = record('2026-01-02T00-00-00-10', [HEADER, stateAt(1), sampleAt(2), stateAt(3), sampleAt(4)]);
  record('2026-01-02T00-00-00', [HEADER, stateAt(77_000)]);
  expect(readLastState(parent)).toEqual({ folder, header: HEADER, state: stateAt(3) });
});

test('it is found behind more samples than are read at once, in whole characters', () => {
  const many = Array.from({ length: 4_000 }, (_, i) =>
    sampleAt(i, { readings: { é: ['°€𝄞'.repeat(20), 'measured', 0] } }),
  );
  record('2026-01-02T00-00-00', [HEADER, ...many, stateAt(5, '°€𝄞'), ...many]);
  expect(readLastState(parent)?.state).toEqual(stateAt(5, '°€𝄞'));
});

test('a torn one is none, and the one before it counts', () => {
  const folder = record('2026-01-02T00-00-00', [HEADER, stateAt(1), sampleAt(2)]);
  appendFileSync(join(folder, '000001.ndjson'), JSON.stringify(stateAt(9)).slice(0, 60));
  expect(readLastState(parent)?.state.atMs).toBe(1);
});

test('a later file of the same recording counts first', () => {
  record('2026-01-02T00-00-00', [HEADER, stateAt(1)]);
  record('2026-01-02T00-00-00', [stateAt(2)], '000002.ndjson');
  record('2026-01-02T00-00-00', [sampleAt(3)], '000003.ndjson');
  expect(readLastState(parent)?.state.atMs).toBe(2);
});

test('it is found in what was compressed since, by the index and without it', async () => {
  const many = Array.from({ length: 7_000 }, (_, i) => sampleAt(i));
  const folder = record('2026-01-02T00-00-00', [
    HEADER,
    stateAt(1, 'ä'),
    ...many,
    stateAt(8, '𝄞'),
    sampleAt(9_000),
  ]);
  record('2026-01-02T00-00-00', [HEADER, sampleAt(9_500)], '000002.ndjson');
  await compressSegment(join(folder, '000001.ndjson'));
  await compressSegment(join(folder, '000002.ndjson'));
  expect(readLastState(parent)).toEqual({ folder, header: HEADER, state: stateAt(8, '𝄞') });
  rmSync(join(folder, '000001.idx'));
  expect(readLastState(parent)?.state).toEqual(stateAt(8, '𝄞'));
  expect(await lastTickMs(folder)).toBe(9_500);
  expect(await lastTickMs(join(folder, '000001.ndjson.gz'))).toBe(9_000);
});

test('the last tick is the last sample’s, wherever it stands', async () => {
  const folder = record('2026-01-02T00-00-00', [HEADER, sampleAt(5), stateAt(5), '{"kind":"sample","atMs":']);
  record('2026-01-02T00-00-00', [HEADER], '000002.ndjson');
  expect(await lastTickMs(folder)).toBe(5);
  expect(await lastTickMs(record('2026-01-03T00-00-00', [HEADER]))).toBe(0);
});

test('a recording without one is passed over, a foreign or broken one too', () => {
  const folder = record('2026-01-02T00-00-00', [HEADER, stateAt(7)]);
  record('2026-01-03T00-00-00', [HEADER, sampleAt(1)]);
  record('2026-01-04T00-00-00', ['{"kind":"header","format":"else"}', stateAt(9)]);
  expect(readLastState(parent)?.folder).toBe(folder);
  record('2026-01-05T00-00-00', ['no recording']);
  expect(readLastState(parent)).toBeNull();
});

test('there is none where there is no folder, no recording or an empty one', () => {
  expect(readLastState(join(parent, 'none'))).toBeNull();
  expect(readLastState(parent)).toBeNull();
  mkdirSync(join(parent, '2026-01-02T00-00-00'));
  record('2026-01-03T00-00-00', []);
  mkdirSync(join(parent, 'mine'));
  expect(readLastState(parent)).toBeNull();
});
