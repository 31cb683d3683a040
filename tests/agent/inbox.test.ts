/** What a tick sees of the frames of bots. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Inbox } from '../../src/agent/inbox.js';
import type { BotItem } from '../../src/bot/index.js';
import { DEFAULT_FRAME_RULES } from '../../src/frames/importance.js';
import type { FrameLine } from '../../src/shapes/generated/bot-line.js';

const item = (line: Partial<FrameLine>): BotItem => ({
  kind: 'line',
  atMs: 0,
  session: 's',
  name: 'bot',
  controls: true,
  line: { kind: 'frame', id: 1, atMs: 1, totalMs: 10, ...line },
});

/** How many of these frames are counted as critical, and the sum of their times. */
function critical(inbox: Inbox, lines: Partial<FrameLine>[]): { n: number; sum: number } | undefined {
  const [event] = inbox.takeEvents(lines.map(item));
  return event?.kind === 'frames' ? event.folds['frame.criticalLatencyMs'] : undefined;
}

const FRAMES: Partial<FrameLine>[] = [
  { scene: { combatActive: true } },
  { scene: { combatActive: false, motionDetected: true }, totalMs: 20 },
  { scene: { lootDropped: true }, totalMs: 40 },
  { scene: { criticalEvent: true, lootDropped: true }, totalMs: 80 },
  { totalMs: 160 },
];

test('the latency of critical frames is of those that the frame rules never skip', () => {
  const inbox = new Inbox();
  expect(critical(inbox, FRAMES)).toMatchObject({ n: 2, sum: 90 });
  inbox.useFrameRules({ ...DEFAULT_FRAME_RULES, never: ['lootDropped'] });
  expect(critical(inbox, FRAMES)).toMatchObject({ n: 2, sum: 120 });
  inbox.useFrameRules({ ...DEFAULT_FRAME_RULES, never: [] });
  expect(critical(inbox, FRAMES)).toBeUndefined();
});

test('a bot cannot tell the latency of critical frames as a stage of its own', () => {
  const [event] = new Inbox().takeEvents([item({ stagesMs: { criticalLatency: 5, total: 5, ocr: 5 } })]);
  const folds = event?.kind === 'frames' ? event.folds : {};
  expect(Object.keys(folds)).toEqual(['frame.totalMs', 'frame.ocrMs']);
});

test('what is taken in between two ticks comes to the same as what is taken at the tick', () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom<BotItem>(...FRAMES.map((line, i) => item({ ...line, id: i }))) },
    fc.constant<BotItem>({ ...item({}), line: { kind: 'pause' } } as BotItem),
    fc.constant<BotItem>({ kind: 'bye', atMs: 0, session: 's', cause: 'bye' }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.nat(30), (items, cut) => {
      const [atOnce, inPieces] = [new Inbox(), new Inbox()];
      inPieces.take(items.slice(0, cut));
      expect(inPieces.takeEvents(items.slice(cut))).toEqual(atOnce.takeEvents(items));
      expect(inPieces.counts).toEqual(atOnce.counts);
      expect([...inPieces.stages.keys()]).toEqual([...atOnce.stages.keys()]);
    }),
    { numRuns: 50 },
  );
});
