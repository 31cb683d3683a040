/** The real program as a child process, with a state folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const MAIN = join(ROOT, 'dist', 'main.js');

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  /** What came on stdout so far. */
  stdout(): string;
  stderr(): string;
  ended: Promise<Ended>;
}

/** A new empty folder under the system's temporary one. */
export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'evenkeel-test-'));
}

export function startCli(
  args: readonly string[],
  options: { stateDir?: string; cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Running {
  const { npm_lifecycle_event: _npm, ...env } = process.env;
  const stateDir = options.stateDir ?? temporaryFolder();
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: options.cwd ?? temporaryFolder(),
    env: {
      ...env,
      EVENKEEL_STATE_DIR: stateDir,
      // Whatever this machine has borrowed is none of a test's business.
      EVENKEEL_HARDWARE_DIR: join(stateDir, 'hardware'),
      EVENKEEL_GPU_HELPER: join(stateDir, 'gpu-helper.sock'),
      // Generated models are the same for every test: one cache saves two seconds a test.
      XDG_CACHE_HOME: join(ROOT, 'node_modules', '.cache', 'evenkeel-test-models'),
      // Whatever driver this machine has: what tests see of a card must not depend on it.
      EVENKEEL_GPU: 'simulated',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, stdout: () => stdout, stderr: () => stderr, ended };
}

export async function runCli(
  args: readonly string[],
  options: Parameters<typeof startCli>[1] = {},
): Promise<Ended> {
  return startCli(args, options).ended;
}

/** Waits until `check` gives something, looking every 50 ms. */
export async function until<T>(
  what: string,
  check: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = 30_000,
): Promise<T> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const found = await check();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > endMs) throw new Error(`waited ${withinMs} ms in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The address a running agent listens on, read from its own log. */
export async function addressOf(running: Running): Promise<string> {
  return until('the agent listens', () => {
    if (running.child.exitCode !== null) throw new Error(`the agent ended: ${running.stderr()}`);
    return /listening on (http:\S+)/.exec(running.stderr())?.[1];
  });
}

/** The last line of stdout as JSON. */
export function lastLine(stdout: string): Record<string, unknown> {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>;
}
