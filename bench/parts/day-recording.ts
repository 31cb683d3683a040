/** A recording of a day at ten samples a second, as a run writes it: a bot at 60 frames a second, a card, the machine. */
import { open } from 'node:fs/promises';
import { profileOffer } from '#src/agent/index.js';
import { FORMAT, FORMAT_VERSION, type HeaderLine } from '#src/recordings/format.js';
import type { Sample } from '#src/shapes/sample.js';
import { benchProfile } from './hundred-rules.js';
import { Traffic } from './traffic.js';

/** Samples of a day, ten a second. */
export const DAY_SAMPLES = 864_000;
const TICK_MS = 100;
/** Different samples: ten minutes of them, then the same again at later times. */
const DIFFERENT = 6_000;
const LINES_AT_ONCE = 2_000;

const HEADER: HeaderLine = {
  kind: 'header',
  format: FORMAT,
  version: FORMAT_VERSION,
  agentVersion: 'bench',
  startedAt: '2026-01-01T00:00:00.000Z',
  settings: {
    intervalMs: TICK_MS,
    tierMs: { frame: TICK_MS, fast: TICK_MS, slow: 5_000, rare: 30_000, tick: TICK_MS },
    mode: 'enforce',
    level: 'balanced',
    consent: true,
  },
  profile: { name: 'rtx-4090', files: [], overlay: { limits: {}, level: {}, knobs: {} } },
  card: { name: 'bench', simulated: true },
  simulated: ['gpu'],
};

/** Writes `count` samples to `path`; returns the bytes. */
export async function writeDay(path: string, count: number): Promise<number> {
  const traffic = new Traffic(1, benchProfile(), TICK_MS);
  const tails: string[] = [];
  const devices = profileOffer(benchProfile()).filter(({ kind }) => kind === 'device');
  const first = traffic.next();
  const file = await open(path, 'w');
  let bytes = 0;
  const write = async (text: string): Promise<void> => {
    bytes += (await file.write(text)).bytesWritten;
  };
  await write(
    `${JSON.stringify(HEADER)}\n${lineOf(0, tailOf({ ...first, events: [...devices, ...first.events] }))}`,
  );
  for (let i = 1; i < Math.min(count, DIFFERENT); i++) tails.push(tailOf(traffic.next()));
  let lines: string[] = [];
  for (let i = 1; i < count; i++) {
    lines.push(lineOf(i, tails[i % tails.length] ?? ''));
    if (lines.length < LINES_AT_ONCE && i < count - 1) continue;
    await write(lines.join(''));
    lines = [];
  }
  await file.close();
  return bytes;
}

function lineOf(i: number, tail: string): string {
  const atMs = i * TICK_MS;
  return `{"kind":"sample","atMs":${atMs},"wallMs":${1_767_225_600_000 + atMs},${tail}\n`;
}

/** All of a line after its times. Sensors and clocks tell no more than thousandths. */
function tailOf({ cause, readings, events }: Sample): string {
  const thousandths = (_: string, value: unknown): unknown =>
    typeof value === 'number' ? Math.round(value * 1000) / 1000 : value;
  return JSON.stringify({ cause, readings, events }, thousandths).slice(1);
}
