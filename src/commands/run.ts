/** `evenkeel run`: the agent, with the demo bot when asked, until something ends it. */
import { homedir } from 'node:os';
import type { Command } from 'commander';
import type { Log, Totals } from '../agent/index.js';
import { type RunningAgent, startAgent } from '../run/start-agent.js';
import { resolveRun, type Settings } from '../settings/index.js';
import { stateFolder } from '../state-folder.js';
import { type DemoBot, startDemoBot } from './demo-child.js';
import type { Io } from './io.js';
import { joinLines } from './join-lines.js';
import { addRunFlags, type RunFlags } from './run-flags.js';
import { type Output, openOutput } from './run-output.js';
import { listenForStop } from './until-stopped.js';

/** Adds the verb `run`. */
export function registerRun(program: Command, io: Io): void {
  const command = program
    .command('run')
    .description('run the agent beside a bot; without a verb: with the demo bot');
  addRunFlags(command)
    .addHelpText('after', '\nExample:\n  evenkeel run --rules my-rules --profile rtx-4090 --mode recommend')
    .action(async (flags: RunFlags) => io.exit(await run(flags, io)));
}

async function run(flags: RunFlags, io: Io): Promise<number> {
  const { settings, origins, warnings } = resolveRun(flags, io.env);
  const { demo: isDemo, durationS } = settings.run;
  const output = openOutput(io, { isJson: flags.json === true, logLevel: settings.logLevel });
  for (const warning of warnings) output.log('warn', warning);
  const stopper = listenForStop(io.env);
  let running: RunningAgent | null = null;
  let demo: DemoBot | null = null;
  try {
    const started = await startAgent({
      settings,
      stateFolder: stateFolder(process.platform, io.env, homedir()),
      isDemo,
      isLevelGiven: ['flag', 'environment'].includes(origins.level?.from ?? ''),
      log: output.log,
      env: io.env,
    });
    running = started;
    if (durationS !== undefined) stopper.after(durationS * 1000);
    output.log('info', `listening on ${started.server.url}`);
    if (isDemo) demo = startDemo(started, settings.run, output.log, stopper.stop);
    else output.hint(joinLines(started.server.url));
    const bot = demo;
    const unsubscribe = started.agent.subscribe((event) => {
      output.event(event, started.agent);
      if (event.kind === 'sample')
        bot?.setTarget(Number(event.state.facts['level.targetFps']?.value ?? started.targetFps));
    });
    const code = await stopper.stopped;
    unsubscribe();
    return await finish(started, demo, output, code);
  } catch (error) {
    output.close();
    await demo?.stop();
    await running?.stop();
    throw error;
  } finally {
    stopper.close();
  }
}

function startDemo(
  { server, token, targetFps }: RunningAgent,
  { pace, work }: Settings['run'],
  log: Log,
  stop: (code: number) => void,
): DemoBot {
  return startDemoBot({
    url: server.url,
    token,
    pace,
    work,
    targetFps,
    say: (line) => log('info', line),
    ended: (how) => {
      log('error', `the demo bot ${how}; the run ends with it`);
      stop(2);
    },
  });
}

async function finish(
  running: RunningAgent,
  demo: DemoBot | null,
  output: Output,
  code: number,
): Promise<number> {
  await demo?.stop();
  const totals: Totals = await running.stop();
  output.close();
  output.totals(totals);
  return code;
}
