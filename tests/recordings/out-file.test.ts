import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { registerConvert } from '../../src/commands/convert.js';
import { registerDryRun } from '../../src/commands/dry-run.js';
import { registerExport } from '../../src/commands/export.js';
import { registerRecord } from '../../src/commands/record.js';
import { checkOut, prepareOut } from '../../src/recordings/out-file.js';
import { runCommand } from '../commands/fake-io.js';
import { gpuZLog, rowsAt } from '../commands/made-logs.js';
import { temporaryFolder } from '../helpers/cli.js';
import { HEADER, sampleAt } from './helpers.js';

let folder = '';
let log = '';
let recording = '';
let segment = '';
const LINES = [HEADER, sampleAt(0), sampleAt(500)].map((line) => `${JSON.stringify(line)}\n`).join('');
beforeEach(() => {
  folder = temporaryFolder();
  log = join(folder, 'log.txt');
  writeFileSync(log, gpuZLog(rowsAt(70, 5)));
  recording = join(folder, '2026-01-01T00-00-00');
  mkdirSync(recording);
  segment = join(recording, '000001.ndjson');
  writeFileSync(segment, LINES);
});

const NOT_READ = /expected .* to name another file than .*what is read is never written over/;

describe('what is read is never written, by force or without', () => {
  test.each(['--decisions', '--html'])('with %s of a dry-run', async (flag) => {
    const before = readFileSync(log);
    for (const force of [[], ['--force']]) {
      const ran = (out: string, read: string): Promise<unknown> =>
        runCommand(registerDryRun, ['dry-run', read, flag, out, ...force]);
      await expect(ran(log, log)).rejects.toThrow(NOT_READ);
      await expect(ran(segment, recording)).rejects.toThrow(NOT_READ);
    }
    expect(readFileSync(log)).toEqual(before);
    expect(readFileSync(segment, 'utf8')).toBe(LINES);
  });

  test.each([['--to', 'csv'], ['--bundle'], ['--as-test']])('with -o of export %s', async (...flags) => {
    const args = ['export', recording, ...flags, '-o', segment, '--force'];
    await expect(runCommand(registerExport, args)).rejects.toThrow(NOT_READ);
    expect(readFileSync(segment, 'utf8')).toBe(LINES);
  });

  test('with -o of record, where the card is one that was recorded', async () => {
    const args = ['record', '--gpu', `recorded:${log}`, '-o', log, '--force'];
    await expect(runCommand(registerRecord, args)).rejects.toThrow(NOT_READ);
  });

  test('under another name: a hard link, a symbolic one, a way round', async () => {
    const [hard, soft] = [join(folder, 'hard'), join(folder, 'soft')];
    linkSync(segment, hard);
    const outs = [hard, join(recording, '..', '2026-01-01T00-00-00', '000001.ndjson')];
    if (process.platform !== 'win32') {
      symlinkSync(segment, soft);
      outs.push(soft);
    }
    for (const out of outs)
      for (const source of [recording, segment])
        await expect(prepareOut(out, { force: true, sources: [source] })).rejects.toThrow(NOT_READ);
  });

  test('and no segment is put into a recording that is read', async () => {
    const out = join(recording, '000002.ndjson');
    await expect(prepareOut(out, { force: true, sources: [recording] })).rejects.toThrow(NOT_READ);
    await prepareOut(join(recording, 'table.csv'), { force: false, sources: [recording] });
  });
});

test('a file that holds something is written over only by force, whatever flag names it', async () => {
  const out = join(folder, 'page.html');
  writeFileSync(out, 'mine');
  const args = ['dry-run', log, '--html', out];
  await expect(runCommand(registerDryRun, args)).rejects.toThrow(
    `${out} is there already and holds something; name another file with --html, or write over it with --force`,
  );
  expect(readFileSync(out, 'utf8')).toBe('mine');
  await runCommand(registerDryRun, [...args, '--force']);
  expect(readFileSync(out, 'utf8')).toMatch(/^<!doctype html>/i);
  await expect(checkOut('-', { force: true, flag: '--decisions' })).rejects.toThrow('expected --decisions');
});

test('what a command made from a log is written over by the next one, a recording is not', async () => {
  const made = {
    page: ['dry-run', log, '--html'],
    decisions: ['dry-run', log, '--decisions'],
    'log.ndjson': ['convert', log, '--to', 'ndjson', '-o'],
    'table.csv': ['convert', log, '--to', 'csv', '-o'],
    'table.parquet': ['convert', log, '--to', 'parquet', '-o'],
  };
  const register = { 'dry-run': registerDryRun, convert: registerConvert };
  for (const [name, args] of Object.entries(made)) {
    const out = join(folder, name);
    const command = register[args[0] as keyof typeof register];
    await runCommand(command, [...args, out]);
    expect((await runCommand(command, [...args, out])).exit, name).toBe(0);
  }
  await expect(checkOut(segment, { force: false })).rejects.toThrow('holds something');
});

test('one file cannot be both page and decisions', async () => {
  const out = join(folder, 'both');
  await expect(
    runCommand(registerDryRun, ['dry-run', log, '--html', out, '--decisions', out]),
  ).rejects.toThrow('expected --html and --decisions to name two files');
});
