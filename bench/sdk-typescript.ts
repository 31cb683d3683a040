/** What a frame costs the bot's thread: begun, four stages, the inference in its parts, finished. */
import { createServer, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bot, type ConnectOptions, connect } from '#src/sdk/index.js';
import type { Bench, BenchResult } from '#src/shapes/bench.js';
import { startAgentProcess } from './parts/agent-process.js';
import { percentileOf, rounded } from './parts/statistics.js';

/** Frames of one run. */
const FRAMES = 8_000;
/** Frames between two turns of the bot's loop; the sender has its turn there. */
const FRAMES_A_TURN = 8;
/** Frames after which everything that runs often is compiled. */
const WARM_UP = 8_000;
/** The bar: µs of the bot's thread, the median frame. */
const MOST_US = 2;

/** p50 and p99 of a frame's calls with an agent, without one and with one that never reads; and all a frame costs with one. */
export const sdkTypescript: Bench = {
  name: 'sdk-typescript',
  takesS: 60,
  async measure({ runs, count }) {
    const results: BenchResult[] = [];
    const add = (name: string, figure: number, ofRuns: number[], bar: BenchResult['bar']): void => {
      const what = { name: `sdk-typescript/${name}`, figure: rounded(figure), unit: 'µs' };
      results.push({ ...what, against: null, ratio: null, bar, runs: ofRuns.map(rounded) });
    };
    const measureCase = async (name: string, bot: Bot): Promise<void> => {
      await playFrames(bot, count(WARM_UP));
      const played: Played[] = [];
      for (let run = 0; run < runs; run++) played.push(await playFrames(bot, count(FRAMES)));
      const all = played.flatMap(({ callsUs }) => callsUs);
      const each = (share: number): number[] => played.map(({ callsUs }) => percentileOf(callsUs, share));
      add(`${name}-p50`, percentileOf(all, 0.5), each(0.5), { of: 'figure', atMost: MOST_US });
      add(`${name}-p99`, percentileOf(all, 0.99), each(0.99), null);
      if (name !== 'connected') return;
      const whole = played.map(({ wholeUs }) => wholeUs);
      add('connected-with-sending', percentileOf(whole, 0.5), whole, null);
    };

    const agent = await startAgentProcess();
    try {
      await withBot({ url: agent.url, token: agent.token }, async (bot) => {
        while (!bot.connected) await sleep(20);
        await measureCase('connected', bot);
      });
    } finally {
      await agent.close();
    }
    // Nobody listens on the first port of all.
    await withBot({ url: 'http://127.0.0.1:1', token: 'none' }, (bot) => measureCase('disconnected', bot));
    const stalled = await openStalled();
    try {
      await withBot({ url: stalled.url, token: 'none' }, (bot) => measureCase('stalled', bot));
    } finally {
      stalled.close();
    }
    return results;
  },
};

async function withBot(where: Partial<ConnectOptions>, work: (bot: Bot) => Promise<void>): Promise<void> {
  const bot = connect('bench-bot', { knobs: { model: ['yolov8n'], frameSkip: true }, ...where });
  try {
    await work(bot);
  } finally {
    await bot.close();
  }
}

interface Played {
  /** Time of each frame's calls. */
  callsUs: number[];
  /** Processor time of this process for each frame, sending and garbage collection included, the loop itself not. */
  wholeUs: number;
}

async function playFrames(bot: Bot, frames: number): Promise<Played> {
  const callsUs: number[] = [];
  let bareUs = cpuUs();
  await turns(frames, () => undefined);
  bareUs = cpuUs() - bareUs;
  let wholeUs = cpuUs();
  await turns(frames, () => {
    const startMs = performance.now();
    playFrame(bot);
    callsUs.push((performance.now() - startMs) * 1000);
  });
  wholeUs = cpuUs() - wholeUs - bareUs;
  return { callsUs, wholeUs: Math.max(0, wholeUs / frames) };
}

function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

async function turns(frames: number, play: () => void): Promise<void> {
  for (let frame = 0; frame < frames; frame++) {
    play();
    if (frame % FRAMES_A_TURN === 0) await sleep(1);
  }
}

const work = (): void => undefined;
const SIZE = [1_920, 1_080] as const;

function playFrame(bot: Bot): void {
  const frame = bot.frame(SIZE);
  frame.stage('capture', work);
  frame.stage('yolo', work);
  const run = frame.inference('yolov8n', 640);
  run.recordPreprocessing(0.8);
  run.recordInference(6.1);
  run.recordPostprocessing(0.9);
  run.finish(7);
  frame.stage('ocr', work);
  frame.stage('act', work);
  frame.finish();
}

/** Takes connections and never reads from them. */
async function openStalled(): Promise<{ url: string; close(): void }> {
  const sockets: Socket[] = [];
  const server: Server = createServer({ pauseOnConnect: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    sockets.push(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
