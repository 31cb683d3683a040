import { expect, test } from 'vitest';
import { Core } from '../../src/agent/core.js';
import { bookLine } from '../../src/agent/log-lines.js';
import { newRecorded, replay } from '../../src/agent/replay.js';
import { stateLine } from '../../src/agent/state-log.js';
import type { RecordingLine } from '../../src/recordings/format.js';
import type { Readings } from '../../src/shapes/reading.js';
import type { Sample, TickEvent } from '../../src/shapes/sample.js';
import { frames, hello, measured, SESSION, SETTINGS, TICK_MS } from '../helpers/loop.js';
import { shippedBook, shippedProfile, shippedProfileFiles } from '../helpers/shipped.js';
import { HEADER } from '../recordings/helpers.js';

const profile = shippedProfile('rtx-4090');
const TICKS = 1_200;
/** What is laid over the shipped book, one after the other, a reload every two minutes. */
const OVERLAYS = [
  [],
  ['version: 1\ntune: { cool-down: { for: 1s } }\n'],
  ['version: 1\ndisable: [ model-up ]\n'],
  ['version: 1\nlevels: { balanced: { targetFps: 45 } }\n'],
  [],
] as const;
const RELOAD_EVERY = TICKS / OVERLAYS.length;

/** Ten minutes of a run: everything that can come comes, more than once. */
async function liveRun(): Promise<{ lines: RecordingLine[]; digest: string; kinds: Set<string> }> {
  const books = OVERLAYS.map((texts) => shippedBook(profile, ...texts));
  const [first] = books;
  if (first === undefined) throw new Error('expected a book');
  const core = new Core(SETTINGS, profile, first, { engine: 'compiled' });
  const recordedProfile = { name: profile.name, files: shippedProfileFiles() };
  const lines: RecordingLine[] = [
    { ...HEADER, settings: SETTINGS, profile: { ...HEADER.profile, ...recordedProfile } },
    bookLine(first, 0),
  ];
  const kinds = new Set<string>();
  let owed: TickEvent[] = [];
  for (let i = 0; i < TICKS; i++) {
    // A suspended machine once, and ticks that come a little late.
    const atMs = i * TICK_MS + (i % 5) + (i >= 700 ? 30_000 : 0);
    const book = i % RELOAD_EVERY === 0 ? books[i / RELOAD_EVERY] : undefined;
    if (book !== undefined && i > 0) {
      core.useBook(book);
      lines.push(bookLine(book, atMs));
    }
    const events = [...owed, ...eventsAt(i)];
    for (const event of events) kinds.add(event.kind === 'applied' && !event.ok ? 'refused' : event.kind);
    const sample: Sample = {
      kind: 'sample',
      atMs,
      wallMs: 1_767_225_600_000 + atMs,
      cause: i % 97 === 96 ? 'optimize' : 'interval',
      readings: readingsAt(i),
      events,
    };
    lines.push(structuredClone(sample));
    const result = await core.tick(sample);
    if (result.digestLine !== null) lines.push({ kind: 'decision', line: result.digestLine });
    // As the file holds it, for the core goes on changing what it remembers.
    if (i % 50 === 49) lines.push(JSON.parse(JSON.stringify(stateLine(core.snapshot()))));
    owed = result.changes.flatMap(({ knob, from, to }, n): TickEvent[] => {
      const { revision } = result.decision;
      if (knob === 'level' || (i % 11 === 0 && n === 0)) return [];
      return i % 7 === 0
        ? [{ kind: 'applied', knob, value: from, ok: false, error: 'out of memory', tookMs: 4, revision }]
        : [{ kind: 'applied', knob, value: to, ok: true, tookMs: 3, revision }];
    });
  }
  const digest = core.digest.value();
  lines.push({ kind: 'end', atMs: TICKS * TICK_MS, samples: TICKS, digest });
  return { lines, digest, kinds };
}

function readingsAt(i: number): Readings {
  const temperatureC = 68 + Math.round(13 * Math.sin(i / 60));
  return {
    'gpu.temperatureC': i % 53 === 0 ? [null, 'missing', 0, 'no answer'] : measured(temperatureC),
    'gpu.powerW': measured(250 + ((i * 37) % 150)),
    'gpu.utilizationPercent': measured(40 + ((i * 13) % 60)),
    'gpu.limitedBy': [i % 400 > 380 ? 'thermal' : 'none', 'measured', 0],
    'system.memoryPercent': measured(i > 500 && i < 560 ? 97 : 60),
    'system.cpuPercent': measured(30 + ((i * 7) % 65)),
    ...(i % 10 === 0 ? { 'gpu.memoryUsedPercent': measured(50 + (i % 60)) } : {}),
  };
}

function eventsAt(i: number): TickEvent[] {
  const events: TickEvent[] = [];
  const device = (value: number): TickEvent => ({
    kind: 'device',
    knob: 'powerLimitW',
    offer: { range: [150, 600], value },
  });
  if (i === 0 || i === 650) events.push(device(450));
  if (i === 600) events.push({ kind: 'device', knob: 'powerLimitW', offer: null });
  if (i % 300 === 3) events.push(hello());
  if (i % 300 === 280) events.push({ kind: 'bye', session: SESSION, cause: i < 600 ? 'bye' : 'lease' });
  if (i % 300 === 150) events.push({ kind: 'pause', session: SESSION });
  if (i % 300 === 165) events.push({ kind: 'resume', session: SESSION });
  if (i === 60 || i === 900) events.push({ kind: 'override', knob: 'resolution', value: 416, forS: 40 });
  if (i === 400) events.push({ kind: 'override', knob: 'powerLimitW', value: 400, forS: 60, confirmS: 10 });
  if (i === 410) events.push({ kind: 'confirm' });
  if (i === 930) events.push({ kind: 'release', knob: 'resolution' });
  if (i === 200 || i === 800) events.push({ kind: 'level', value: i === 200 ? 'aggressive' : 'balanced' });
  if (i === 340) events.push({ kind: 'preset', value: 'batterySaver', forS: 30 });
  if (i === 1000 || i === 1040) events.push({ kind: 'auto', value: i === 1040 });
  if (i % 130 === 90) events.push({ kind: 'readBack', knob: 'powerLimitW', value: 380, why: 'moved' });
  const isThere = i % 300 > 3 && i % 300 < 280 && !(i % 300 >= 150 && i % 300 < 165);
  if (isThere) {
    const totalMs = 9 + 14 * Math.abs(Math.sin(i / 45));
    const scene = { combatActive: i % 200 > 180, criticalEvent: i % 333 === 0 };
    events.push(frames(15, totalMs, totalMs - 5, { scene, queueSize: i % 90 > 70 ? 5 : 0 }));
  }
  return events;
}

test('ten minutes with reloads, overrides, refusals, read-backs and a bot that comes and goes replay to the digest of the run', async () => {
  const { lines, digest, kinds } = await liveRun();
  expect([...kinds].sort()).toEqual([
    'applied',
    'auto',
    'bye',
    'confirm',
    'device',
    'frames',
    'hello',
    'level',
    'override',
    'pause',
    'preset',
    'readBack',
    'refused',
    'release',
    'resume',
  ]);
  const texts = lines.map((line) => JSON.stringify(line));
  for (const engine of ['compiled', 'reference'] as const) {
    const recorded = newRecorded();
    let last: Core | null = null;
    let activations = 0;
    for await (const { core, result } of replay(parsed(texts), recorded, { engine })) {
      last = core;
      activations = Math.max(activations, result.decision.active.length);
    }
    expect(last?.digest.value(), engine).toBe(digest);
    expect(recorded).toMatchObject({ digest, otherStateAtMs: null });
    expect(recorded.decisions.length).toBeGreaterThan(100);
    expect(activations).toBeGreaterThan(1);
  }
});

async function* parsed(texts: readonly string[]): AsyncGenerator<RecordingLine> {
  for (const text of texts) yield JSON.parse(text);
}
