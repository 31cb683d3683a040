/** What the Python client costs a bot's thread, and by how much it slows a frame loop. */
import { execFile } from 'node:child_process';
import { createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Bench, BenchResult, Effort } from '#src/shapes/bench.js';
import { startAgentProcess } from './parts/agent-process.js';
import { findPython } from './parts/python.js';
import { median, medianInterval, percentileOf, rounded } from './parts/statistics.js';

const SCRIPT = fileURLToPath(new URL('../../clients/python/bench/frame_cost.py', import.meta.url));

/** Frames of one run. */
const FRAMES = 800;
/** Rounds of the frame loop, with, without, without, with; and how long each of the four takes, in ms. */
const ROUNDS = 25;
const BLOCK_MS = 400;
/** An address where nobody listens: the first port of all is never given away. */
const NOBODY = 'http://127.0.0.1:1';

/**
 * Time of one frame's calls (frame, four stages, an inference) between work of the bot's own: with an agent, without, and
 * with one that stalls; and after a rest, in which other programs took the caches.
 */
export const sdkPython: Bench = {
  name: 'sdk-python',
  takesS: 110,
  lacks: () => {
    const python = findPython();
    return typeof python === 'string' ? python : null;
  },
  async measure(effort) {
    const agent = await startAgentProcess();
    const stalled = await openStalled();
    try {
      return [
        ...(await costs('connected', ['cost', agent.url, agent.token], effort)),
        ...(await costs('disconnected', ['cost', NOBODY, ''], effort)),
        ...(await costs('stalled', ['cost', stalled.url, ''], effort)),
        ...(await costs('rested', ['rest', agent.url, agent.token], effort)),
        ...(await slowdown(agent.url, agent.token, effort)),
      ];
    } finally {
      stalled.close();
      await agent.close();
    }
  },
};

async function costs(of: string, args: readonly string[], effort: Effort): Promise<BenchResult[]> {
  const runs: number[][] = [];
  for (let run = 0; run < effort.runs; run++) {
    runs.push((await runPython(...args, effort.count(FRAMES))) as number[]);
  }
  const result = (name: string, share: number, bar: BenchResult['bar']): BenchResult => ({
    name: `sdk-python/${of}-${name}`,
    figure: rounded(percentileOf(runs.flat(), share)),
    unit: 'µs',
    against: null,
    ratio: null,
    bar,
    runs: runs.map((times) => rounded(percentileOf(times, share))),
  });
  const bar = of === 'rested' ? null : ({ of: 'figure', atMost: 15 } as const);
  return [result('p50', 0.5, bar), result('p99', 0.99, null)];
}

/** What was slower by how much, in %, of each round. */
interface Slowdowns {
  wall: number[];
  cpu: number[];
}

/** The bar holds the upper end of the interval: what the loop loses is then not more, but for one time in twenty. */
async function slowdown(url: string, token: string, effort: Effort): Promise<BenchResult[]> {
  const counts = [effort.count(ROUNDS), effort.count(BLOCK_MS)];
  const { wall, cpu } = (await runPython('loop', url, token, ...counts)) as Slowdowns;
  const result = (name: string, figure: number, values: number[], bar: BenchResult['bar']): BenchResult => ({
    name: `sdk-python/slowdown${name}`,
    figure: rounded(figure),
    unit: '%',
    against: 'the same loop without the client, in turn',
    ratio: null,
    bar,
    runs: values.map(rounded),
  });
  const [low, high] = medianInterval(wall);
  return [
    result('', median(wall), wall, null),
    result('-low', low, [low], null),
    result('-high', high, [high], { of: 'figure', atMost: 1 }),
    result('-cpu', median(cpu), cpu, null),
  ];
}

async function runPython(...args: readonly (string | number)[]): Promise<unknown> {
  const python = findPython();
  if (typeof python === 'string') throw new Error(python);
  const { stdout } = await promisify(execFile)(
    python.command,
    [...python.args, '-B', SCRIPT, ...args.map(String)],
    { encoding: 'utf8', maxBuffer: 16_777_216 },
  );
  return JSON.parse(stdout);
}

/** Takes connections and never reads from them. */
async function openStalled(): Promise<{ url: string; close: () => void }> {
  const sockets: Socket[] = [];
  const server: Server = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on('error', () => undefined);
    sockets.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
