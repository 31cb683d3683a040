/** Looks at NVML in a child process with a deadline: a driver call may never return, and that is a finding. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LookStep, NvmlLook } from './look.js';

/** How the child is started. */
export interface OutsideLookOptions {
  /** Its whole environment. */
  env: NodeJS.ProcessEnv;
  /** The compiled entry; found beside this file unless said. */
  entry?: URL | undefined;
  /** In ms; 10 s unless said: without persistence a driver takes 1.5 s for each card to start. */
  withinMs?: number | undefined;
}

type Message = { kind: 'begins'; step: LookStep; library: string | null } | { kind: 'seen'; seen: NvmlLook };

/** What the child sees; where it does not answer or ends, the step that it was in. Never throws. */
export function lookFromOutside({ env, entry, withinMs = 10_000 }: OutsideLookOptions): Promise<NvmlLook> {
  const child = fork(fileURLToPath(entry ?? new URL('./look-child.js', import.meta.url)), {
    execArgv: [],
    env,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  let step: LookStep = 'koffi';
  let library: string | null = null;
  return new Promise((resolve) => {
    const stop = (why: string): void => resolve({ ok: false, step, library, code: null, why });
    const timer = setTimeout(() => {
      stop(`no answer within ${withinMs / 1000} s`);
      // Nobody waits for its end: a process in a call that does not return takes no signal.
      child.kill('SIGKILL');
      child.disconnect();
      child.unref();
    }, withinMs);
    child.on('message', (message: Message) => {
      if (message.kind === 'seen') resolve(message.seen);
      else ({ step, library } = message);
    });
    child.on('error', (error) => stop(error.message));
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      stop(`the process that looked ended (${signal ?? `code ${code}`})`);
    });
  });
}
