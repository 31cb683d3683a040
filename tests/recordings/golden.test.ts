/** Recordings of every released format, as the agent of then wrote them: they are read, and replay to their digest, for ever. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Recorded, replay } from '../../src/agent/replay.js';
import { FORMAT_VERSION } from '../../src/recordings/format.js';
import { readRecording } from '../../src/recordings/reader.js';
import { readAll } from './helpers.js';
import { writeScriptedRun } from './scripted-run.js';

const GOLDEN = fileURLToPath(new URL('golden/', import.meta.url));
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'evenkeel-golden-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface Replayed extends Recorded {
  own: string;
  samples: number;
}

async function replayed(path: string): Promise<Replayed> {
  const recorded: Recorded = { header: null, decisions: [], digest: null, otherStateAtMs: null };
  let [own, samples] = ['', 0];
  for await (const { core } of replay(readRecording(path, { rejectedRows: 0, reasons: [] }), recorded)) {
    own = core.digest.value();
    samples++;
  }
  return { ...recorded, own, samples };
}

/** A folder for each format, `v` and its number. */
describe.each(readdirSync(GOLDEN))('the golden recording %s', (name) => {
  test('is read whole', async () => {
    const { lines, report } = await readAll(join(GOLDEN, name));
    expect(report).toEqual({ rejectedRows: 0, reasons: [] });
    expect(lines[0]).toMatchObject({ kind: 'header', version: Number(name.slice(1)) });
    expect(lines.filter(({ kind }) => kind === 'book')).toHaveLength(2);
  });

  test('replays to the digest of its run, by way of the states that it remembered', async () => {
    const { own, digest, samples, otherStateAtMs } = await replayed(join(GOLDEN, name));
    expect([samples, otherStateAtMs, own]).toEqual([240, null, digest]);
  });
});

test('the present format has one', () => {
  expect(readdirSync(GOLDEN)).toContain(`v${FORMAT_VERSION}`);
});

test('a run that is recorded now replays too, and a later segment by itself does from its state on', async () => {
  const folder = join(root, 'run');
  const digest = await writeScriptedRun(folder);
  expect(await replayed(folder)).toMatchObject({ own: digest, digest, otherStateAtMs: null, samples: 240 });
  // What was measured before is not in it: there is no digest to compare with.
  const part = await replayed(join(folder, '000002.ndjson'));
  expect(part).toMatchObject({ digest: null, decisions: [], samples: 120 });
});
