/** A small vision bot on a made-up game: the loop that `npm start` shows the agent with. */
import { openRuntime, type Runtime } from 'evenkeel/models';
import { connect } from 'evenkeel/sdk';
import { type Arguments, parseArguments, USAGE } from './arguments.js';
import { applyKnobs, MODEL_NAMES, measureResolutionGapMs, offerKnobs, SIZES, START } from './knobs.js';
import { FRAME } from './layout.js';
import { runLoop } from './loop.js';
import { createMinimapReader } from './minimap.js';
import { createTextReader } from './ocr.js';
import { createPacer } from './pacer.js';
import { createScene } from './scene.js';
import { endAfter, listenForStop, listenForTarget } from './stopping.js';
import { createWorld } from './world.js';

const say = (text: string): void => {
  process.stderr.write(`demo-bot: ${text}\n`);
};

const args = readArguments();
const signal = listenForStop();
say('the weights are random: what is detected means nothing, what it costs is real');
const runtime = openRuntime({
  cacheDir: args.modelCache,
  seed: args.seed,
  streams: START.streams,
  onProgress: say,
});
signal.addEventListener('abort', () => void runtime.close());
try {
  await play(args, runtime, signal);
} catch (error) {
  // Whoever stops the bot while it loads has broken the load, not found a fault.
  if (!signal.aborted) {
    say(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
await runtime.close();
process.exit();

async function play(
  { pace, work, seed, durationMs }: Arguments,
  runtime: Runtime,
  signal: AbortSignal,
): Promise<void> {
  await runtime.load(START.model);
  const blank = { data: new Uint8Array(FRAME.width * FRAME.height * 4), ...FRAME };
  const gapMs = await measureResolutionGapMs(runtime, blank);
  const settings = { resolution: START.resolution, streams: START.streams };
  const bot = connect('demo-bot', {
    knobs: offerKnobs(gapMs),
    models: MODEL_NAMES.map((name) => ({ name, sizes: SIZES, precision: 'fp32', provider: 'cpu' })),
    loop: 'newest',
    ...(pace.kind === 'fixed' ? { maxFps: pace.fps } : {}),
  });
  applyKnobs(bot, runtime, settings);
  const pacer = createPacer(pace.kind === 'none' ? null : pace.fps);
  listenForTarget((fps) => {
    if (pace.kind === 'target') pacer.fps = fps;
  });
  try {
    const totals = await runLoop(
      {
        bot,
        runtime,
        settings,
        world: createWorld(seed),
        scene: createScene(seed),
        minimap: createMinimapReader(work),
        ocr: createTextReader(work),
        pacer,
        nowMs: () => performance.now(),
      },
      endAfter(durationMs, signal),
    );
    say(`bye after ${totals.processed} frames, ${totals.skipped} skipped`);
  } finally {
    await bot.close();
  }
}

function readArguments(): Arguments {
  try {
    return parseArguments(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}
