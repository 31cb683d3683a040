/** The demo bot as a child of `run --demo`: started, told the target, ended with the run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Where the build puts the bot, beside this folder. */
const ENTRY = fileURLToPath(new URL('../examples/demo-bot/main.js', import.meta.url));
/** How long the bot may take to say bye before it is ended; the whole run ends within two seconds. */
const GRACE_MS = 1_200;

/** What the demo bot is started with. */
export interface DemoOptions {
  /** Where the agent listens, and its token. */
  url: string;
  token: string;
  pace: string;
  work: number;
  targetFps: number;
  /** Takes what the bot says to people, line by line. */
  say: (line: string) => void;
  /** Called when the bot ends by itself. */
  ended: (how: string) => void;
}

/** The running child; it does not outlive the run. */
export interface DemoBot {
  /** Tells a bot that is paced at the target another one. */
  setTarget(fps: number): void;
  stop(): Promise<void>;
}

/** Starts the child at once, with the agent's address in its environment. */
export function startDemoBot(options: DemoOptions): DemoBot {
  const child = spawn(process.execPath, [ENTRY, '--pace', options.pace, '--work', String(options.work)], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env,
      EVENKEEL_URL: options.url,
      EVENKEEL_TOKEN: options.token,
      EVENKEEL_DEMO_TARGET_FPS: String(options.targetFps),
    },
    windowsHide: true,
  });
  let isStopping = false;
  let target = options.targetFps;
  let rest = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) options.say(line);
  });
  child.on('error', (error) => options.say(`demo-bot: could not be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (!isStopping)
      options.ended(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`);
  });
  return {
    setTarget(fps) {
      if (fps === target || !child.connected) return;
      target = fps;
      child.send({ kind: 'targetFps', value: fps });
    },
    async stop() {
      isStopping = true;
      await end(child);
    },
  };
}

/** Closing the channel is the one way to ask that every platform has; a signal ends what does not listen. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const exited = once(child, 'exit');
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await exited;
  clearTimeout(timer);
}
