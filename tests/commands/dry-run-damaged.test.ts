import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { registerConvert } from '../../src/commands/convert.js';
import { registerDryRun } from '../../src/commands/dry-run.js';
import { registerExport } from '../../src/commands/export.js';
import { registerInspect } from '../../src/commands/inspect.js';
import { registerRecord } from '../../src/commands/record.js';
import { temporaryFolder } from '../helpers/cli.js';
import { writeScriptedRun } from '../recordings/scripted-run.js';
import { runCommand } from './fake-io.js';
import { gpuZLog, rowsAt } from './made-logs.js';

let folder = '';
let recording = '';
let lines: string[] = [];
beforeAll(async () => {
  folder = temporaryFolder();
  recording = join(folder, '2026-01-01T00-00-00');
  await writeScriptedRun(recording);
  lines = readdirSync(recording)
    .filter((name) => /\.ndjson(\.gz)?$/.test(name))
    .sort()
    .flatMap((name) => {
      const bytes = readFileSync(join(recording, name));
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().trimEnd().split('\n');
    });
});

let written = 0;
function fileOf(content: string | Buffer, ending = 'ndjson'): string {
  const path = join(folder, `${written++}.${ending}`);
  writeFileSync(path, content);
  return path;
}
const textOf = (some: readonly string[]): string => some.map((line) => `${line}\n`).join('');
const dryRun = (...args: string[]) => runCommand(registerDryRun, ['dry-run', ...args]);

test('a recording without a sample decides nothing and is refused, as inspect refuses it', async () => {
  const head = fileOf(textOf(lines.filter((line) => !line.startsWith('{"kind":"sample"'))));
  for (const args of [[], ['--json'], ['--profile', 'rtx-4090']])
    await expect(dryRun(head, ...args)).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(`expected samples in ${head}`),
    });
});

test("decisions that were edited differ, though the digest at the end is the run's", async () => {
  const isDecision = (line: string): boolean => line.startsWith('{"kind":"decision"');
  const last = lines.findLastIndex(isDecision);
  const edited = lines.map((line, i) => (i === last ? line.replace(/\\"atMs\\":\d+/, '\\"atMs\\":1') : line));
  expect(edited).not.toEqual(lines);
  const others = [
    edited,
    lines.filter((_, i) => i !== last),
    [...lines.slice(0, last), lines[last] ?? '', ...lines.slice(last)],
  ];
  for (const changed of others)
    await expect(dryRun(fileOf(textOf(changed)))).rejects.toMatchObject({
      code: 'digestDiffers',
      exitCode: 1,
      message: expect.stringContaining('the recorded decisions are not those it was made of'),
    });
  expect((await dryRun(fileOf(textOf(lines)))).exit).toBe(0);
});

test('a gzip that was cut off is read as far as it goes, and that is told and counted', async () => {
  const rows = Array.from({ length: 4_000 }, (_, i) => rowsAt(40 + ((i * 7919) % 40), 1)).flat();
  for (const text of [gpuZLog(rows), textOf(lines)]) {
    const whole = gzipSync(text);
    const cut = fileOf(whole.subarray(0, whole.length >> 1), 'gz');
    const ran = await dryRun(cut, '--json');
    expect(ran.stderr).toContain('the gzip ends early');
    expect(ran.json().samples).toBeGreaterThan(0);
    expect(ran.json().rejectedRows).toBeGreaterThan(0);
    expect((await runCommand(registerInspect, ['inspect', cut])).stdout).toContain('the gzip ends early');
    expect((await dryRun(fileOf(whole, 'gz'), '--json')).json().rejectedRows).toBe(0);
  }
});

test('inspect marks percentiles that come from sketches, and no others', async () => {
  const { facts } = (await runCommand(registerInspect, ['inspect', recording, '--json'])).json();
  expect(facts['gpu.temperatureC']).not.toHaveProperty('approximate');
  expect(facts['frame.totalMs']).toMatchObject({ approximate: true });
  const { stdout } = await runCommand(registerInspect, ['inspect', recording]);
  expect(stdout).toMatch(/^frame\.totalMs .* ~$/m);
  expect(stdout).toContain('~ p95 to 1 %');
});

test('what is not compressed is not written under a name that says so', async () => {
  const out = join(folder, 'plain.ndjson.gz');
  const runs = [
    runCommand(registerRecord, ['record', '--duration', '1', '-o', out]),
    runCommand(registerConvert, [
      'convert',
      fileOf(gpuZLog(rowsAt(70, 3)), 'txt'),
      '--to',
      'ndjson',
      '-o',
      out,
    ]),
    runCommand(registerExport, ['export', recording, '--to', 'csv', '-o', out]),
    dryRun(recording, '--decisions', out),
  ];
  await Promise.all(runs.map((run) => expect(run).rejects.toThrow('to name a file that is not compressed')));
});
