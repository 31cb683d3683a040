/** A model's worker, from its own side: it loads one model, answers frames in order, and ends when released. */
import type { MessagePort } from 'node:worker_threads';
import { EvenkeelError, reasonOf } from '../errors.js';
import { createDetector, type Detector } from './detector.js';
import type { FromWorker, LoadRequest, PortableError, ToWorker } from './messages.js';
import { ensureModel } from './model-cache.js';
import { openSession, type Session } from './session.js';

/**
 * Serve a port until it asks for release, then close it. Steps are never cut short: a thread that ends while
 * ONNX Runtime loads or runs takes the whole process down, so a release is looked for between the steps.
 */
export function serveModel(port: MessagePort): void {
  let session: Session | null = null;
  let detector: Detector | null = null;
  let isReleased = false;
  let queue: Promise<void> = Promise.resolve();

  const send = (message: FromWorker, transfer: ArrayBuffer[] = []): void =>
    port.postMessage(message, transfer);

  port.on('message', (message: ToWorker) => {
    if (message.kind === 'release') isReleased = true;
    queue = queue.then(() => handle(message));
  });

  async function handle(message: ToWorker): Promise<void> {
    switch (message.kind) {
      case 'load':
        return load(message).catch((error: unknown) =>
          send({ kind: 'loadFailed', error: toPortable(error) }),
        );
      case 'infer':
        return infer(message).catch((error: unknown) =>
          send({ kind: 'inferFailed', id: message.id, error: toPortable(error) }),
        );
      case 'release':
        await session?.release();
        port.close();
    }
  }

  async function load(request: LoadRequest): Promise<void> {
    const onProgress = (text: string): void => send({ kind: 'progress', text });
    const bytes = await ensureModel(request.model, {
      cacheDir: request.cacheDir,
      seed: request.seed,
      onProgress,
    });
    await turn();
    if (isReleased) return;
    session = await openSession(bytes, request.threads);
    await turn();
    if (isReleased) return;
    const warm = createDetector(session);
    const [width, height] = request.warmSize;
    await warm.detect({ data: new Uint8Array(width * height * 4), width, height }, request.warmSize);
    detector = warm;
    send({ kind: 'ready' });
  }

  async function infer({ id, frame, size }: Extract<ToWorker, { kind: 'infer' }>): Promise<void> {
    if (detector === null) throw new EvenkeelError('modelUnavailable', 'the model is not loaded');
    const cost = await detector.detect(frame, size);
    send({ kind: 'result', id, frame, cost }, [frame.data.buffer]);
  }
}

/** Lets messages that arrived meanwhile be seen. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function toPortable(error: unknown): PortableError {
  if (error instanceof EvenkeelError) return { code: error.code, message: error.message };
  return { code: 'modelUnavailable', message: reasonOf(error) };
}
