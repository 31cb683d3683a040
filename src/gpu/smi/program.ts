/** nvidia-smi as a child that writes lines until it is ended, or ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { reasonOf } from '../../errors.js';
import { cpuTimeUs } from './cpu-time.js';
import { Lines } from './lines.js';

/** The program and what comes before its own arguments. */
export interface SmiProgram {
  file: string;
  args?: readonly string[];
}

/** Is told what a child does; nothing more after `kill`. */
export interface SmiChildListener {
  /** A line of its output or of its complaints. */
  line(text: string): void;
  /** How it ended, or why it could not be started, with what it said last. */
  ended(why: string): void;
}

/** What is kept of the last line to tell a person, in characters. */
const TOLD = 300;

/** One run of the program. It does not keep this process from ending. */
export class SmiChild {
  readonly #child: ChildProcess;
  #listener: SmiChildListener | null;
  #last = '';
  #isAlive = true;
  #cpuUs = 0;

  constructor({ file, args = [] }: SmiProgram, rest: readonly string[], listener: SmiChildListener) {
    this.#listener = listener;
    // A comma for a decimal point would be one more column.
    const env = { ...process.env, LC_ALL: 'C' };
    const child = spawn(file, [...args, ...rest], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    this.#child = child;
    child.unref();
    const pipes = [child.stdout, child.stderr].map((pipe) => {
      const lines = new Lines((line) => this.#line(line));
      pipe?.on('data', (chunk: Buffer) => lines.add(chunk));
      (pipe as Socket | null)?.unref();
      return lines;
    });
    child.once('error', (error) => this.#ended(`it cannot be started: ${reasonOf(error)}`));
    child.once('exit', () => {
      this.#isAlive = false;
    });
    // What it wrote last is read before it counts as ended: it says why.
    child.once('close', (code, signal) => {
      for (const lines of pipes) lines.end();
      const how = signal === null ? `with code ${code}` : `by ${signal}`;
      this.#ended(`it ended ${how}${this.#last === '' ? '' : `: ${this.#last.slice(0, TOLD)}`}`);
    });
  }

  /** False once the system let it go: one that is killed inside a driver's call may stay. */
  get isAlive(): boolean {
    return this.#isAlive;
  }

  /** Processor time that it took so far, in µs; 0 where the system does not tell. */
  get cpuUs(): number {
    if (this.#isAlive) this.#cpuUs = Math.max(this.#cpuUs, cpuTimeUs(this.#child.pid));
    return this.#cpuUs;
  }

  /** Ends it without waiting. */
  kill(): void {
    this.#listener = null;
    this.#child.kill('SIGKILL');
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
  }

  #line(text: string): void {
    this.#last = text;
    this.#listener?.line(text);
  }

  #ended(why: string): void {
    this.#isAlive = false;
    this.#listener?.ended(why);
  }
}
