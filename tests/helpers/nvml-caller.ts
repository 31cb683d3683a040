/** A process of its own that calls NVML's functions one by one, as a driver's client would. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ROOT } from './checkout.js';

type Memory = Uint8Array | Uint32Array | Int32Array | BigUint64Array;
/** What caller.mjs can hand to a function; memory comes back as the call left it. */
export type Argument = number | bigint | string | null | { u64: bigint } | Memory;

interface Answer {
  code: number | string;
  args: Argument[];
}

export interface NvmlCaller {
  child: ChildProcess;
  /**
   * The function's code; a text where there is no such function, or where the process has ended. Memory in `args` then
   * holds what the function wrote.
   */
  call(name: string, ...args: Argument[]): Promise<number | string>;
  /** The handle of the card at an index. */
  device(index?: number): Promise<bigint>;
  /** The one number that a getter writes, or its code below 0. */
  read(name: string, ...args: Argument[]): Promise<number>;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
}

/** Starts the process; it has called nothing yet. */
export function startCaller(env: Readonly<Record<string, string>>): NvmlCaller {
  const child = fork(join(ROOT, 'tests', 'fixtures', 'nvml-standin', 'caller.mjs'), {
    env: { ...process.env, ...env },
    serialization: 'advanced',
  });
  const ended = once(child, 'exit').then(([code, signal]) => [
    { code: `ended by ${signal ?? code}`, args: [] },
  ]);
  const call: NvmlCaller['call'] = async (name, ...args) => {
    child.send({ name, args });
    const [answer] = (await Promise.race([once(child, 'message'), ended])) as [Answer];
    for (const [index, arg] of args.entries()) {
      const written = answer.args[index];
      if (ArrayBuffer.isView(arg) && written !== undefined) arg.set(written as never);
    }
    return answer.code;
  };
  const read: NvmlCaller['read'] = async (name, ...args) => {
    const out = new Uint32Array(2);
    const code = await call(name, ...args, out);
    return code === 0 ? (out[0] ?? 0) : -Number(code);
  };
  return {
    child,
    call,
    read,
    device: async (index = 0) => {
      const handle = new BigUint64Array(1);
      const code = await call('nvmlDeviceGetHandleByIndex_v2', index, handle);
      if (code !== 0) throw new Error(`expected a card at index ${index}, got code ${code}`);
      return handle[0] ?? 0n;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
