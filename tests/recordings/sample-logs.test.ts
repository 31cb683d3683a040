import { describe, expect, test } from 'vitest';
import { registerInspect } from '../../src/commands/inspect.js';
import type { Inspection } from '../../src/recordings/inspection.js';
import { openLog } from '../../src/recordings/open-log.js';
import { newLogReport } from '../../src/recordings/read-log.js';
import { runCommand } from '../commands/fake-io.js';
import {
  type ReferenceMetric,
  referenceFigures,
  sampleLog,
  withoutSampleLogs,
} from '../helpers/sample-logs.js';

/** The fact that each figure of the reference is of, and how many of the fact's unit one of the log's is. */
const FACTS: Record<string, readonly (readonly [fact: string, scale: number])[]> = {
  temp_c: [['gpu.temperatureC', 1]],
  hotspot_c: [['gpu.hotSpotC', 1]],
  power_w: [['gpu.powerW', 1]],
  util_pct: [['gpu.utilizationPercent', 1]],
  mem_util_pct: [['gpu.memoryBusyPercent', 1]],
  sm_clock_mhz: [['gpu.smClockMhz', 1]],
  mem_clock_mhz: [['gpu.memoryClockMhz', 1]],
  mem_used: [['gpu.memoryUsedMib', 1]],
  fan_pct: [['gpu.fanPercent', 1]],
  fps: [['frame.fps', 1]],
  frametime_ms: [['frame.intervalMs', 1]],
  cpu_temp_c: [['system.cpuTemperatureC', 1]],
  cpu_load_pct: [['system.cpuPercent', 1]],
  thermal_limit_c: [['limits.gpuThrottleC', 1]],
};
/** Flags become words, a share of the limit is no power, and a card's memory is no fact. */
const NO_FACTS = [
  'temp_limit',
  'power_limit_flag',
  'voltage_limit',
  'no_load_limit',
  'limit_thermal',
  'limit_power',
  'pviol_pct',
  'tviol',
  'power_pct_of_tdp',
  'mem_total',
];

const figures = Object.entries(referenceFigures());

describe.skipIf(withoutSampleLogs !== null)(
  `sample logs${withoutSampleLogs === null ? '' : ` (${withoutSampleLogs})`}`,
  () => {
    test.each(figures.filter(([, { note }]) => note === undefined))(
      'inspect tells the reference figures of %s',
      async (name, stats) => {
        const inspection: Inspection = (
          await runCommand(registerInspect, ['inspect', sampleLog(name), '--json'])
        ).json();
        expect(inspection.format).toBe(name.split('/')[0]);
        const cards = stats.gpus === undefined ? [stats] : Object.values(stats.gpus);
        const [first = stats] = cards;
        expect(inspection.samples).toBe(first.samples);
        if (first.duration_s !== undefined) expect(inspection.durationS).toBeCloseTo(first.duration_s, 3);
        expect(inspection.rejectedRows).toBe(stats.bad_rows ?? 0);
        expect(startS(inspection.start)).toBe(
          isDated(first.t_first) ? Math.round((first.t_first ?? 0) * 1000) / 1000 : null,
        );
        const scale = name.startsWith('mangohud/') ? 1024 : 1;
        for (const [card, { metrics = {} }] of cards.entries()) {
          const known = Object.entries(metrics).filter(([metric]) => !NO_FACTS.includes(metric));
          for (const [metric, reference] of known) {
            for (const [fact, one] of FACTS[metric] ?? [])
              compare(
                `${fact} of card ${card}`,
                inspection.facts[card === 0 ? fact : fact.replace('gpu.', `gpu.${card}.`)],
                reference,
                metric === 'mem_used' ? scale : one,
              );
            expect(FACTS[metric], metric).toBeDefined();
          }
        }
      },
    );

    test('a summary is told from a log', async () => {
      const summary = figures.find(([, { note }]) => note !== undefined)?.[0] ?? '';
      await expect(runCommand(registerInspect, ['inspect', sampleLog(summary)])).rejects.toThrow(
        'a summary of FrameView',
      );
    });

    test.each([
      ['gpu-z/torch_thermal_perfcap2.txt', { thermal: 213, none: 170 }],
      ['gpu-z/furmark_perfcap.txt', { power: 341, none: 243 }],
    ])('what GPU-Z tells of limits in %s becomes the words of gpu.limitedBy', async (name, expected) => {
      const words: Record<string, number> = {};
      for await (const line of openLog(sampleLog(name), {}, newLogReport())) {
        const word = line.kind === 'sample' ? line.readings['gpu.limitedBy']?.[0] : undefined;
        if (word !== undefined) words[String(word)] = (words[String(word)] ?? 0) + 1;
      }
      expect(words).toEqual(expected);
    });
  },
);

function isDated(firstS: number | undefined): boolean {
  return firstS !== undefined && firstS > 1e8;
}

function startS(start: string | null): number | null {
  if (start === null) return null;
  return Date.parse(start.endsWith('Z') ? start : `${start}Z`) / 1000;
}

function compare(
  what: string,
  found: Inspection['facts'][string] | undefined,
  reference: ReferenceMetric,
  scale: number,
): void {
  expect(found?.n, what).toBe(reference.n);
  for (const figure of ['min', 'mean', 'max', 'p95'] as const) {
    // The reference is rounded to four decimals.
    expect(
      Math.abs((found?.[figure] ?? Number.NaN) / scale - reference[figure]),
      `${figure} of ${what}`,
    ).toBeLessThan(0.0000501);
  }
}
