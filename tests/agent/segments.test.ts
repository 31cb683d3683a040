/** A live agent whose recording goes through many segments, with other rules going live in between. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Agent, type Recorded, replay } from '../../src/agent/index.js';
import { openCards } from '../../src/gpu/choose.js';
import { readRecording } from '../../src/recordings/reader.js';
import { startRecording } from '../../src/recordings/writer.js';
import type { WatchListener } from '../../src/rules/watch.js';
import { until } from '../helpers/cli.js';
import { SETTINGS } from '../helpers/loop.js';
import { shippedBook, shippedProfile, shippedProfileFiles } from '../helpers/shipped.js';
import { HEADER } from '../recordings/helpers.js';

const RULES = `version: 1
name: mine
rules:
  - id: often
    when: { agent.tickMs: { atLeast: 0 } }
    for: 100ms
    then: [ { alert: { severity: info, title: ticking } } ]
    because: it ticks
`;

test('its segments replay to its digest, each head is what the replay remembers, and all but the last are compressed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-live-'));
  const profile = shippedProfile('cpu');
  const settings = { ...SETTINGS, intervalMs: 50 };
  let listener: WatchListener | null = null;
  const agent = new Agent({
    version: '0.0.0',
    settings,
    profile,
    book: shippedBook(profile),
    watch: (one) => {
      listener = one;
      return { check: () => undefined, close: async () => undefined };
    },
    resume: null,
    cards: await openCards('simulated'),
    log: () => undefined,
  });
  const writer = await startRecording(join(folder, 'run'), {
    onFailure: (why) => expect.unreachable(why),
    onNote: (why) => expect.unreachable(why),
    segment: { bytes: 100_000, ms: 300 },
  });
  writer.write({
    ...HEADER,
    settings,
    profile: { ...HEADER.profile, name: 'cpu', files: shippedProfileFiles() },
  });
  await agent.start(writer);
  const files = (): number => readdirSync(join(folder, 'run')).length;
  await until('there are some segments', () => files() > 5);
  (listener as WatchListener | null)?.book(shippedBook(profile, RULES), [], 'other');
  await agent.person({ kind: 'level', value: 'aggressive' });
  await until('there are some more', () => files() > 11);
  const { digest, samples } = await agent.stop();
  const recorded: Recorded = { header: null, decisions: [], digest: null, otherStateAtMs: null };
  let [own, count, books] = ['', 0, new Set<string>()];
  const report = { rejectedRows: 0, reasons: [] };
  for await (const { core } of replay(readRecording(join(folder, 'run'), report), recorded)) {
    own = core.digest.value();
    count++;
    books = books.add(String(core.book.rules.length));
  }
  expect([own, recorded.digest, recorded.otherStateAtMs, count]).toEqual([digest, digest, null, samples]);
  expect([report.rejectedRows, books.size]).toEqual([0, 2]);
  expect(readdirSync(join(folder, 'run')).filter((name) => name.endsWith('.ndjson'))).toHaveLength(1);
  rmSync(folder, { recursive: true, force: true });
});
