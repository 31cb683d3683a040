/** How many lines of frames a second go from a socket's pieces into the fact store, and what becomes of more than that. */
import { Core } from '#src/agent/core.js';
import { Inbox } from '#src/agent/inbox.js';
import { BotRegistry, LINE_LIMIT_BYTES } from '#src/bot/index.js';
import { LineIntake } from '#src/server/line-intake.js';
import { LineSplitter } from '#src/server/line-splitter.js';
import type { Bench, BenchResult } from '#src/shapes/bench.js';
import { SETTINGS } from './parts/drive.js';
import { frameLine } from './parts/frame-lines.js';
import { benchProfile, hundredRules } from './parts/hundred-rules.js';
import { compareInTurn, median, rounded } from './parts/statistics.js';
import { TICK_MS } from './parts/traffic.js';

/** Two seconds of what the agent has to take in. */
const FRAMES = 200_000;
const FRAMES_A_S = 100_000;
/** As much as a socket hands over at once. */
const PIECE_BYTES = 65_536;
/** Most frames held where no tick comes; half as many again are sent. */
const QUEUE_LIMIT = 10_000;
const HELLO = { protocol: 1, name: 'bench-bot', knobs: { frameSkip: { range: [0, 0.8], value: 0 } } };

/** Lines to facts by processor time against reading their JSON alone; frames lost on the way, and beyond it. */
export const ingest: Bench = {
  name: 'ingest',
  takesS: 20,
  async measure({ runs, count }) {
    const frames = count(FRAMES);
    const lines = Array.from({ length: frames }, (_, i) => frameLine(i, 1000 / FRAMES_A_S));
    const body = Buffer.from(`${lines.join('\n')}\n`);
    const lost: number[] = [];
    const { times, ratios } = await compareInTurn(
      runs,
      async () => {
        const { cpuUs, processed } = await ingestAll(body, frames);
        lost.push(frames - processed);
        return cpuUs;
      },
      () => parseAll(lines),
    );
    const unaccounted = Array.from({ length: runs }, () => overload(lines.slice(0, (QUEUE_LIMIT * 3) / 2)));
    return [
      {
        name: 'ingest',
        figure: rounded(frames / (median(times) / 1e6)),
        unit: 'frames/s of one core',
        against: 'JSON.parse of the same lines alone',
        ratio: rounded(median(ratios)),
        bar: { of: 'figure', atLeast: FRAMES_A_S },
        runs: times.map((cpuUs) => rounded(frames / (cpuUs / 1e6))),
      },
      // The first is the warm-up's, which is no run.
      none('ingest/lost', lost.slice(-runs)),
      none('ingest/overload-lost-uncounted', unaccounted),
    ];
  },
};

/** A count of frames that is nothing or a fault. */
function none(name: string, runs: number[]): BenchResult {
  const figure = Math.max(...runs);
  return { name, figure, unit: 'frames', against: null, ratio: null, bar: { of: 'figure', atMost: 0 }, runs };
}

/** Takes in all pieces, with a tick of a hundred rules for every half a second's worth of frames. */
async function ingestAll(body: Buffer, frames: number): Promise<{ cpuUs: number; processed: number }> {
  const profile = benchProfile();
  const core = new Core(SETTINGS, profile, hundredRules(profile), { engine: 'compiled' });
  const inbox = new Inbox();
  const bots = openBots((lines) => inbox.take(lines));
  const intake = new LineIntake(bots, bots.hello(HELLO).session);
  const splitter = new LineSplitter(LINE_LIMIT_BYTES);
  let atMs = 0;
  const tick = async (): Promise<void> => {
    atMs += TICK_MS;
    const events = inbox.takeEvents(bots.drain());
    await core.tick({ kind: 'sample', atMs, wallMs: atMs, cause: 'interval', readings: {}, events });
  };
  await tick();
  const before = process.cpuUsage();
  const piecesATick = Math.max(
    1,
    Math.round(((body.length / frames) * FRAMES_A_S * (TICK_MS / 1000)) / PIECE_BYTES),
  );
  for (let piece = 0; piece * PIECE_BYTES < body.length; piece++) {
    intake.takeText(splitter.push(body.subarray(piece * PIECE_BYTES, (piece + 1) * PIECE_BYTES)));
    if (piece % piecesATick === piecesATick - 1) await tick();
  }
  await tick();
  const { user, system } = process.cpuUsage(before);
  return { cpuUs: user + system, processed: inbox.counts.processed };
}

function parseAll(lines: readonly string[]): number {
  const before = process.cpuUsage();
  for (const line of lines) JSON.parse(line);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Frames that were sent where no tick comes and are neither held nor counted as dropped. */
function overload(lines: readonly string[]): number {
  const bots = openBots();
  const intake = new LineIntake(bots, bots.hello(HELLO).session);
  intake.takeText(lines.map((text, number) => ({ number, text })));
  const held = bots.drain().filter((item) => item.kind === 'line').length;
  return lines.length - held - bots.counters.dropped;
}

function openBots(onLines?: ConstructorParameters<typeof BotRegistry>[0]['onLines']): BotRegistry {
  const { frames: frameRules } = hundredRules(benchProfile());
  return new BotRegistry({
    now: () => performance.now(),
    frameRules,
    queueLimit: QUEUE_LIMIT,
    ...(onLines === undefined ? {} : { onLines }),
  });
}
