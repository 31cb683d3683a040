/** What a recording costs: its share of a tick, its bytes an hour, and how long compressing a segment holds the loop up. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Core } from '#src/agent/core.js';
import { StateLog } from '#src/agent/state-log.js';
import { compressSegment } from '#src/recordings/compress.js';
import { FORMAT, FORMAT_VERSION, type RecordingLine } from '#src/recordings/format.js';
import { Scrubber } from '#src/recordings/scrub.js';
import { segmentPath } from '#src/recordings/segments.js';
import { startRecording } from '#src/recordings/writer.js';
import type { Bench, BenchResult } from '#src/shapes/bench.js';
import { SETTINGS } from './parts/drive.js';
import { benchProfile, hundredRules } from './parts/hundred-rules.js';
import { median, percentileOf, rounded } from './parts/statistics.js';
import { TICK_MS, Traffic } from './parts/traffic.js';

/** An hour of ticks. */
const TICKS = 3_600_000 / TICK_MS;
const MIB = 1024 * 1024;
/** Finer than what a loop's timers can be held up by unnoticed, in ms. */
const LAG_RESOLUTION_MS = 1;
const WHO = { host: 'bench-host', user: 'bench-user', home: '/home/bench-user', cardUuids: [] };

/** Figures of one run. */
interface Measured {
  tickUs: number;
  plainMib: number;
  packedMib: number;
  lagMs: number;
}

/** The lines of an hour of a bot at 60 frames a second, written as a live run writes them. */
export const recording: Bench = {
  name: 'recording',
  takesS: 60,
  async measure({ runs, count }) {
    const all: Measured[] = [];
    for (let run = 0; run < runs; run++) all.push(await measureOnce(run + 1, count(TICKS)));
    const figure = (
      name: string,
      unit: string,
      of: (one: Measured) => number,
      bar: BenchResult['bar'] = null,
    ): BenchResult => ({
      name: `recording/${name}`,
      figure: rounded(median(all.map(of))),
      unit,
      against: null,
      ratio: null,
      bar,
      runs: all.map((one) => rounded(of(one))),
    });
    return [
      figure('tick', 'µs', ({ tickUs }) => tickUs),
      figure('hour', 'MiB', ({ plainMib }) => plainMib),
      figure('hour-compressed', 'MiB', ({ packedMib }) => packedMib),
      figure('compress-lag', 'ms', ({ lagMs }) => lagMs, { of: 'figure', atMost: 25 }),
    ];
  },
};

async function measureOnce(start: number, ticks: number): Promise<Measured> {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'));
  try {
    const times = await writeTicks(join(folder, 'run'), start, ticks);
    const path = segmentPath(join(folder, 'run'), 1);
    const plain = (await stat(path)).size;
    const delay = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
    delay.enable();
    await compressSegment(path);
    delay.disable();
    const packed = (await stat(`${path}.gz`)).size;
    const hour = TICKS / ticks / MIB;
    return {
      tickUs: percentileOf(times, 0.5) * 1000,
      plainMib: plain * hour,
      packedMib: packed * hour,
      lagMs: Number.isFinite(delay.max) ? delay.max / 1e6 : 0,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The time in ms that each tick's lines took on the loop's own thread. */
async function writeTicks(folder: string, start: number, ticks: number): Promise<number[]> {
  const profile = benchProfile();
  const core = new Core(SETTINGS, profile, hundredRules(profile), { engine: 'compiled' });
  const traffic = new Traffic(start, profile);
  const scrubber = new Scrubber(WHO);
  const stateLog = new StateLog();
  const writer = await startRecording(folder, {
    onFailure: (why) => {
      throw new Error(why);
    },
    rewrite: (line) => scrubber.line(line),
  });
  writer.write({
    kind: 'header',
    format: FORMAT,
    version: FORMAT_VERSION,
    agentVersion: '',
    startedAt: '',
    settings: SETTINGS,
    profile: { name: profile.name, files: [], overlay: { limits: {}, level: {}, knobs: {} } },
    card: { name: '', simulated: true },
    simulated: ['gpu'],
  });
  const times: number[] = [];
  for (let i = 0; i < ticks; i++) {
    const sample = traffic.next();
    const result = await core.tick(sample);
    traffic.answer(result);
    const startMs = performance.now();
    const lines: (RecordingLine | null)[] = [
      sample,
      result.digestLine === null ? null : { kind: 'decision', line: result.digestLine },
      stateLog.after(core.snapshot(), result),
    ];
    for (const line of lines) if (line !== null) writer.write(line);
    times.push(performance.now() - startMs);
    // The disk has its turn, as it has between two ticks of a run.
    if (i % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
  }
  await writer.close();
  return times;
}
