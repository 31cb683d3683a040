import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli, startCli, temporaryFolder, until } from '../helpers/cli.js';
import { readAll } from '../recordings/helpers.js';

test('machine and card are sampled into one file, without rules, and it says how often', {
  timeout: 60_000,
}, async () => {
  const file = join(temporaryFolder(), 'new', 'evening.ndjson');
  const args = ['record', '--duration', '1', '--interval', '100', '--gpu', 'simulated', '-o', file, '--json'];
  const { code, stdout } = await runCli(args);
  expect(code).toBe(0);
  const answer = JSON.parse(stdout);
  expect(answer).toEqual({ samples: expect.any(Number), file });
  const { lines, report } = await readAll(file);
  expect(report.rejectedRows).toBe(0);
  const samples = lines.flatMap((line) => (line.kind === 'sample' ? [line] : []));
  expect(samples).toHaveLength(answer.samples);
  expect(samples.length).toBeGreaterThan(3);
  const last = samples.at(-1);
  expect(last?.readings['gpu.temperatureC']?.[1]).toBe('simulated');
  expect(last?.readings['system.memoryPercent']?.[0]).toBeGreaterThan(0);
  expect(new Set(lines.map(({ kind }) => kind))).toEqual(new Set(['header', 'sample']));
  expect(lines[0]).toMatchObject({ profile: { name: 'rtx-4090' }, settings: { intervalMs: 100 } });
  expect(readFileSync(file, 'utf8')).not.toMatch(new RegExp(`GPU-simulated|"identity"|"${hostname()}"`));
});

test('a file that holds something is written over only by force', async () => {
  const file = join(temporaryFolder(), 'mine.ndjson');
  writeFileSync(file, 'mine');
  const { code, stderr } = await runCli(['record', '--duration', '1', '-o', file]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('name another file with -o')]);
  expect(readFileSync(file, 'utf8')).toBe('mine');
});

test.skipIf(process.platform === 'win32')(
  'Ctrl-C ends it in order, with all that was sampled (no such signal on Windows)',
  async () => {
    const file = join(temporaryFolder(), 'a.ndjson');
    const running = startCli(['record', '--interval', '50', '--gpu', 'none', '--profile', 'cpu', '-o', file]);
    await until(
      'something is written',
      () => existsSync(file) && readFileSync(file, 'utf8').includes('"kind":"sample"'),
    );
    running.child.kill('SIGINT');
    const { code, stdout } = await running.ended;
    expect(code).toBe(130);
    const { lines, report } = await readAll(file);
    expect(report.rejectedRows).toBe(0);
    expect(stdout).toBe(`${file}: ${lines.length - 1} samples\n`);
  },
);

test('what cannot be is told: no file, a bad time, a profile that nobody has', async () => {
  expect((await runCli(['record'])).stderr).toContain('--out <FILE>');
  expect((await runCli(['record', '-o', 'x', '--duration', 'soon'])).stderr).toContain(
    'expected --duration to be a time',
  );
  const out = join(temporaryFolder(), 'x');
  expect((await runCli(['record', '-o', out, '--profile', 'rtx-409'])).stderr).toContain(
    'did you mean "rtx-4090"',
  );
  expect(existsSync(out)).toBe(false);
});
