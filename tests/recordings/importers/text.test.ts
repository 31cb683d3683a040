import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isMissing, readQuantity, splitCells } from '../../../src/recordings/importers/cells.js';
import { readNames } from '../../../src/recordings/importers/columns.js';
import { lineDecoder } from '../../../src/recordings/importers/text-lines.js';
import { conversion, convert } from '../../../src/recordings/importers/units.js';

/** The lines of bytes that arrive in pieces of this size. */
function linesOf(bytes: Buffer, size: number): string[] {
  const decoder = lineDecoder(bytes);
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += size) lines.push(...decoder.push(bytes.subarray(at, at + size)));
  return [...lines, ...decoder.end()];
}
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

describe('lines', () => {
  test.each([
    ['UTF-8', Buffer.from('a,°C\nb,温\n')],
    ['UTF-8 with a mark', Buffer.from('\ufeffa,°C\r\nb,温\r\n')],
    ['UTF-16LE', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a,°C\r\nb,温', 'utf16le')])],
    ['UTF-16BE', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16be('a,°C\r\nb,温')])],
  ])('%s reads the same in pieces of any size', (_, bytes) => {
    for (const size of [2, 3, 7, bytes.length])
      expect(linesOf(bytes, size).filter((line) => line !== '')).toEqual(['a,°C', 'b,温']);
  });

  test('a line that is no UTF-8 is Windows-1252, for itself', () => {
    const bytes = Buffer.concat([Buffer.from('温,a\n'.replace('温', 'é')), Buffer.from([0xb0, 0x43, 0x0a])]);
    expect(linesOf(bytes, bytes.length)).toEqual(['é,a', '°C']);
  });

  test('a line that is no UTF-8 is GBK where the file has shown Chinese', () => {
    const bytes = Buffer.concat([Buffer.from('温度\n'), Buffer.from([0xca, 0xc7, 0x2c, 0xb7, 0xf1, 0x0a])]);
    for (const size of [3, bytes.length]) expect(linesOf(bytes, size)).toEqual(['温度', '是,否']);
  });

  test('NUL bytes are no part of a line, and a last line needs no end', () => {
    expect(linesOf(Buffer.from('a\0\0\0,b\r\nc'), 2)).toEqual(['a,b', 'c']);
    expect(linesOf(Buffer.from('a\n'), 1)).toEqual(['a']);
    expect(linesOf(Buffer.alloc(0), 1)).toEqual([]);
  });

  test('any text comes back line by line', () => {
    const line = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n\0\ufeff]/g, ''));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.integer({ min: 1, max: 40 }), (lines, size) => {
        const read = linesOf(Buffer.from(`${lines.join('\n')}\n`), size);
        expect(read).toEqual(lines);
      }),
    );
  });
});

describe('cells', () => {
  test('quotes hold separators and quotes', () => {
    expect(splitCells('a,"b, ""c""",d,')).toEqual(['a', 'b, "c"', 'd', '']);
    expect(splitCells('"a";b', ';')).toEqual(['a', 'b']);
    expect(splitCells('a,"b')).toEqual(['a', 'b']);
    expect(splitCells('"a"x,b')).toEqual(['ax', 'b']);
  });

  test('what is quoted comes back', () => {
    const cell = fc.string().map((text) => text.replace(/[\r\n]/g, ''));
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1 }), (cells) => {
        expect(splitCells(cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(','))).toEqual(cells);
      }),
    );
  });

  test.each([
    '',
    ' ',
    'N/A',
    '[N/A]',
    'NA',
    '[Not Supported]',
    '[Unknown Error]',
    '[Insufficient Permissions]',
    '[GPU requires reset]',
    'ERR!',
    '-',
    '??',
    'nan',
    'NaN',
  ])('%j is missing, and not 0', (cell) => {
    expect(isMissing(cell)).toBe(true);
    expect(readQuantity(cell)).toBeNull();
  });

  test.each([
    [' 37 ', 37, ''],
    ['320.50 W', 320.5, 'W'],
    ['97 %', 97, '%'],
    ['-5', -5, ''],
    ['1e3', 1000, ''],
    ['.5', 0.5, ''],
    ['172W', 172, 'W'],
  ])('%j is %d %s', (cell, value, unit) => {
    expect(readQuantity(cell)).toEqual({ value, unit });
  });

  test.each(['P8', '0x1f', '1,5', '1 2', 'Infinity', '1e999', 'Yes', '12:00'])('%j is no number', (cell) => {
    expect(readQuantity(cell)).toBeUndefined();
  });
});

describe('units', () => {
  test.each([
    ['GiB', 'MiB', 2, 2048],
    ['MB', 'MiB', 2, 2],
    ['KiB', 'MiB', 2048, 2],
    ['°F', '°C', 140, 60],
    ['℃', '°C', 60, 60],
    ['C', '°C', 60, 60],
    ['\ufffdC', '°C', 60, 60],
    ['us', 'ms', 1500, 1.5],
    ['μs', 'ms', 1500, 1.5],
    ['GHz', 'MHz', 2.5, 2500],
    ['', 'W', 7, 7],
  ])('%s to %s: %d is %d', (written, unit, value, expected) => {
    const fitting = conversion(written, unit);
    expect(fitting === null ? null : convert(value, fitting)).toBe(expected);
  });

  test.each([
    ['%', 'W'],
    ['W', '°C'],
    ['RPM', '%'],
    ['toString', 'W'],
  ])('%s is no unit of what is in %s', (written, unit) => {
    expect(conversion(written, unit)).toBeNull();
  });

  test('stand in brackets behind a name, and blanks and case say nothing', () => {
    expect(readNames([' GPU Load [%] ', 'PerfCap Reason []', 'fb', 'A (b) [°C]'], ['', '', 'MB'])).toEqual([
      { index: 0, name: 'gpuload', unit: '%', label: 'column 1 "GPU Load [%]"' },
      { index: 1, name: 'perfcapreason', unit: '', label: 'column 2 "PerfCap Reason []"' },
      { index: 2, name: 'fb', unit: 'MB', label: 'column 3 "fb"' },
      { index: 3, name: 'a(b)', unit: '°C', label: 'column 4 "A (b) [°C]"' },
    ]);
  });
});
