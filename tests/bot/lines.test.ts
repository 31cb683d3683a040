import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { BotRegistry, checkLine, parseLine } from '../../src/bot/index.js';
import { DEFAULT_FRAME_RULES } from '../../src/frames/importance.js';

/** Values near the right ones: known keys and kinds with anything in them. */
const nearlyLines = fc.record(
  {
    kind: fc.constantFrom('frame', 'applied', 'pause', 'resume', 'heartbeat', 'bye', '__proto__', 7),
    id: fc.oneof(fc.integer(), fc.string()),
    atMs: fc.oneof(fc.double(), fc.integer({ min: 0, max: 100 })),
    totalMs: fc.oneof(fc.double(), fc.constant(1)),
    skipped: fc.boolean(),
    knob: fc.constantFrom('model', 'streams', 'constructor'),
    value: fc.oneof(fc.double(), fc.string()),
    ok: fc.boolean(),
    tookMs: fc.integer(),
    revision: fc.integer(),
    scene: fc.dictionary(fc.string(), fc.anything()),
    stagesMs: fc.dictionary(fc.string(), fc.double()),
  },
  { requiredKeys: ['kind'] },
);

test.prop([
  fc.oneof(
    fc.string(),
    fc.json(),
    nearlyLines.map((line) => JSON.stringify(line)),
  ),
])('any text is a good line or a refusal in words, and a good one has bounded numbers', (text) => {
  const parsed = parseLine(text);
  if (!parsed.ok) {
    expect(parsed.message.length).toBeGreaterThan(0);
    return;
  }
  expect(checkLine(parsed.value)).toEqual(parsed);
  if (parsed.value.kind !== 'frame') return;
  expect(parsed.value.atMs).toBeGreaterThanOrEqual(0);
  expect(parsed.value.totalMs ?? 0).toBeLessThanOrEqual(3_600_000);
});

test.prop([fc.array(nearlyLines, { maxLength: 20 })])('no lines upset the registry', (lines) => {
  const bots = new BotRegistry({ now: () => 0, frameRules: DEFAULT_FRAME_RULES });
  const knobs = { model: { values: ['yolov8n'], value: 'yolov8n' } };
  const { session } = bots.hello({ protocol: 1, name: 'any', knobs });
  const good = lines.map(checkLine).flatMap((checked) => (checked.ok ? [checked.value] : []));
  expect(bots.receive(session, good)).toHaveLength(good.length);
  const { accepted, rejected } = bots.counters;
  expect(accepted + rejected).toBe(good.length);
});
