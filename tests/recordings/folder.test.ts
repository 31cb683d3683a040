import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freeName, pruneRecordings, recordingsOf } from '../../src/recordings/folder.js';
import { tidyRecordings } from '../../src/recordings/tidy.js';
import { HEADER } from './helpers.js';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'evenkeel-folder-'));
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

const NOW = Date.parse('2026-02-01T00:00:00Z');
const DAY = 86_400_000;

function record(name: string, kib = 1, ageDays = 0): string {
  const folder = join(parent, name);
  mkdirSync(folder);
  const file = join(folder, '000001.ndjson');
  writeFileSync(file, Buffer.alloc(kib * 1024, 'x'));
  utimesSync(file, (NOW - ageDays * DAY) / 1000, (NOW - ageDays * DAY) / 1000);
  return folder;
}

const KEEP = { keepMib: 1, keepDays: 30, nowMs: NOW };
const left = (): string[] => readdirSync(parent).sort();

test('a new folder has the name of its second, and a number where that is taken', () => {
  const date = new Date('2026-01-31T21:14:03.500Z');
  expect(basename(freeName(parent, date))).toBe('2026-01-31T21-14-03');
  record('2026-01-31T21-14-03');
  expect(basename(freeName(parent, date))).toBe('2026-01-31T21-14-03-2');
  expect(recordingsOf(parent)).toHaveLength(1);
});

test('the oldest go first until the rest fits', () => {
  for (const [i, kib] of [300, 300, 300, 300, 300].entries()) record(`2026-01-0${i + 1}T00-00-00`, kib);
  const removed = pruneRecordings(parent, KEEP).map((folder) => basename(folder));
  expect(removed.sort()).toEqual(['2026-01-01T00-00-00', '2026-01-02T00-00-00']);
  expect(left()).toEqual(['2026-01-03T00-00-00', '2026-01-04T00-00-00', '2026-01-05T00-00-00']);
});

test('what is older than the days that are kept goes, by its last line and not by its name', () => {
  record('2026-01-01T00-00-00', 1, 31);
  record('2025-12-01T00-00-00', 1, 29);
  expect(pruneRecordings(parent, KEEP).map((folder) => basename(folder))).toEqual(['2026-01-01T00-00-00']);
});

test('the running one counts and stays, however big and old it is', () => {
  record('2026-01-01T00-00-00', 100);
  const running = record('2026-01-02T00-00-00', 2_000, 90);
  pruneRecordings(parent, { ...KEEP, running });
  expect(left()).toEqual(['2026-01-02T00-00-00']);
});

test('what is not ours stays: other folders and files, links, and folders that hold more than a recording', () => {
  mkdirSync(join(parent, 'photos'));
  writeFileSync(join(parent, '2026-01-01T00-00-00'), 'a file of that name');
  mkdirSync(join(parent, '2026-01-02T00-00-00'));
  writeFileSync(join(parent, '2026-01-02T00-00-00', 'notes.txt'), 'mine');
  const mixed = record('2026-01-03T00-00-00', 1, 90);
  writeFileSync(join(mixed, 'notes.txt'), 'mine');
  const elsewhere = mkdtempSync(join(tmpdir(), 'evenkeel-elsewhere-'));
  writeFileSync(join(elsewhere, '000001.ndjson'), 'x');
  utimesSync(join(elsewhere, '000001.ndjson'), 1, 1);
  symlinkSync(elsewhere, join(parent, '2026-01-04T00-00-00'), 'junction');
  expect(pruneRecordings(parent, KEEP)).toEqual([]);
  expect(left()).toHaveLength(5);
  expect(readdirSync(mixed)).toEqual(['notes.txt']);
  expect(readdirSync(elsewhere)).toEqual(['000001.ndjson']);
  rmSync(elsewhere, { recursive: true });
});

test('a folder that is not there holds nothing', () => {
  expect(pruneRecordings(join(parent, 'none'), KEEP)).toEqual([]);
});

test('what earlier runs left plain is compressed, the running one and what is empty are not', async () => {
  const folders = ['2026-01-01T00-00-00', '2026-01-02T00-00-00'].map((name) => join(parent, name));
  for (const folder of folders) {
    mkdirSync(folder);
    writeFileSync(join(folder, '000001.ndjson'), `${JSON.stringify(HEADER)}\n`);
    writeFileSync(join(folder, '000002.ndjson'), '');
  }
  const [old = '', running = ''] = folders;
  const tidying = tidyRecordings(parent, running);
  for (let i = 0; i < 200 && existsSync(join(old, '000001.ndjson')); i++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  await tidying.stop();
  expect(readdirSync(old).sort()).toEqual(['000001.idx', '000001.ndjson.gz', '000002.ndjson']);
  expect(readdirSync(running).sort()).toEqual(['000001.ndjson', '000002.ndjson']);
});
