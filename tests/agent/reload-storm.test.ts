/** Rule files saved over and over, half of the saves broken, under a ticking agent: files, watcher and thread are real. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect, test, vi } from 'vitest';
import { Agent } from '../../src/agent/index.js';
import { cardSet } from '../../src/gpu/card-set.js';
import { NoCard } from '../../src/gpu/none.js';
import { watchInThread } from '../../src/reload/index.js';
import { buildBook } from '../../src/rules/book.js';
import { readFolders } from '../../src/rules/folders.js';
import type { AgentState } from '../../src/shapes/port.js';
import type { Book } from '../../src/shapes/rule.js';
import { ROOT } from '../helpers/checkout.js';
import { SETTINGS } from '../helpers/loop.js';
import { shippedProfile } from '../helpers/shipped.js';

const profile = shippedProfile('cpu');
const isSoak = Number(process.env.EVENKEEL_SOAK ?? 0) > 0;
const SAVES = isSoak ? 1_000 : 60;
const EVERY_MS = 20;
/** The short storm has lulls, in which a book may go live; the long one is longer than the longest wait. */
const LULL_EVERY = isSoak ? Number.POSITIVE_INFINITY : 15;

/** A rule whose clock runs through the storm: it is never saved. */
const TIMER = `version: 1
rules:
  - id: timer
    when: { bot.connected: { is: false } }
    for: 1h
    then: [ { alert: { severity: info, title: an hour alone } } ]
    because: no bot
`;
const target = (level: string, fps: number): string =>
  `version: 1\nlevels: { ${level}: { targetFps: ${fps} } }\n`;
/** Each is wrong in another way. */
const BROKEN: readonly ((text: string) => string)[] = [
  (text) => text.replace('targetFps', 'targetFPS'),
  (text) => text.slice(0, -12),
  () => '',
  (text) => `${text}\t- [\n`,
  () => `version: 1\nrules: ${'['.repeat(900)}\n`,
  () => '\u0000\u0001',
  (text) => `%YAML 1.1\n---\n${text}`,
  (text) => text.replace(/targetFps: \d+/, 'targetFps: fast'),
];

test('a storm of saves never takes the rules away, never shows half a book, and ends with the last right one', {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-storm-'));
  const path = (name: string): string => join(folder, `${name}.yaml`);
  const texts: Record<string, string> = { a: target('balanced', 1), b: target('aggressive', 1) };
  /** Every pair of texts that lay in the folder together. */
  const pairs = new Set<string>();
  const save = (name: string, text: string): void => {
    texts[name] = text;
    pairs.add(JSON.stringify([texts.a, texts.b]));
    writeFileSync(path(name), text);
  };
  writeFileSync(path('timer'), TIMER);
  save('a', target('balanced', 1));
  save('b', target('aggressive', 1));
  const content = readFolders([folder]);
  const { book } = buildBook(content.files, profile);
  if (book === null) throw new Error('the first book is wrong');

  const books: Book[] = [];
  let refusals = 0;
  const agent = new Agent({
    version: '0.0.0',
    settings: { ...SETTINGS, intervalMs: 100 },
    profile,
    book,
    watch: (listener) =>
      watchInThread(
        {
          folders: [folder],
          profile,
          liveHash: content.hash,
          withTests: false,
          workerEntry: pathToFileURL(join(ROOT, 'dist/reload/reload-worker.js')),
        },
        {
          book: (one, warnings, hash) => {
            books.push(one);
            listener.book(one, warnings, hash);
          },
          refused: (problems) => {
            refusals++;
            listener.refused(problems);
          },
        },
      ),
    resume: null,
    cards: cardSet([new NoCard()], { note: 'no card' }),
    log: () => undefined,
  });
  const states: AgentState[] = [];
  agent.subscribe((event) => {
    if (event.kind === 'sample') states.push(event.state);
  });
  await agent.start(null);
  // The storm begins when the thread reads: a first save has gone live.
  save('a', target('balanced', 2));
  await vi.waitFor(() => expect(books).toHaveLength(1), { timeout: 20_000 });

  for (let i = 0; i < SAVES; i++) {
    const name = i % 4 < 2 ? 'a' : 'b';
    const text = target(name === 'a' ? 'balanced' : 'aggressive', 10 + (i % 900));
    save(name, i % 2 === 0 ? text : (BROKEN[(i >> 1) % BROKEN.length]?.(text) ?? ''));
    await sleep(EVERY_MS);
    if (i % LULL_EVERY === LULL_EVERY - 1) await sleep(300);
  }
  save('b', target('aggressive', 998));
  save('a', target('balanced', 999));
  const targetOf = (state: AgentState | undefined): unknown => state?.facts['level.targetFps']?.value;
  await vi.waitFor(() => expect(targetOf(states.at(-1))).toBe(999), { timeout: 20_000 });
  await agent.stop();
  rmSync(folder, { recursive: true, force: true });

  const ids = book.rules.map(({ id }) => id);
  const accepted = new Set([1, ...books.map(({ levels }) => levels.balanced?.targetFps)]);
  const since = new Set<number | undefined>();
  for (const state of states) {
    expect(state.rules.map(({ id }) => id)).toEqual(ids);
    expect(accepted).toContain(targetOf(state));
    const timer = state.rules.find(({ id }) => id === 'timer');
    expect(timer?.state).toBe('pending');
    since.add(timer?.sinceMs);
  }
  expect([...since]).toHaveLength(1);
  for (const one of books) {
    const [a, b] = ['a', 'b'].map((name) => one.files.find((file) => file.path === path(name))?.text);
    expect(pairs).toContain(JSON.stringify([a, b]));
    expect(buildBook(one.files, profile).book?.hash).toBe(one.hash);
  }
  expect(books.at(-1)?.levels.aggressive?.targetFps).toBe(998);
  expect(refusals).toBeGreaterThan(0);
});
