/** The agent's side alone, with a child that answers when a test says so, on timers that a test moves. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { QuestionBody, ReplyBody } from '../../../src/gpu/nvml/messages.js';
import { Reading } from '../../../src/gpu/nvml/reading.js';
import type { CardInventory } from '../../../src/shapes/gpu.js';

const CARD: CardInventory = { name: 'a card', uuid: 'GPU-1', driver: null, pciId: null, simulated: false };
const PACE = { fastMs: 1_000, slowMs: 5_000, rareMs: 30_000 };
/** A process starts, loads the library and reads everything in less, also on a busy machine. */
const START_MS = 500;
/** What is promised from the moment at which the driver answers again. */
const PROMISED_MS = 5_000;

/** A driver that answers or not: what was asked while it did not is never answered. */
class Driver {
  answers = true;
  isAlive = true;
  ask(question: QuestionBody, deadlineMs: number): Promise<ReplyBody> {
    const isNew = !this.isAlive;
    this.isAlive = true;
    const { answers } = this;
    return new Promise((resolve, reject) => {
      if (answers) setTimeout(() => resolve(replyTo(question)), isNew ? START_MS : 1);
      else
        setTimeout(() => {
          this.isAlive = false;
          reject(new Error(`no answer within ${deadlineMs} ms`));
        }, deadlineMs);
    });
  }
  discard(): void {
    this.isAlive = false;
  }
  close(): void {}
}

function replyTo({ kind }: QuestionBody): ReplyBody {
  if (kind === 'open') return { kind: 'opened', cards: [CARD], driver: '', library: '', refused: [] };
  const { uuid } = CARD;
  return {
    kind: 'read',
    cards: [{ uuid, told: { powerW: [100] }, demotions: [], state: 'up', why: '' }],
    isSpent: false,
  };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const passes = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

describe('a driver that was silent', () => {
  // Wherever in an attempt or in a pause between two it comes back, and however long it was away.
  test.each([
    [3_000, 100],
    [10_000, 100],
    [40_000, 100],
    // A library that takes a second to open is given longer.
    [40_000, 1_000],
  ])('for some %d ms, and opened in %d, is read within 5 s of its first answer', async (awayMs, openedMs) => {
    for (let laterMs = 0; laterMs < 4_000; laterMs += 250) {
      const driver = new Driver();
      const reading = new Reading(driver, PACE, [CARD], openedMs);
      await Promise.all([reading.readAll(), passes(10)]);
      driver.answers = false;
      const asked = reading.readAll();
      await passes(awayMs + laterMs);
      await asked;
      expect(reading.outage).toMatch(/^no answer/);
      driver.answers = true;
      const backMs = performance.now();
      while (reading.outage !== null && performance.now() - backMs < 20_000) await passes(50);
      expect(performance.now() - backMs).toBeLessThanOrEqual(PROMISED_MS);
      reading.close();
    }
  });
});

test('what was read before the machine slept is old after it, though the monotonic clock stood still', async () => {
  const reading = new Reading(new Driver(), PACE, [CARD], 100);
  await Promise.all([reading.readAll(), passes(10)]);
  const ageMs = (): number => reading.now() - (reading.of(CARD.uuid)?.facts.get('powerW')?.atMs ?? 0);
  expect(ageMs()).toBeLessThan(100);
  vi.setSystemTime(Date.now() + 3_600_000);
  expect(ageMs()).toBeGreaterThanOrEqual(3_600_000);
  // The slower facts are asked for again at once.
  reading.tick(0);
  await passes(1_000);
  expect(ageMs()).toBeLessThan(1_000);
  reading.close();
});
