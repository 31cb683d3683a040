import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inspectionText } from '../../../src/commands/inspect-text.js';
import { type Inspection, inspectLog } from '../../../src/recordings/inspection.js';
import { fixture } from './fixtures.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-cut-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function inspect(content: string | Buffer): Promise<Inspection> {
  const path = join(folder, 'log');
  writeFileSync(path, content);
  return inspectLog(path);
}

describe('the last line of a log that is still written to', () => {
  test('is left out where MangoHud was cut off within its time', async () => {
    const log = readFileSync(fixture('mangohud-0.5.csv'), 'utf8');
    const row = '62,22,92,52,62,1820,7000,3,9,7000';
    expect(await inspect(`${log}${row}00`)).toMatchObject({ samples: 3, segments: 1, rejectedRows: 0 });
    const cut = await inspect(`${log}${row}`);
    expect(cut).toMatchObject({ samples: 2, segments: 1, durationS: 0.1, rejectedRows: 1 });
    expect(cut.reasons[0]).toContain('the last line is cut off');
  });

  test('is left out where GPU-Z was cut off within a number', async () => {
    const log = readFileSync(fixture('gpu-z-old-names.txt'));
    expect(await inspect(log)).toMatchObject({ samples: 2, rejectedRows: 0 });
    const whole = log.subarray(0, log.lastIndexOf(','));
    expect((await inspect(whole.subarray(0, whole.length - 3))).reasons[0]).toContain(':3: it is cut off');
  });

  test.each([
    ['lacks the unit of the others', 'nvidia-smi-keyless.csv', 7, '"102.00" and no line end'],
    ['is shorter than the others', 'dmon-no-times.txt', 3, '"16" and no line end'],
  ])('is left out where its last number %s', async (_, name, keptChars, why) => {
    const log = readFileSync(fixture(name), 'utf8').trimEnd();
    const whole = await inspect(`${log}\n`);
    const cells = log.lastIndexOf(name.startsWith('dmon') ? '  ' : ',') + 1;
    const cut = await inspect(log.slice(0, cells + keptChars));
    expect(cut).toMatchObject({ samples: whole.samples - 1, rejectedRows: 1 });
    expect(cut.reasons[0]).toContain(why);
  });

  test('is taken where only its line end is missing', async () => {
    const log = readFileSync(fixture('nvidia-smi-keyless.csv'), 'utf8').trimEnd();
    expect(await inspect(log)).toMatchObject({ samples: 3, rejectedRows: 0 });
  });
});

describe('a row with more cells than the header', () => {
  test("is rejected of Afterburner, where commas at its end may be the spreadsheet's", async () => {
    const log = readFileSync(fixture('afterburner-two-cards.hml'), 'latin1').trimEnd();
    const whole = await inspect(log);
    const row = '80, 02-01-2026 03:04:07, 60.000,95.000,200.000,45.000,5.000,20.000,60.000';
    expect(await inspect(`${log}\n${row},,\n`)).toMatchObject({
      samples: whole.samples + 1,
      rejectedRows: 0,
    });
    for (const surplus of [`${row},8000.000\n`, `${row.replaceAll('.', ',')}\n`])
      expect(await inspect(`${log}\n${surplus}`)).toMatchObject({
        ...whole,
        rejectedRows: 1,
        reasons: [expect.stringContaining('columns')],
      });
  });

  test('is rejected of HWiNFO, also where the header ends with a separator', async () => {
    const rows = (header: string, row: string): string =>
      `Date,Time,"GPU Temperature [C]"${header}\n5.2.2026,21:0:43.720,60${row}\n`;
    expect(await inspect(`${rows(',', ',')}5.2.2026,21:0:44.720,61,9\n`)).toMatchObject({
      samples: 1,
      rejectedRows: 1,
    });
    expect(await inspect(`${rows('', ',')}5.2.2026,21:0:44.720,61,9\n`)).toMatchObject({
      samples: 1,
      rejectedRows: 1,
    });
  });

  test.each([
    [' RTX, 61, 200,50 W', 'a decimal comma'],
    [' RTX, P0, 200, 50 W', 'a value too many'],
  ])('is rejected of nvidia-smi where%s has %s and no comma in the name', async (cells) => {
    const header = 'timestamp, name, pstate, power.draw [W]\n2026/01/02 03:04:05.000, A, B, P0, 100.00 W\n';
    const found = await inspect(`${header}2026/01/02 03:04:06.000,${cells}\n`);
    expect(found).toMatchObject({ samples: 1, rejectedRows: 1, facts: { 'gpu.powerW': { max: 100 } } });
  });
});

describe('oddities of frames and text', () => {
  test("a later header of nvidia-smi pmon ends dmon's rows", async () => {
    const log = readFileSync(fixture('dmon-no-times.txt'), 'utf8');
    const whole = await inspect(log);
    const found = await inspect(`${log}# gpu pid type sm mem enc dec mclk pclk\n 0 1 C 9 9 9 9 9 9\n`);
    expect(found).toMatchObject({ samples: whole.samples, facts: whole.facts, rejectedRows: 1 });
    expect(found.reasons[0]).toContain('nvidia-smi pmon');
  });

  test('a generated frame without a time of its own is of the moment before', async () => {
    const log = readFileSync(fixture('presentmon-2-seconds.csv'), 'utf8');
    const generated = log.split('\n')[2]?.replace('Application,1.010,', 'Intel_XEFG,NA,') ?? '';
    const found = await inspect(`${log}${generated}\n`);
    expect(found).toMatchObject({ samples: 4, rejectedRows: 0, durationS: 0.021, segments: 1 });
  });

  test('UTF-16 without a mark is read as long as it is plain letters', async () => {
    const log = readFileSync(fixture('nvidia-smi-keyless.csv'), 'utf8');
    expect(await inspect(Buffer.from(log, 'utf16le'))).toMatchObject({
      format: 'nvidia-smi-csv',
      samples: 3,
      rejectedRows: 0,
    });
  });

  test("a spreadsheet's quotes are no part of nvidia-smi's names and cells", async () => {
    const log = '"timestamp","temperature.gpu","power.draw [W]"\n"2026/01/02 03:04:05.000","61","200.50 W"\n';
    expect(await inspect(log)).toMatchObject({
      format: 'nvidia-smi-csv',
      samples: 1,
      facts: { 'gpu.powerW': { max: 200.5 } },
    });
  });

  test("ticks of another rate than the usual one are told by the frames' own times", async () => {
    const [header = ''] = readFileSync(fixture('presentmon-2-ticks.csv'), 'utf8').split('\n');
    const rows = Array.from({ length: 50 }, (_, i) => {
      const cells = header.split(',').map((name) => {
        if (name === 'TimeInQPC') return String(1_000_000 + i * 33_000);
        return name === 'MsBetweenPresents' ? '10' : name === 'Application' ? 'game.exe' : '0';
      });
      return cells.join(',');
    });
    const found = await inspect([header, ...rows].join('\n'));
    expect(found.durationS).toBeCloseTo(0.49, 6);
  });

  test("FrameView's column of the other maker is empty, and the one that is told counts", async () => {
    const log = readFileSync(fixture('frameview.csv'), 'utf8');
    const amd = log.replaceAll(',NA,158,NA,', ',NA,NA,214,').replaceAll(',NA,159,NA,', ',NA,NA,215,');
    expect((await inspect(amd)).facts['gpu.powerW']).toMatchObject({ n: 2, min: 214, max: 215 });
    expect((await inspect(log)).facts['gpu.powerW']).toMatchObject({ n: 2, min: 158, max: 159 });
  });

  test('GPU-Z of 2019 tells the same by other names', async () => {
    const header = 'Date , GPU Core Clock [MHz] , GPU Memory Clock [MHz] , Power Consumption (W) [W] ,';
    expect(
      (await inspect(`${header}\n2019-05-06 07:08:09 , 1350.0 , 2000.0 , 140.5 ,\n`)).facts,
    ).toMatchObject({
      'gpu.graphicsClockMhz': { max: 1350 },
      'gpu.smClockMhz': { max: 1350 },
      'gpu.memoryClockMhz': { max: 2000 },
      'gpu.powerW': { max: 140.5 },
    });
  });

  test("CapFrameX's frames that lack a time or a frame time are counted", async () => {
    const record = (TimeInSeconds: number[], MsBetweenPresents: number[]): string =>
      JSON.stringify({ Info: {}, Runs: [{ CaptureData: { TimeInSeconds, MsBetweenPresents } }] });
    expect(await inspect(record([0, 0.01, 0.02], [10]))).toMatchObject({
      samples: 1,
      rejectedRows: 2,
      reasons: [expect.stringContaining('frame 1 has no frame time'), expect.stringContaining('frame 2 has')],
    });
    expect(await inspect(record([0], [10, 11]))).toMatchObject({ samples: 1, rejectedRows: 1 });
  });

  test('cards of one instant are one sample in any order, and a card that missed one has none', async () => {
    const rows = (...cards: [ms: string, card: number][]): string =>
      [
        'timestamp, index, power.draw [W]',
        ...cards.map(([ms, card]) => `2026/01/02 03:04:0${ms}, ${card}, 9${card} W`),
      ].join('\n');
    const turns = rows(['5.000', 0], ['5.001', 1], ['6.000', 1], ['6.001', 0], ['7.001', 0], ['7.000', 1]);
    expect(await inspect(`${turns}\n`)).toMatchObject({
      samples: 3,
      segments: 1,
      facts: { 'gpu.powerW': { n: 3, max: 90 }, 'gpu.1.powerW': { n: 3, min: 91 } },
    });
    const missed = rows(['5.000', 0], ['5.000', 1], ['6.000', 1], ['7.000', 0], ['7.000', 1]);
    expect(await inspect(`${missed}\n`)).toMatchObject({ samples: 3, facts: { 'gpu.powerW': { n: 2 } } });
  });

  test('marks for no value among memory are refused, and a cell that is none names its column', async () => {
    const row = (s: number, memory: string): string => `2026/01/02 03:04:0${s}.000, ${memory}, P8\n`;
    const log = `timestamp, memory.used [MiB], power.draw [W]\n${row(5, '4294967295 MiB')}${row(6, '60230584300921369 MiB')}`;
    const found = await inspect(log);
    expect(found.refused).toEqual({ 'gpu.memoryUsedMib': 2 });
    expect(found.notes[0]).toContain('of column 3 "power.draw [W]" cannot be read as gpu.powerW, first "P8"');
    expect(inspectionText('log', found)).toMatch(
      /^gpu\.memoryUsedMib +2 +4294967295 \d+ 60230584300921370 \d+ /m,
    );
  });
});
