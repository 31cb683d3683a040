/** A model in a worker thread of its own, from the caller's side. */
import { Worker } from 'node:worker_threads';
import { EvenkeelError } from '../errors.js';
import type { Frame, FromWorker, InferenceCost, LoadRequest, PortableError, ToWorker } from './messages.js';
import type { Size } from './size.js';
import type { ModelName } from './yolov8-graph.js';

/** What a worker is started with. */
export interface SlotOptions extends Omit<LoadRequest, 'kind'> {
  /** The compiled `inference-worker.js`. */
  workerEntry: URL;
  onProgress: (text: string) => void;
}

/** `loading` until `ready` settles, then serving; `retire` ends both by way of draining. */
export interface Slot {
  readonly model: ModelName;
  /** Whether a frame is inside. */
  readonly isBusy: boolean;
  /** Resolves when the model is loaded and warm; rejects when it cannot be, or when the slot ends first. */
  readonly ready: Promise<void>;
  /** Resolves when the thread is gone, for whatever reason. */
  readonly ended: Promise<void>;
  /** Run one frame. Its buffer moves to the worker and comes back with the answer. */
  infer(frame: Frame, size: Size): Promise<{ frame: Frame; cost: InferenceCost }>;
  /** Finish the frames inside, free the model, end the thread. Never cuts short; resolves as `ended`. */
  retire(): Promise<void>;
}

interface Waiting {
  resolve: (answer: { frame: Frame; cost: InferenceCost }) => void;
  reject: (error: Error) => void;
}

/** Starts the worker at once and has it load its model. */
export function openSlot({ workerEntry, onProgress, ...request }: SlotOptions): Slot {
  const worker = new Worker(workerEntry, { name: request.model });
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  let isRetired = false;
  let crash: unknown;

  let onReady: () => void = () => undefined;
  let onRefused: (error: Error) => void = () => undefined;
  const ready = new Promise<void>((resolve, reject) => {
    onReady = resolve;
    onRefused = reject;
  });
  // Who retires a slot while it loads need not wait for `ready`.
  ready.catch(() => undefined);

  const send = (message: ToWorker, transfer: ArrayBuffer[] = []): void =>
    worker.postMessage(message, transfer);

  const settle = (id: number, act: (one: Waiting) => void): void => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (one !== undefined) act(one);
  };

  worker.on('message', (message: FromWorker) => {
    switch (message.kind) {
      case 'progress':
        onProgress(message.text);
        break;
      case 'ready':
        onReady();
        break;
      case 'loadFailed':
        onRefused(fromPortable(message.error));
        break;
      case 'result':
        settle(message.id, (one) => one.resolve(message));
        break;
      case 'inferFailed':
        settle(message.id, (one) => one.reject(fromPortable(message.error)));
        break;
    }
  });
  worker.on('error', (error) => {
    crash = error;
  });
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      const reason = crash instanceof Error ? `: ${crash.message}` : '';
      const error = new EvenkeelError(
        'modelUnavailable',
        `the thread of ${request.model} has ended${reason}`,
        {
          cause: crash,
        },
      );
      onRefused(error);
      for (const id of [...waiting.keys()]) settle(id, (one) => one.reject(error));
      resolve();
    });
  });
  send({ kind: 'load', ...request });

  return {
    model: request.model,
    get isBusy() {
      return waiting.size > 0;
    },
    ready,
    ended,
    infer(frame, size) {
      lastId += 1;
      const id = lastId;
      const answer = new Promise<{ frame: Frame; cost: InferenceCost }>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
      });
      send({ kind: 'infer', id, frame, size }, [frame.data.buffer]);
      return answer;
    },
    retire() {
      if (!isRetired) send({ kind: 'release' });
      isRetired = true;
      return ended;
    },
  };
}

function fromPortable({ code, message }: PortableError): EvenkeelError {
  return new EvenkeelError(code, message);
}
