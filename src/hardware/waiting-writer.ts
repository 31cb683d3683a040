/** Refuses every setting with one sentence, until somebody who can write is there. */
import type { CardKnob, CardOutcome, CardWriter } from '../shapes/gpu.js';

/** How often it is looked, in ms: a helper that starts anew is away for a second or two. */
const LOOK_MS = 10_000;

/** `look` gives the writer once there is one, and is not called after that or after `close`. */
export function waitingWriter(
  refusal: string,
  look: () => Promise<CardWriter | null>,
  everyMs: number = LOOK_MS,
): CardWriter {
  const refused: CardOutcome = { ok: false, value: 'unknown', error: refusal, isLasting: true };
  let writer: CardWriter | null = null;
  let isClosed = false;
  let timer: NodeJS.Timeout | undefined;
  const wait = (): void => {
    timer = setTimeout(async () => {
      const found = await look().catch(() => null);
      if (isClosed) await found?.close();
      else if (found === null) wait();
      else writer = found;
    }, everyMs);
    timer.unref();
  };
  wait();
  return {
    get refusal() {
      return writer === null ? refusal : writer.refusal;
    },
    set: async (uuid: string, knob: CardKnob, value: number) =>
      (await writer?.set(uuid, knob, value)) ?? refused,
    forget: async (uuid, knob) => writer?.forget(uuid, knob),
    restore: async (uuid) => writer?.restore(uuid),
    async close() {
      isClosed = true;
      clearTimeout(timer);
      await writer?.close();
    },
  };
}
