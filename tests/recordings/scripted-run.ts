/**
 * A recording as a run leaves it, from a script: a bot comes, is loaded, refuses a change, leaves and comes again; a
 * person overrides a knob and takes it back; other rules go live; the card grows hot. Two minutes, in two segments.
 */
import { Core } from '../../src/agent/core.js';
import { bookLine } from '../../src/agent/log-lines.js';
import { loadProfile } from '../../src/agent/setup.js';
import { stateLine } from '../../src/agent/state-log.js';
import { type RecordingWriter, startRecording } from '../../src/recordings/writer.js';
import { buildBook } from '../../src/rules/book.js';
import type { Readings } from '../../src/shapes/reading.js';
import type { Book } from '../../src/shapes/rule.js';
import type { Sample, TickEvent } from '../../src/shapes/sample.js';
import { COOL, frames, hello, measured, SESSION, SETTINGS, TICK_MS } from '../helpers/loop.js';
import { shippedProfile, shippedProfileFiles } from '../helpers/shipped.js';
import { HEADER } from './helpers.js';

const TICKS = 240;
const OTHER_BOOK_AT = 150;
const SEGMENT_AT = 120;

const RULES = `version: 1
name: golden
levels: { balanced: { targetFps: 30, gpuUsageLimitPercent: 85, dynamicResolution: true, frameSkipping: true } }
signals: { gpu.powerMeanW: { avg: gpu.powerW, over: 5s } }
rules:
  - id: smaller
    priority: 500
    when: { frame.loadPercent: { above: 100 } }
    for: 1s
    every: 2s
    then: [ { step: { resolution: fit } } ]
    because: "a frame takes {frame.loadPercent} % of its time"
  - id: larger
    priority: 100
    when: { predicted.resolutionUpLoadPercent: { atMost: 85 } }
    for: 3s
    every: 5s
    then: [ { step: { resolution: +1 } } ]
    because: there is room
  - id: cool
    when: { gpu.thermalMarginC: { below: 5 } }
    until: { gpu.thermalMarginC: { above: 10 } }
    then: [ { cap: { powerLimitW: 320 } }, { alert: { severity: warning, title: hot } } ]
    because: "the card draws {gpu.powerMeanW} W"
`;

/** The same with other words and another wait: one rule changes. */
const OTHER_RULES = RULES.replace('for: 3s', 'for: 2s');

/** Digest of the run it wrote. */
export async function writeScriptedRun(folder: string): Promise<string> {
  const profile = shippedProfile('rtx-4090');
  const bookOf = (text: string): Book => {
    const { book, problems } = buildBook([{ path: 'rules/golden.yaml', folder: 0, text }], profile);
    if (book === null) throw new Error(JSON.stringify(problems));
    return book;
  };
  let book = bookOf(RULES);
  const core = new Core(SETTINGS, profile, book);
  const writer: RecordingWriter = await startRecording(folder, {
    onFailure: (why) => {
      throw new Error(why);
    },
    segment: { bytes: 1, ms: 600_000 },
  });
  const { files } = loadProfile(profile.name, shippedProfileFiles(), HEADER.profile.overlay);
  writer.write({ ...HEADER, settings: SETTINGS, profile: { ...HEADER.profile, name: profile.name, files } });
  writer.write(bookLine(book, 0));
  let owed: TickEvent[] = [];
  for (let i = 0; i < TICKS; i++) {
    const atMs = i * TICK_MS + (i % 7);
    if (i === SEGMENT_AT) writer.beginSegment([bookLine(book, atMs), stateLine(core.snapshot())]);
    if (i === OTHER_BOOK_AT) {
      book = bookOf(OTHER_RULES);
      core.useBook(book);
      writer.write(bookLine(book, atMs));
    }
    const sample: Sample = {
      kind: 'sample',
      atMs,
      wallMs: 1_767_225_600_000 + atMs,
      cause: i % 50 === 49 ? 'optimize' : 'interval',
      readings: readingsAt(i),
      events: [...owed, ...eventsAt(i)],
    };
    writer.write(sample);
    const result = await core.tick(structuredClone(sample));
    if (result.digestLine !== null) writer.write({ kind: 'decision', line: result.digestLine });
    if (i % 20 === 19) writer.write(stateLine(core.snapshot()));
    owed = result.changes
      .filter(({ knob }) => knob !== 'level')
      .map(({ knob, from, to }, n): TickEvent => {
        const { revision } = result.decision;
        const isRefused = i > 60 && i < 70 && n === 0;
        return isRefused
          ? { kind: 'applied', knob, value: from, ok: false, error: 'out of memory', tookMs: 4, revision }
          : { kind: 'applied', knob, value: to, ok: true, tookMs: 3, revision };
      });
  }
  const digest = core.digest.value();
  writer.write({ kind: 'end', atMs: (TICKS - 1) * TICK_MS, samples: TICKS, digest });
  await writer.close();
  return digest;
}

function readingsAt(i: number): Readings {
  const isHot = i > 90 && i < 130;
  return {
    ...COOL,
    'gpu.powerW': measured(120 + ((i * 37) % 50)),
    'gpu.thermalMarginC': measured(isHot ? 3 : 20),
    'gpu.hotSpotC': [null, 'unsupported', 0, 'the card has no such sensor'],
  };
}

function eventsAt(i: number): TickEvent[] {
  const events: TickEvent[] = [];
  if (i === 0) events.push({ kind: 'device', knob: 'powerLimitW', offer: { range: [150, 600], value: 450 } });
  if (i === 4 || i === 205) events.push(hello());
  if (i === 100) events.push({ kind: 'override', knob: 'resolution', value: 512, forS: 600 });
  if (i === 112) events.push({ kind: 'release', knob: 'resolution' });
  if (i === 190) events.push({ kind: 'bye', session: SESSION, cause: 'bye' });
  if ((i > 4 && i < 190) || i > 205) {
    const loadMs = i > 20 && i < 80 ? 45 : 18;
    events.push(frames(10, loadMs, loadMs - 8, { intervalMs: Math.max(loadMs, 33) }));
  }
  return events;
}
