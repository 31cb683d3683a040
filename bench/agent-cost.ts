/** What a running agent costs: 40 rules, a card through NVML, one bot at 60 frames a second. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { loadBook } from '#src/agent/index.js';
import { readFolders } from '#src/rules/folders.js';
import { type Bot, connect } from '#src/sdk/index.js';
import type { Bench, BenchResult } from '#src/shapes/bench.js';
import { benchProfile } from './parts/hundred-rules.js';
import { costOf } from './parts/process-cost.js';
import { writeRules } from './parts/rule-texts.js';
import { openStandInCard, type StandInCard, standInLacks } from './parts/stand-in-card.js';
import { median, rounded } from './parts/statistics.js';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));
const RULES = 40;
const FPS = 60;
/** Time in ms before anything is measured: what runs often is compiled by then. */
const WARM_UP_MS = 10_000;
/** Time in ms of one run. */
const RUN_MS = 10_000;
/** 160 MB. */
const MOST_MIB = 152.5;
/** An agent that has not started by then never will. */
const START_MS = 30_000;

/** Processor time of the agent and the child that reads the card, of one core, and their memory. */
export const agentCost: Bench = {
  name: 'agent-cost',
  takesS: 130,
  lacks: standInLacks,
  async measure({ runs, count }) {
    const card = openStandInCard();
    try {
      const results: BenchResult[] = [];
      for (const [name, intervalMs, percent] of [
        ['1-hz', 1_000, 1],
        ['10-hz', 100, 5],
      ] as const) {
        const cost = await costAt(card, intervalMs, runs, count);
        const result = (
          of: string,
          unit: string,
          values: number[],
          bar: BenchResult['bar'],
        ): BenchResult => ({
          name: `agent-cost/${name}-${of}`,
          figure: rounded(median(values)),
          unit,
          against: null,
          ratio: null,
          bar,
          runs: values.map(rounded),
        });
        results.push(result('cpu', '% of a core', cost.percents, { of: 'figure', atMost: percent }));
        results.push(result('memory', 'MiB', cost.rssMib, { of: 'figure', atMost: MOST_MIB }));
      }
      return results;
    } finally {
      card.close();
    }
  },
};

interface Cost {
  percents: number[];
  rssMib: number[];
}

async function costAt(
  card: StandInCard,
  intervalMs: number,
  runs: number,
  count: (full: number) => number,
): Promise<Cost> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  const agent = startAgent(card, folder, intervalMs);
  let bot: Bot | undefined;
  let frames: NodeJS.Timeout | undefined;
  try {
    await isUp(folder);
    bot = connect('bench-bot', {
      stateDir: join(folder, 'state'),
      knobs: { model: ['yolov8n', 'yolov8s', 'yolov8m'], resolution: [416, 640], frameSkip: true },
    });
    frames = setInterval(() => sendFrame(bot), 1000 / FPS);
    await sleep(count(WARM_UP_MS));
    const cost: Cost = { percents: [], rssMib: [] };
    for (let run = 0; run < runs; run++) {
      const before = costOf(agent.pid ?? 0);
      const startMs = performance.now();
      await sleep(count(RUN_MS));
      const after = costOf(agent.pid ?? 0);
      cost.percents.push((100 * (after.cpuMs - before.cpuMs)) / (performance.now() - startMs));
      cost.rssMib.push(after.rssMib);
    }
    return cost;
  } finally {
    clearInterval(frames);
    await bot?.close();
    const ended = once(agent, 'exit');
    if (agent.exitCode === null && agent.kill('SIGTERM')) await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The real program, with nothing of this machine but its processor. */
function startAgent(card: StandInCard, folder: string, intervalMs: number): ChildProcess {
  const rules = join(folder, 'rules');
  mkdirSync(rules);
  const shipped = loadBook(readFolders([]).files, benchProfile()).book;
  if (shipped.rules.length < RULES)
    writeFileSync(join(rules, 'watched.yaml'), writeRules(RULES - shipped.rules.length));
  const args = ['run', '--gpu', 'nvml', '--port', '0', '--rules', rules, '--interval', String(intervalMs)];
  const env = {
    ...process.env,
    ...card.env,
    EVENKEEL_STATE_DIR: join(folder, 'state'),
    EVENKEEL_HARDWARE_DIR: join(folder, 'hardware'),
    EVENKEEL_GPU_HELPER: join(folder, 'gpu-helper.sock'),
  };
  return spawn(process.execPath, [MAIN, ...args, '--duration', '600'], { cwd: folder, env, stdio: 'ignore' });
}

async function isUp(folder: string): Promise<void> {
  const endMs = performance.now() + START_MS;
  while (!existsSync(join(folder, 'state', 'address'))) {
    if (performance.now() > endMs) throw new Error(`expected an agent within ${START_MS} ms`);
    await sleep(50);
  }
}

/** A frame that took 10 ms, 6 of them the detector's. */
function sendFrame(bot: Bot | undefined): void {
  if (bot === undefined || bot.shouldSkip()) return;
  const frame = bot.frame([1_920, 1_080]);
  frame.recordStage('capture', 2);
  frame.recordStage('yolo', 6);
  const inference = frame.inference(String(bot.decision.model ?? 'yolov8n'), 640);
  inference.recordPreprocessing(1);
  inference.recordInference(4);
  inference.recordPostprocessing(1);
  inference.finish(3);
  frame.finish({ queueSize: 0 });
}
