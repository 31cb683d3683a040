/**
 * A bot that Evenkeel steers. Put your own capture, model and actions in place of the three functions below.
 * `npm install && npm start` runs it, beside `evenkeel run` or without; `npm start -- 10` for ten seconds.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect } from 'evenkeel/sdk';

/** What a frame costs with each model, next to the smallest. */
const MODELS: Record<string, number> = { yolov8n: 1, yolov8s: 2.3 };
const SIZES = [416, 512, 640];
const FPS = 20;

const bot = connect('my-bot', {
  knobs: {
    model: Object.keys(MODELS),
    resolution: { values: SIZES, value: 640, safe: 416 },
    frameSkip: true,
  },
  maxFps: FPS,
});

let model = 'yolov8n';
// Called with each new value, one at a time. What it throws is told to the agent, and the model before stays.
bot.on('model', async (name) => {
  model = await loadModel(String(name));
});

async function loadModel(name: string): Promise<string> {
  await sleep(50);
  return name;
}

function capture(): Uint8Array {
  return new Uint8Array(640 * 640 * 3);
}

/** Takes as long as the model and the side of its input make it; returns how many things it found. */
function detect(image: Uint8Array, name: string, side: number): number {
  const bytes = image.subarray(0, side * side * 3);
  for (let pass = 0; pass < (MODELS[name] ?? 1) * 4; pass++) createHash('sha256').update(bytes).digest();
  return 3;
}

let isRunning = true;
const stop = (): void => {
  isRunning = false;
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
const seconds = Number(process.argv[2]);
if (seconds > 0) setTimeout(stop, seconds * 1000);

let processed = 0;
while (isRunning) {
  const startMs = performance.now();
  if (!bot.shouldSkip({ combatActive: false })) {
    const frame = bot.frame([1920, 1080]);
    const image = frame.stage('capture', capture);
    const run = frame.inference(model, Number(bot.decision.resolution));
    run.finish(detect(image, model, Number(bot.decision.resolution)));
    frame.finish();
    processed += 1;
  }
  await sleep(Math.max(1, 1000 / FPS - (performance.now() - startMs)));
}
const end = { processed, connected: bot.connected, problem: bot.problem, decision: bot.decision };
process.stdout.write(`${JSON.stringify(end)}\n`);
await bot.close();
