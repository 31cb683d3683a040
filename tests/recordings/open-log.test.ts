import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isGap } from '../../src/facts/gap.js';
import type { HeaderLine } from '../../src/recordings/format.js';
import { openLog } from '../../src/recordings/open-log.js';
import { type LogOptions, newLogReport } from '../../src/recordings/read-log.js';
import type { Sample } from '../../src/shapes/sample.js';
import { HEADER, sampleAt } from './helpers.js';
import { fixture } from './importers/fixtures.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-open-log-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function written(text: string): string {
  const path = join(folder, 'log');
  writeFileSync(path, text);
  return path;
}

async function open(
  path: string,
  options: LogOptions = {},
): Promise<{ header: HeaderLine; samples: Sample[] }> {
  let header: HeaderLine | null = null;
  const samples: Sample[] = [];
  for await (const line of openLog(path, options, newLogReport())) {
    if (line.kind === 'header') header = line;
    if (line.kind === 'sample') samples.push(line);
  }
  if (header === null) throw new Error('expected a header');
  return { header, samples };
}
const valuesOf = (samples: readonly Sample[], fact: string): unknown[] =>
  samples.map(({ readings }) => readings[fact]?.[0]);

describe('a log of another tool as a recording', () => {
  test('begins with a header whose interval is the middle step, and counts time from the first row', async () => {
    const { header, samples } = await open(fixture('nvidia-smi-units.csv'));
    expect(header.settings).toMatchObject({
      intervalMs: 1_000,
      tierMs: { fast: 1_000, rare: 1_000 },
      level: 'balanced',
    });
    expect(header.startedAt).toBe('2026-01-02T03:04:05.100');
    expect(samples.map(({ atMs }) => atMs)).toEqual([0, 1_000, 2_000]);
    expect(samples[0]?.wallMs).toBe(Date.parse('2026-01-02T03:04:05.100Z'));
    expect(samples[0]?.readings['gpu.1.temperatureC']).toEqual([35, 'measured', 0]);
  });

  test('leaves out what cannot be believed', async () => {
    const { samples } = await open(fixture('hwinfo.csv'));
    expect(valuesOf(samples, 'gpu.temperatureC')).toEqual([60, 61, undefined, 62]);
    expect(valuesOf(samples, 'gpu.powerW')).toEqual([200.125, 201.125, 202.125, 203.125]);
  });

  test('tells the share of a memory where the log tells what is used and what there is', async () => {
    const rows = ['15 W, 2048 MiB, 8192 MiB, 95', '15 W, 8193 MiB, 8192 MiB, 110', '15 W, 1 MiB, [N/A], 250'];
    const log = [
      'timestamp, power.draw, memory.used [MiB], memory.total [MiB], fan.speed [%]',
      ...rows.map((row, i) => `2026/01/02 03:04:0${i}.000, ${row}`),
    ];
    const { samples } = await open(written(log.join('\n')));
    expect(valuesOf(samples, 'gpu.memoryUsedPercent')).toEqual([25, undefined, undefined]);
    // A fan may be meant to turn faster than it was measured to: for rules that is 100 %, as it is live.
    expect(valuesOf(samples, 'gpu.fanPercent')).toEqual([95, 100, undefined]);
  });

  test('tells the margin to the limit that the card itself named', async () => {
    const { samples } = await open(fixture('hwinfo.csv'));
    expect(valuesOf(samples, 'gpu.thermalMarginC')).toEqual([24, 23, undefined, 22]);
  });

  test('believes a temperature far away only once a second one says the same', async () => {
    const temperatures = [60, 61, 95, 62, 30, 31, 90, 30];
    const rows = temperatures.map((c, i) => `2026/01/02 03:04:0${i}.000, ${c}`);
    const { samples } = await open(written(['timestamp, temperature.gpu', ...rows].join('\n')));
    expect(valuesOf(samples, 'gpu.temperatureC')).toEqual([
      60,
      61,
      undefined,
      62,
      undefined,
      31,
      undefined,
      30,
    ]);
  });

  test.each([
    ['a clock that goes back', 'nvidia-smi-clock-set-back.csv', 2],
    ['a session that begins anew', 'mangohud-0.8.2.csv', 2],
  ])('%s is a gap, and the ticks go on', async (_, name, at) => {
    const { header, samples } = await open(fixture(name));
    const gaps = samples.slice(1).map(({ atMs, wallMs }, i) => {
      const before = samples[i] ?? sampleAt(0);
      expect(atMs).toBeGreaterThan(before.atMs);
      return isGap(atMs - before.atMs, wallMs - before.wallMs, header.settings.intervalMs);
    });
    expect(gaps.indexOf(true)).toBe(at - 1);
    expect(gaps.filter((gap) => gap)).toHaveLength(1);
  });

  test("takes the frames of the program with the most, and not the desktop's, a sample a second", async () => {
    const header =
      'Application,ProcessID,SwapChainAddress,Runtime,SyncInterval,PresentFlags,Dropped,TimeInSeconds,msInPresentAPI,msBetweenPresents';
    const game = Array.from(
      { length: 300 },
      (_, i) => `game.exe,7,0xA,DXGI,0,0,0,${5 + (i + 1) * 0.0078125},0.1,7.8125`,
    );
    const desktop = Array.from(
      { length: 400 },
      (_, i) => `dwm.exe,8,0xB,DXGI,0,0,0,${5 + (i + 1) * 0.005},0.1,5`,
    );
    const path = written([header, ...desktop, ...game].join('\n'));
    const { samples } = await open(path);
    expect(samples.map(({ atMs }) => atMs)).toEqual([0, 1_000, 1_344]);
    expect(valuesOf(samples, 'frame.intervalMs')).toEqual([7.8125, 7.8125, 7.8125]);
    expect(valuesOf(samples, 'frame.fps')).toEqual([128, 128, 128]);
    const report = newLogReport();
    for await (const line of openLog(path, {}, report)) expect(line).toBeDefined();
    expect(report.notes).toEqual([
      'the log holds frames of dwm.exe (400 of 700), game.exe (300 of 700); --process takes those of one',
      'rules see the frames of game.exe (process 7, swap chain 0xA), 300 of 700; --process NAME or ID chooses another program',
    ]);
    const named = await open(path, { process: 'DWM.exe' });
    expect(valuesOf(named.samples, 'frame.fps')).toEqual([200, 200]);
    expect((await open(path, { process: '8' })).samples).toEqual(named.samples);
    await expect(open(path, { process: 'none.exe' })).rejects.toThrow('there are dwm.exe (8), game.exe (7)');
  });

  test('frames bring what was logged beside them', async () => {
    const { samples } = await open(fixture('frameview.csv'));
    expect(samples).toHaveLength(1);
    expect(samples[0]?.readings).toMatchObject({
      'gpu.powerW': [159, 'measured', 0],
      'frame.fps': [2000 / 78.5, 'measured', 0],
    });
  });

  test('a recording is given as it is', async () => {
    const lines = [HEADER, sampleAt(0), sampleAt(500)];
    const { header, samples } = await open(
      written(lines.map((line) => `${JSON.stringify(line)}\n`).join('')),
    );
    expect(header).toEqual(HEADER);
    expect(samples).toEqual([sampleAt(0), sampleAt(500)]);
  });
});
