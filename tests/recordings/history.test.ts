import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cell, toPoints } from '../../src/recordings/history/cells.js';
import { DayFiles } from '../../src/recordings/history/day-files.js';
import { ROLL_UP_MS, RollUp } from '../../src/recordings/history/roll-up.js';
import { SECONDS, SecondRing } from '../../src/recordings/history/seconds.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-history-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const cell = (wallMs: number, min: number, mean = min, max = mean): Cell => ({
  wallMs,
  forMs: ROLL_UP_MS,
  min,
  mean,
  max,
});

describe('points', () => {
  test('keep what was smallest and largest, weigh the mean by time, and leave gaps as gaps', () => {
    const cells = [
      cell(0, 1, 2, 3),
      cell(10_000, 0, 4, 5),
      { ...cell(10_000, 9, 9, 9), forMs: 1_000 },
      cell(40_000, 7),
    ];
    expect(toPoints(cells, { fromMs: 0, toMs: 60_000, points: 3, leastMs: 10_000 })).toEqual({
      stepMs: 20_000,
      times: [0, 20_000, 40_000],
      min: [0, null, 7],
      mean: [(2 * 10 + 4 * 10 + 9) / 21, null, 7],
      max: [9, null, 7],
    });
  });

  test('stand on a grid of the clock, never finer than what is kept', () => {
    const { times, stepMs } = toPoints([], { fromMs: 12_345, toMs: 52_345, points: 300, leastMs: 10_000 });
    expect([stepMs, times]).toEqual([10_000, [10_000, 20_000, 30_000, 40_000, 50_000]]);
  });

  test('lose no extreme, whatever is asked for', () => {
    const value = fc.double({ noNaN: true, min: -1e6, max: 1e6 });
    const cells = fc.array(fc.tuple(fc.nat(1_000_000), value), { minLength: 1 });
    fc.assert(
      fc.property(cells, fc.integer({ min: 2, max: 500 }), (all, points) => {
        const span = { fromMs: 0, toMs: 1_000_001, points, leastMs: 1_000 };
        const { min, mean, max, times } = toPoints(
          all.map(([at, one]) => cell(at, one)),
          span,
        );
        const values = all.map(([, one]) => one);
        expect(Math.min(...min.filter((one) => one !== null))).toBe(Math.min(...values));
        expect(Math.max(...max.filter((one) => one !== null))).toBe(Math.max(...values));
        expect(times.length).toBeLessThanOrEqual(points + 1);
        for (const [i, one] of mean.entries()) {
          if (one === null) continue;
          expect(one).toBeGreaterThanOrEqual((min[i] ?? 0) - 1e-6);
          expect(one).toBeLessThanOrEqual((max[i] ?? 0) + 1e-6);
        }
      }),
    );
  });
});

test('a ring gives the seconds of the last quarter of an hour and forgets the others', () => {
  const ring = new SecondRing();
  for (let s = 0; s < SECONDS + 10; s++) {
    ring.add(s * 1_000 + 100, s);
    ring.add(s * 1_000 + 600, s + 1);
  }
  const cells = [...ring.cells(0, 1e9)].sort((a, b) => a.wallMs - b.wallMs);
  expect(cells).toHaveLength(SECONDS);
  expect(cells[0]).toEqual({ wallMs: 10_000, forMs: 1_000, min: 10, mean: 10.5, max: 11 });
  expect([...ring.cells(20_000, 22_000)]).toHaveLength(3);
});

test('a roll-up is of ten seconds of the clock; a fact keeps its place while it is silent', () => {
  const rollUp = new RollUp();
  expect(rollUp.due(12_000)).toBeNull();
  rollUp.add('gpu.powerW', 1);
  rollUp.add('gpu.powerW', 2.123456);
  rollUp.add('system.load1', 3);
  expect(rollUp.due(19_999)).toBeNull();
  expect(rollUp.due(20_000)).toEqual({
    wallMs: 10_000,
    facts: ['gpu.powerW', 'system.load1'],
    values: [[1, 1.5617, 2.1235], 3],
  });
  rollUp.add('system.load1', 4);
  expect(rollUp.take()).toMatchObject({ wallMs: 20_000, values: [null, 4] });
});

describe('the files of days', () => {
  const DAY = 86_400_000;
  const today = Math.floor(Date.now() / DAY) * DAY;
  const row = (wallMs: number, value: number, facts = ['gpu.powerW']) => ({
    wallMs,
    facts,
    values: facts.map((_, i) => value + i),
  });
  const read = async (fact: string, from = 0, to = Number.MAX_SAFE_INTEGER): Promise<number[]> => {
    const found: number[] = [];
    const files = new DayFiles(folder, 30);
    for await (const { mean } of files.cells(
      fact,
      Math.max(from, today - 40 * DAY),
      Math.min(to, today + 2 * DAY),
    ))
      found.push(mean);
    return found;
  };

  test('hold each fact in its place, whichever facts there are', async () => {
    const files = new DayFiles(folder, 30);
    await files.append(row(today, 1));
    await files.append(row(today + 10_000, 2, ['system.load1', 'gpu.powerW']));
    await files.append(row(today + 20_000, 4, ['system.load1']));
    expect(await read('gpu.powerW')).toEqual([1, 3]);
    expect(await read('system.load1')).toEqual([2, 4]);
    expect(await read('gpu.hotSpotC')).toEqual([]);
    expect(await read('gpu.powerW', today + 10_000, today + 10_000)).toEqual([3]);
  });

  test('go on after a kill that left half a line, and after a restart with other facts', async () => {
    await new DayFiles(folder, 30).append(row(today, 1));
    const [name = ''] = readdirSync(folder);
    appendFileSync(join(folder, name), '{"wallMs":12,"val');
    await new DayFiles(folder, 30).append(row(today + 10_000, 5, ['system.load1', 'gpu.powerW']));
    expect(await read('gpu.powerW')).toEqual([1, 6]);
  });

  test('are one for each day; days before are compressed, and the oldest go, but nobody else’s file', async () => {
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    const name = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
    writeFileSync(join(folder, `${name(today - 31 * DAY)}.ndjson`), 'old\n');
    writeFileSync(join(folder, `${name(today - 32 * DAY)}.ndjson.gz`), 'older\n');
    const files = new DayFiles(folder, 30);
    await files.append(row(today - 10_000, 1));
    await files.append(row(today, 2));
    expect(readdirSync(folder).sort()).toEqual([
      `${name(today - DAY)}.ndjson.gz`,
      `${name(today)}.ndjson`,
      'notes.txt',
    ]);
    expect(await read('gpu.powerW')).toEqual([1, 2]);
    expect(readFileSync(join(folder, `${name(today)}.ndjson`), 'utf8').split('\n')[0]).toBe(
      '{"facts":["gpu.powerW"]}',
    );
  });

  test('of rubbish are read as far as they are none', async () => {
    const name = `${new Date(today).toISOString().slice(0, 10)}.ndjson`;
    const lines = [
      '{"facts":7}',
      '{"facts":["gpu.powerW"]}',
      `{"wallMs":${today},"values":7}`,
      `{"wallMs":${today},"values":["x"]}`,
      `{"wallMs":${today},"values":[[1,"2",3]]}`,
      'rubbish',
      `{"wallMs":${today},"values":[8]}`,
    ];
    writeFileSync(join(folder, name), lines.join('\n'));
    expect(await read('gpu.powerW')).toEqual([8]);
  });
});
