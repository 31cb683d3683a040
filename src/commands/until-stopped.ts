/** What ends a run: a signal, the parent's end under npm, a duration, or the program itself. */

/** Exit codes of the signals, as shells give them. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
/** How often the parent is looked at, in ms. */
const PARENT_EVERY_MS = 500;

/** Waits for whatever ends a run first; what comes later changes nothing. */
export interface Stopper {
  /** Resolves with the exit code once something ends the run. */
  readonly stopped: Promise<number>;
  /** Ends the run after this time from now on. */
  after(ms: number): void;
  /** Ends the run with this code. */
  stop(code: number): void;
  /** Takes the handlers away. */
  close(): void;
}

/** Listens for what ends a run. A second signal while it ends changes nothing: what was changed is given back once. */
export function listenForStop(env: NodeJS.ProcessEnv): Stopper {
  let stop: (code: number) => void = () => {};
  const stopped = new Promise<number>((resolve) => {
    stop = resolve;
  });
  const handlers = Object.entries(SIGNALS).map(([signal, code]) => {
    const handler = (): void => stop(code);
    process.on(signal, handler);
    return (): unknown => process.off(signal, handler);
  });
  const timers: NodeJS.Timeout[] = [];
  if (env.npm_lifecycle_event !== undefined) {
    // npm puts a shell between, which swallows SIGTERM: its end is seen by the parent's change.
    const parent = process.ppid;
    timers.push(setInterval(() => process.ppid !== parent && stop(SIGNALS.SIGTERM), PARENT_EVERY_MS));
  }
  return {
    stopped,
    after: (ms) => {
      timers.push(setTimeout(() => stop(0), ms));
    },
    stop,
    close() {
      for (const off of handlers) off();
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
