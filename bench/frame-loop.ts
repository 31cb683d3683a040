/** By how much a frame loop slows down with the SDK and an agent on the same machine, against the loop alone. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bot, connect } from '#src/sdk/index.js';
import type { Bench, BenchResult } from '#src/shapes/bench.js';
import { type AgentProcess, startAgentProcess } from './parts/agent-process.js';
import { costOf } from './parts/process-cost.js';
import { median, medianInterval, rounded } from './parts/statistics.js';

/** Rounds of the loop alone, with, with, alone; and how long each of the four takes, in ms. */
const ROUNDS = 25;
const BLOCK_MS = 500;
/** What a frame of the loop takes, in ms: 60 a second, about. */
const FRAME_MS = 15;
const WARM_UP_MS = 3_000;

/** The upper end of the interval is held: what the loop loses is then not more, but for one time in twenty. */
export const frameLoop: Bench = {
  name: 'frame-loop',
  takesS: 60,
  async measure({ runs, count }) {
    const agent = await startAgentProcess();
    const bot = connect('bench-bot', {
      url: agent.url,
      token: agent.token,
      knobs: { resolution: [416, 640], frameSkip: true },
    });
    try {
      while (!bot.connected) await sleep(20);
      const steps = stepsOf(FRAME_MS);
      await play(bot, steps, count(WARM_UP_MS));
      const rounds = runs === 1 ? 1 : ROUNDS;
      const percents: number[] = [];
      const agentPercents: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const alone = [await standing(agent, () => play(null, steps, count(BLOCK_MS)))];
        const beforeMs = cpuMsOf(agent);
        const startMs = performance.now();
        const beside = [await play(bot, steps, count(BLOCK_MS)), await play(bot, steps, count(BLOCK_MS))];
        agentPercents.push((100 * (cpuMsOf(agent) - beforeMs)) / (performance.now() - startMs));
        alone.push(await standing(agent, () => play(null, steps, count(BLOCK_MS))));
        percents.push(100 * (sum(beside) / sum(alone) - 1));
      }
      const [low, high] = medianInterval(percents);
      const result = (name: string, figure: number, of: number[], bar: BenchResult['bar']): BenchResult => ({
        name: `frame-loop/${name}`,
        figure: rounded(figure),
        unit: name === 'agent-cpu' ? '% of a core' : '%',
        against: name === 'agent-cpu' ? null : 'the loop alone, in turn',
        ratio: null,
        bar,
        runs: of.map(rounded),
      });
      return [
        result('slowdown', median(percents), percents, null),
        result('slowdown-low', low, percents, null),
        result('slowdown-high', high, percents, { of: 'figure', atMost: 1 }),
        result('agent-cpu', median(agentPercents), agentPercents, null),
      ];
    } finally {
      await bot.close();
      await agent.close();
    }
  },
};

/** Alone means without an agent: it stands still meanwhile, where a process can be made to. */
async function standing<T>({ pid }: AgentProcess, work: () => Promise<T>): Promise<T> {
  if (process.platform === 'win32') return work();
  process.kill(pid, 'SIGSTOP');
  try {
    return await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

/** 0 where the system does not tell. */
function cpuMsOf({ pid }: AgentProcess): number {
  return process.platform === 'linux' ? costOf(pid).cpuMs : 0;
}

const SIDE = 640;
const picture = new Uint8Array(SIDE * SIDE).map((_, at) => (at * 31) & 255);

/** A stage's work on a picture; the sum keeps it from being optimized away. */
function look(steps: number): number {
  let found = 0;
  for (let at = 0; at < steps; at++) found += picture[(at * 7) % picture.length] ?? 0;
  return found;
}

/** How many steps of work make a quarter of a frame of this length. */
function stepsOf(frameMs: number): number {
  const steps = 200_000;
  const times = Array.from({ length: 30 }, () => {
    const startMs = performance.now();
    look(steps);
    return performance.now() - startMs;
  });
  return Math.round((steps * frameMs) / 4 / median(times));
}

/** Mean time of a frame in ms, over this long; with a bot each frame is told as a bot tells it. */
async function play(bot: Bot | null, steps: number, forMs: number): Promise<number> {
  const work = (): number => look(steps);
  const startMs = performance.now();
  let frames = 0;
  do {
    if (bot === null) for (let stage = 0; stage < 4; stage++) work();
    else if (!bot.shouldSkip({ motionDetected: frames % 2 === 0 })) tellFrame(bot, work);
    frames++;
    // The loop's turn, in which the bot's lines go out.
    await new Promise<void>((resolve) => setImmediate(resolve));
  } while (performance.now() - startMs < forMs);
  return (performance.now() - startMs) / frames;
}

function tellFrame(bot: Bot, work: () => number): void {
  const frame = bot.frame([1_920, 1_080]);
  frame.stage('capture', work);
  const run = frame.inference('yolov8n', 640);
  const startMs = performance.now();
  frame.stage('yolo', work);
  run.recordInference(performance.now() - startMs);
  run.finish(3);
  frame.stage('ocr', work);
  frame.stage('act', work);
  frame.finish({ queueSize: 0 });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
