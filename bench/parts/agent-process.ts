/** An agent in a process of its own, with nothing of this machine but its processor. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../main.js', import.meta.url));

/** An agent that has not started by then never will, in ms. */
const START_MS = 30_000;

/** No measurement takes longer, in s: an agent whose measurement was killed ends by itself. */
const LONGEST_S = 600;

/** Where it listens, its token, and its end. */
export interface AgentProcess {
  url: string;
  token: string;
  pid: number;
  close(): Promise<void>;
}

/** Starts one over a simulated card with the shipped rules, and waits until it listens. */
export async function startAgentProcess(): Promise<AgentProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  const state = join(folder, 'state');
  const env = {
    ...process.env,
    EVENKEEL_STATE_DIR: state,
    EVENKEEL_HARDWARE_DIR: join(folder, 'hardware'),
    EVENKEEL_GPU_HELPER: join(folder, 'gpu-helper.sock'),
  };
  const args = [MAIN, 'run', '--gpu', 'simulated', '--port', '0', '--duration', String(LONGEST_S)];
  const agent = spawn(process.execPath, args, { cwd: folder, env, stdio: 'ignore' });
  const close = async (): Promise<void> => {
    const ended = once(agent, 'exit');
    if (agent.exitCode === null && agent.kill('SIGTERM')) await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const endMs = performance.now() + START_MS;
  while (!existsSync(join(state, 'address'))) {
    if (agent.exitCode !== null || performance.now() > endMs) {
      await close();
      throw new Error(`expected an agent within ${START_MS} ms, got exit code ${agent.exitCode}`);
    }
    await sleep(20);
  }
  const read = (name: string): string => readFileSync(join(state, name), 'utf8').trim();
  return { url: read('address'), token: read('token'), pid: agent.pid ?? 0, close };
}
