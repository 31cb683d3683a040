/** Models that can be switched while frames keep flowing. */
import { availableParallelism } from 'node:os';
import { EvenkeelError } from '../errors.js';
import { checkFrame } from './frame.js';
import type { Frame, InferenceCost } from './messages.js';
import { checkModelName } from './model-cache.js';
import { checkSize, type Size } from './size.js';
import { openSlot, type Slot } from './slot.js';
import type { ModelName } from './yolov8-graph.js';

/** How a runtime is set up; only the folder has no default. */
export interface RuntimeOptions {
  /** Folder of the generated model files. */
  cacheDir: string;
  /** Threads inside one inference; min(2, cores) unless said. */
  threads?: number;
  /** Frames that may be inside at once, each in a worker with its own copy of the model; 1 unless said. */
  streams?: number;
  /** Seed of the random weights; 1 unless said. */
  seed?: number;
  /** Told one sentence when loading takes a noticeable time. */
  onProgress?: (text: string) => void;
  /** The compiled worker; found beside this file unless said. */
  workerEntry?: URL;
}

/** One frame's detections and cost, with the model and size that it met. */
export interface InferenceResult extends InferenceCost {
  model: ModelName;
  /** Width and height of the network's input. */
  size: Size;
  /** The frame that was handed in: its buffer is the caller's again. */
  frame: Frame;
}

/** `superseded`: a newer wish came before this one was in force, and the newer one counts. */
export type ChangeOutcome = { kind: 'done'; tookMs: number } | { kind: 'superseded' };

/** Frames go on meeting the old model until the new one is warm. */
export interface Runtime {
  /** The model that the next frame meets; null before the first `load`. */
  readonly model: ModelName | null;
  readonly streams: number;
  /**
   * Load and warm a model in new workers while the present ones serve, then let the next frame meet it.
   * When it rejects, the present model goes on serving.
   */
  load(model: string): Promise<ChangeOutcome>;
  /** Serve up to this many frames at once, 1 to 8. */
  setStreams(streams: number): Promise<ChangeOutcome>;
  /**
   * Detect in one frame at an input size (a number is a square's side; multiples of 32 pixels). The frame's buffer
   * is out of the caller's hands until the answer brings it back; one that is part of a larger buffer is copied.
   * When all streams are busy it waits, first come first served.
   */
  infer(frame: Frame, size: number | Size): Promise<InferenceResult>;
  /** Finish the frames inside, free the models, end the workers; what waits is refused. */
  close(): Promise<void>;
}

const MAX_STREAMS = 8;

interface Waiting {
  frame: Frame;
  size: Size;
  resolve: (result: InferenceResult) => void;
  reject: (error: unknown) => void;
}

/** Nothing is loaded yet: workers start with the first `load`. */
export function openRuntime(options: RuntimeOptions): Runtime {
  const threads = options.threads ?? Math.min(2, availableParallelism());
  const workerEntry = options.workerEntry ?? new URL('./inference-worker.js', import.meta.url);
  const waiting: Waiting[] = [];
  const alive = new Set<Slot>();
  let active: Slot[] = [];
  let model: ModelName | null = null;
  let streams = checkStreams(options.streams ?? 1);
  let warmSize: Size = [320, 320];
  let isClosed = false;
  let changes: Promise<unknown> = Promise.resolve();
  const newest = { load: 0, streams: 0 };

  return {
    get model() {
      return model;
    },
    get streams() {
      return streams;
    },
    async load(name) {
      const wanted = checkModelName(name);
      return change('load', async (isNewest) => {
        const slots = active.length > 0 && model === wanted ? active : await openSlots(wanted, streams);
        if (slots === active) return;
        if (!isNewest()) return retireAll(slots);
        const old = active;
        active = slots;
        model = wanted;
        pump();
        retireAll(old);
      });
    },
    async setStreams(wanted) {
      checkStreams(wanted);
      return change('streams', async () => {
        if (model !== null && wanted > active.length) {
          active = [...active, ...(await openSlots(model, wanted - active.length))];
        }
        retireAll(active.splice(wanted));
        streams = wanted;
        pump();
      });
    },
    async infer(frame, size) {
      const checked = checkSize(size);
      const owned = checkFrame(frame);
      refuseWhenClosed();
      if (active.length === 0) {
        throw new EvenkeelError('modelUnavailable', 'expected a loaded model, got none: call load() first');
      }
      warmSize = checked;
      return new Promise<InferenceResult>((resolve, reject) => {
        waiting.push({ frame: owned, size: checked, resolve, reject });
        pump();
      });
    },
    async close() {
      isClosed = true;
      refuseWaiting(closedError());
      active = [];
      retireAll([...alive]);
      await Promise.all([...alive].map((slot) => slot.ended));
      await changes;
    },
  };

  /** Changes happen one after the other; of those that wait, only the newest of its kind does. */
  function change(
    kind: 'load' | 'streams',
    apply: (isNewest: () => boolean) => Promise<void>,
  ): Promise<ChangeOutcome> {
    refuseWhenClosed();
    const startMs = performance.now();
    newest[kind] += 1;
    const mine = newest[kind];
    const isNewest = (): boolean => mine === newest[kind];
    const done = changes.then(async (): Promise<ChangeOutcome> => {
      refuseWhenClosed();
      if (isNewest()) await apply(isNewest);
      return isNewest() ? { kind: 'done', tookMs: performance.now() - startMs } : { kind: 'superseded' };
    });
    changes = done.catch(() => undefined);
    return done;
  }

  async function openSlots(wanted: ModelName, count: number): Promise<Slot[]> {
    const slots: Slot[] = [];
    try {
      // One after the other: the first may have to write the file that the next ones read.
      while (slots.length < count) {
        const slot = openSlot({
          workerEntry,
          model: wanted,
          cacheDir: options.cacheDir,
          seed: options.seed ?? 1,
          threads,
          warmSize,
          onProgress: options.onProgress ?? (() => undefined),
        });
        slots.push(slot);
        alive.add(slot);
        slot.ended.then(() => forget(slot));
        await slot.ready;
        refuseWhenClosed();
      }
      return slots;
    } catch (error) {
      retireAll(slots);
      throw error;
    }
  }

  /** Hand waiting frames to free slots. */
  function pump(): void {
    for (const slot of active) {
      if (slot.isBusy) continue;
      const next = waiting.shift();
      if (next === undefined) return;
      slot
        .infer(next.frame, next.size)
        .then(({ frame, cost }) => next.resolve({ ...cost, model: slot.model, size: next.size, frame }))
        .catch(next.reject)
        .finally(pump);
    }
  }

  function forget(slot: Slot): void {
    alive.delete(slot);
    active = active.filter((other) => other !== slot);
    if (active.length === 0 && !isClosed) {
      refuseWaiting(new EvenkeelError('modelUnavailable', 'the model has ended: call load() again'));
    }
  }

  function refuseWaiting(error: EvenkeelError): void {
    for (const one of waiting.splice(0)) one.reject(error);
  }

  function refuseWhenClosed(): void {
    if (isClosed) throw closedError();
  }
}

function retireAll(slots: readonly Slot[]): void {
  for (const slot of slots) void slot.retire();
}

function checkStreams(streams: number): number {
  if (Number.isInteger(streams) && streams >= 1 && streams <= MAX_STREAMS) return streams;
  throw new EvenkeelError('outOfRange', `expected 1 to ${MAX_STREAMS} streams, got ${streams}`, {
    details: { min: 1, max: MAX_STREAMS },
  });
}

function closedError(): EvenkeelError {
  return new EvenkeelError('modelUnavailable', 'the runtime is closed');
}
