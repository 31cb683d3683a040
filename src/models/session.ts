/** ONNX Runtime, loaded only here and only when a model is: its library alone takes some 80 MB. */
import type * as Ort from 'onnxruntime-node';
import { EvenkeelError, reasonOf } from '../errors.js';

/** A model that ONNX Runtime has loaded. */
export interface Session {
  /**
   * Run on `input`, `[1, 3, height, width]`, and write the result into `output`, `[1, 84, anchors]`.
   * Blocks the calling thread until it is done (the binding's `run` is synchronous).
   */
  run(input: Float32Array, output: Float32Array, shapes: SessionShapes): Promise<void>;
  /** Free the model; no run may be under way. */
  release(): Promise<void>;
}

/** Dimensions of the two tensors, outermost first. */
export interface SessionShapes {
  input: readonly number[];
  output: readonly number[];
}

type ImportRuntime = () => Promise<typeof Ort>;

/** Open a model's bytes on the CPU with `threads` threads. */
export async function openSession(
  bytes: Uint8Array,
  threads: number,
  importRuntime: ImportRuntime = () => import('onnxruntime-node'),
): Promise<Session> {
  const ort = await importRuntime().catch((cause: unknown) => {
    throw new EvenkeelError(
      'modelUnavailable',
      `expected the package onnxruntime-node, which runs the models, but it cannot be loaded: ${reasonOf(cause)}; ` +
        'install it with `npm install onnxruntime-node` (with ONNXRUNTIME_NODE_INSTALL=skip it fetches no GPU library)',
      { cause },
    );
  });
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    // Layout changes are worth a factor of two on convolutions.
    graphOptimizationLevel: 'all',
    // Waiting threads that spin take the cores from the bot: 2 to 3 times slower on a shared machine.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  }).catch((cause: unknown) => {
    throw new EvenkeelError('modelUnavailable', `ONNX Runtime refused the model: ${reasonOf(cause)}`, {
      cause,
    });
  });
  return {
    async run(input, output, shapes) {
      const images = new ort.Tensor('float32', input, shapes.input);
      // A tensor handed in as the result is written in place: no megabytes to allocate each frame.
      const result = new ort.Tensor('float32', output, shapes.output);
      await session.run({ images }, { output0: result });
    },
    release: () => session.release(),
  };
}
