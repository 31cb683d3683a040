import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Clock } from '../../../src/recordings/importers/clock.js';
import { readStamp } from '../../../src/recordings/importers/timestamps.js';
import { readZone, type Zone } from '../../../src/recordings/importers/zone.js';

function zone(text: string): Zone {
  const read = readZone(text);
  if (read === null) throw new Error(`expected ${text} to be a zone`);
  return read;
}
const utc = (text: string): number => Date.parse(`${text}Z`);

describe('times as logs write them', () => {
  test.each([
    ['2026/01/02 03:04:05.678', '2026-01-02T03:04:05.678', false],
    ['2026-01-02 03:04:05', '2026-01-02T03:04:05', false],
    ['2026-1-2 3:04:05.123456789', '2026-01-02T03:04:05.123', false],
    ['2026-01-02T11:04:05+08:00', '2026-01-02T03:04:05', true],
    ['2026-01-01T22:04:05.5-0500', '2026-01-02T03:04:05.500', true],
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05', true],
    ['01-02-2026 03:04:05', '2026-01-02T03:04:05', false],
    ['31-01-2026 03:04:05', '2026-01-31T03:04:05', false],
    ['2.1.2026 3:4:5.678', '2026-01-02T03:04:05.678', false],
    ['01/02/2026 03:04:05 PM', '2026-01-02T15:04:05', false],
    ['1/2/2026 12:04:05 AM', '2026-01-02T00:04:05', false],
    ['20260102 03:04:05', '2026-01-02T03:04:05', false],
    ['Fri Jan  2 03:04:05 2026', '2026-01-02T03:04:05', false],
    ['1767323045', '2026-01-02T03:04:05', true],
    ['1767323045.5', '2026-01-02T03:04:05.500', true],
    ['1767323045000', '2026-01-02T03:04:05', true],
    ['1767323045000000', '2026-01-02T03:04:05', true],
    ['1767323045000000000', '2026-01-02T03:04:05', true],
  ])('%s is %s', (text, expected, isZoned) => {
    const stamp = readStamp(text);
    expect(Math.floor(stamp?.ms ?? Number.NaN)).toBe(utc(expected));
    expect(stamp?.isZoned).toBe(isZoned);
  });

  test.each([
    '',
    'now',
    '2026-02-30 00:00:00',
    '2026-13-01 00:00:00',
    '2026-01-02 24:00:00',
    '2026-01-02 00:60:00',
    '12',
    '1.5',
    'Fri Xyz  2 03:04:05 2026',
    '2026-01-02',
  ])('%j is no time', (text) => {
    expect(readStamp(text)).toBeNull();
  });

  test('any text is a time of this world or none', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[\d:/. TZ+-]{1,30}$/));
    fc.assert(
      fc.property(text, (any) => {
        const stamp = readStamp(any);
        expect(stamp === null || Number.isFinite(stamp.ms)).toBe(true);
      }),
    );
  });

  test('a day ends where the time of day falls, and a short step back is none', () => {
    const clock = new Clock(null);
    const day = 86_400_000;
    expect(
      ['23:59:59', '00:00:01', '00:00:00', '12:00:00', '23:59:00', '00:01:00'].map((text) =>
        clock.readOfDay(text),
      ),
    ).toEqual([day - 1_000, day + 1_000, day, day * 1.5, 2 * day - 60_000, 2 * day + 60_000]);
  });

  test('only times of which somebody says the zone are universal', () => {
    const clock = new Clock(null);
    expect(clock.isZoned).toBeNull();
    clock.read('2026-01-02T03:04:05Z');
    expect(clock.isZoned).toBe(true);
    clock.read('2026-01-02 03:04:06');
    expect(clock.isZoned).toBe(false);
    const named = new Clock(zone('+01:00'));
    expect(named.read('2026-01-02 03:04:05')).toBe(utc('2026-01-02T02:04:05'));
    expect(named.read('2026-01-02T03:04:05Z')).toBe(utc('2026-01-02T03:04:05'));
    expect(named.isZoned).toBe(true);
  });
});

describe('zones', () => {
  test.each([
    ['Europe/Berlin', '2026-07-01T12:00:00', '2026-07-01T10:00:00'],
    ['Europe/Berlin', '2026-01-01T12:00:00', '2026-01-01T11:00:00'],
    ['America/New_York', '2026-01-01T12:00:00', '2026-01-01T17:00:00'],
    ['Asia/Kolkata', '2026-01-01T12:00:00', '2026-01-01T06:30:00'],
    ['+05:30', '2026-01-01T12:00:00', '2026-01-01T06:30:00'],
    ['-8', '2026-01-01T12:00:00', '2026-01-01T20:00:00'],
    ['UTC', '2026-01-01T12:00:00', '2026-01-01T12:00:00'],
    // An hour that the clock leaves out is counted on from before it.
    ['Europe/Berlin', '2026-03-29T02:30:00', '2026-03-29T01:30:00'],
  ])('in %s %s is %s', (name, local, expected) => {
    expect(zone(name).toUtc(utc(local), Number.NEGATIVE_INFINITY)).toBe(utc(expected));
  });

  test('the hour that comes twice is the second one once the first is over', () => {
    const berlin = zone('Europe/Berlin');
    expect(berlin.toUtc(utc('2025-10-26T02:30:00'), utc('2025-10-26T00:15:00'))).toBe(
      utc('2025-10-26T00:30:00'),
    );
    expect(berlin.toUtc(utc('2025-10-26T02:30:00'), utc('2025-10-26T00:45:00'))).toBe(
      utc('2025-10-26T01:30:00'),
    );
    // A clock that was set back is no second hour.
    expect(berlin.toUtc(utc('2025-10-26T02:30:00'), utc('2025-10-26T05:00:00'))).toBe(
      utc('2025-10-26T01:30:00'),
    );
    expect(berlin.toUtc(utc('2025-07-26T02:30:00'), utc('2025-07-26T05:00:00'))).toBe(
      utc('2025-07-26T00:30:00'),
    );
  });

  test('local times of a whole year come back by their offset', () => {
    const berlin = zone('Europe/Berlin');
    const year = fc.integer({
      min: utc('2025-01-01T00:00:00') / 1000,
      max: utc('2026-01-01T00:00:00') / 1000,
    });
    fc.assert(
      fc.property(year, (seconds) => {
        const parts = new Intl.DateTimeFormat('sv-SE', {
          timeZone: 'Europe/Berlin',
          dateStyle: 'short',
          timeStyle: 'medium',
        });
        const local = utc(parts.format(seconds * 1000).replace(' ', 'T'));
        expect(berlin.toUtc(local, seconds * 1000)).toBe(seconds * 1000);
      }),
    );
  });
});
