/** Keeps a child process that may hang at any moment: it is killed without waiting, and the next question starts another. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { QuestionBody, Reply, ReplyBody } from './messages.js';

/** A process in a driver call that never returns cannot be killed either: no more than this many may wait for their end. */
const MOST_HANGING = 3;

/** One question at a time, each with a deadline. */
export class Supervisor {
  readonly #entry: URL;
  readonly #env: NodeJS.ProcessEnv;
  readonly #kill: (child: ChildProcess) => void;
  #child: ChildProcess | null = null;
  #settle: ((reply: Reply | Error) => void) | null = null;
  #nextId = 1;
  #hanging = 0;
  #endedCpuUs = 0;
  #childCpuUs = 0;
  #isClosed = false;

  /** `env` is the child's whole environment; `kill` ends a child, with SIGKILL unless said. */
  constructor(
    entry: URL,
    env: NodeJS.ProcessEnv,
    kill: (child: ChildProcess) => void = (child) => child.kill('SIGKILL'),
  ) {
    this.#entry = entry;
    this.#env = env;
    this.#kill = kill;
  }

  /** Whether the child that was asked before still runs, so that what it was told still holds. */
  get isAlive(): boolean {
    return this.#child !== null;
  }

  /** Processor time in µs of all children so far, as they last told it. */
  get cpuUs(): number {
    return this.#endedCpuUs + this.#childCpuUs;
  }

  /**
   * Asks the child, which is started where none runs.
   * @throws Error when it does not answer within `deadlineMs` or ends: it is gone then.
   */
  async ask(question: QuestionBody, deadlineMs: number): Promise<ReplyBody> {
    if (this.#isClosed) throw new Error('the cards are closed');
    if (this.#settle !== null) throw new Error('expected one question at a time');
    const child = this.#child ?? this.#start();
    const id = this.#nextId++;
    let timer: NodeJS.Timeout | undefined;
    const reply = await new Promise<Reply | Error>((resolve) => {
      this.#settle = resolve;
      timer = setTimeout(() => resolve(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
      child.send({ ...question, id }, (error) => {
        if (error !== null) resolve(error);
      });
    });
    clearTimeout(timer);
    this.#settle = null;
    if (reply instanceof Error) {
      this.discard();
      throw reply;
    }
    this.#childCpuUs = reply.cpuUs;
    return reply;
  }

  /** Ends the child without waiting for it; the next question starts another. */
  discard(): void {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    this.#endedCpuUs += this.#childCpuUs;
    this.#childCpuUs = 0;
    this.#hanging++;
    child.removeAllListeners();
    child.on('error', () => undefined);
    child.once('exit', () => {
      this.#hanging--;
    });
    this.#kill(child);
    if (child.connected) child.disconnect();
    child.unref();
  }

  /** Ends the child for good; what is being asked is refused. */
  close(): void {
    this.#isClosed = true;
    this.discard();
    this.#settle?.(new Error('the cards are closed'));
  }

  #start(): ChildProcess {
    if (this.#hanging >= MOST_HANGING) {
      throw new Error(`${this.#hanging} processes hang in the driver; none is added`);
    }
    const child = fork(fileURLToPath(this.#entry), {
      serialization: 'advanced',
      // Neither a debugger's port nor anything else of the agent's is the child's.
      execArgv: [],
      env: this.#env,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    const ended = (why: string) => (): void => {
      if (this.#child !== child) return;
      this.#child = null;
      this.#endedCpuUs += this.#childCpuUs;
      this.#childCpuUs = 0;
      this.#settle?.(new Error(why));
    };
    child.on('exit', (code, signal) => ended(`the reader ended (${signal ?? `code ${code}`})`)());
    child.on('error', (error) => ended(error.message)());
    child.on('message', (reply: Reply) => {
      // An answer to a question that nobody waits for any more would be taken for another one's.
      if (reply.id === this.#nextId - 1) this.#settle?.(reply);
    });
    this.#child = child;
    return child;
  }
}
