import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { registerDryRun } from '../../src/commands/dry-run.js';
import { registerExport } from '../../src/commands/export.js';
import { registerTest } from '../../src/commands/test.js';
import { EvenkeelError } from '../../src/errors.js';
import { runCli, temporaryFolder } from '../helpers/cli.js';
import { readAll } from '../recordings/helpers.js';
import { writeScriptedRun } from '../recordings/scripted-run.js';
import { runCommand } from './fake-io.js';

let folder: string;
let digest: string;
beforeAll(async () => {
  folder = join(temporaryFolder(), '2026-01-01T00-00-00');
  digest = await writeScriptedRun(folder);
});

/** Runs a verb within this process; what it throws is how it ended. */
async function run(
  register: typeof registerExport,
  ...args: string[]
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  try {
    const { exit, stdout, stderr } = await runCommand(register, args);
    return { code: exit, stdout, stderr };
  } catch (error) {
    if (!(error instanceof EvenkeelError)) throw error;
    return { code: error.exitCode, stdout: '', stderr: error.message };
  }
}

async function exported(
  name: string,
  ...args: string[]
): Promise<Record<string, unknown> & { file: string; cwd: string }> {
  const cwd = temporaryFolder();
  const { code, stdout, stderr } = await run(
    registerExport,
    ...['export', folder, '-o', join(cwd, name), '--json', ...args],
  );
  expect(code, stderr).toBe(0);
  return { ...JSON.parse(stdout), cwd };
}

test('a table is CSV unless it is said, named after the recording', async () => {
  const cwd = temporaryFolder();
  const { stdout } = await runCli(['export', folder, '--json'], { cwd });
  expect(JSON.parse(stdout)).toEqual({ samples: 240, file: '2026-01-01T00-00-00.csv', rejectedRows: 0 });
  const text = readFileSync(join(cwd, '2026-01-01T00-00-00.csv'), 'utf8');
  expect(text.trimEnd().split('\n')).toHaveLength(241);
  const parquet = await exported('x.parquet', '--to', 'parquet');
  expect(readFileSync(parquet.file).subarray(0, 4).toString()).toBe('PAR1');
});

test('a bundle is one file that replays to the digest of the run', async () => {
  const { file, samples } = await exported('a.ndjson.gz', '--bundle');
  expect(samples).toBe(240);
  expect((await readAll(file)).lines).toEqual((await readAll(folder)).lines);
  const replay = await run(registerDryRun, 'dry-run', file, '--json');
  expect([replay.code, JSON.parse(replay.stdout).digest]).toEqual([0, digest]);
});

test('a bundle of a recording that names its person names nobody, unless that is asked for', async () => {
  const own = temporaryFolder();
  const { lines } = await readAll(folder);
  const named = lines.map((line) =>
    line.kind === 'header'
      ? { ...line, identity: { host: 'battlestation', user: 'alice', commandLine: [], cardUuids: [] } }
      : line.kind === 'sample'
        ? {
            ...line,
            readings: { 'gpu.powerW': [null, 'missing', 0, 'no file at /opt/alice/x on battlestation'] },
          }
        : line,
  );
  writeFileSync(join(own, 'a.ndjson'), named.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const text = async (...args: string[]): Promise<string> => {
    await run(
      registerExport,
      'export',
      join(own, 'a.ndjson'),
      '--bundle',
      '--force',
      '-o',
      join(own, 'b.gz'),
      ...args,
    );
    return JSON.stringify((await readAll(join(own, 'b.gz'))).lines);
  };
  expect(await text()).not.toMatch(/alice|battlestation/);
  expect(await text('--identify')).toMatch(/alice.*battlestation/);
});

describe('a test', () => {
  test('of a run passes, and tells its rules as they were', async () => {
    const { file, files, sameTicks, samples, cwd } = await exported(
      'a.test.yaml',
      '--as-test',
      '--until',
      '74s',
    );
    const rules = join(cwd, 'a.rules', 'rules', 'golden.yaml');
    expect(files).toEqual([rules, file]);
    const { code, stdout } = await run(registerTest, 'test', cwd, '--json');
    expect([code, JSON.parse(stdout)]).toMatchObject([0, { ok: true, passed: 1, failed: 0 }]);
    const text = readFileSync(file, 'utf8');
    for (const told of [
      'rule: smaller, is: active',
      'rule: cool, is: active',
      'powerLimitW: 320',
      'release: resolution',
    ])
      expect(text).toContain(told);
    // What the run itself did otherwise is told, not hidden: there its bot refused changes.
    expect(Number(sameTicks)).toBeGreaterThan(Number(samples) / 3);
    expect(text).toContain('# The run itself went another way, first at ');
    // It tells something: with another rule it fails.
    writeFileSync(rules, readFileSync(rules, 'utf8').replace('below: 5', 'below: 2'));
    expect((await run(registerTest, 'test', cwd)).code).toBe(1);
  });

  test('of a part is that part, and ends where other rules went live', async () => {
    const part = await exported('deep/a.test.yaml', '--as-test', '--from', '40', '--until', '50.1');
    // The tick that somebody asked for between two others is none of the test's.
    expect(part.samples).toBe(20);
    expect((await run(registerTest, 'test', join(part.cwd, 'deep'))).code).toBe(0);
    expect((await exported('b.test.yaml', '--as-test')).samples).toBe(147);
    expect((await exported('c.test.yaml', '--as-test', '--from', '-10s')).samples).toBe(21);
  });

  test('of no tick is none', async () => {
    const { code, stderr } = await run(registerExport, 'export', folder, '--as-test', '--from', '4000');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('expected samples between --from and --until'),
    ]);
  });
});

test('a log of another tool is sent to the verb that reads it', async () => {
  const log = join(temporaryFolder(), 'gpu.csv');
  writeFileSync(log, 'timestamp, temperature.gpu\n2026/01/02 03:04:05.000, 61\n');
  const { code, stderr } = await run(registerExport, 'export', log);
  expect(code).toBe(2);
  expect(stderr).toContain(`evenkeel convert ${JSON.stringify(log)} --to csv -o FILE.csv`);
});

test('samples without rules make no test', async () => {
  const samples = join(temporaryFolder(), 'samples.ndjson');
  const lines = (await readAll(folder)).lines.filter(({ kind }) => kind === 'header' || kind === 'sample');
  writeFileSync(samples, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const { code, stderr } = await run(registerExport, 'export', samples, '--as-test');
  expect([code, stderr]).toEqual([2, expect.stringContaining('holds samples without rules')]);
});

test('what does not go together is told', async () => {
  const cases: [string[], string][] = [
    [['--bundle', '--as-test'], 'expected one of --to, --bundle and --as-test, got several'],
    [['--from', '3'], 'expected --from and --until beside --as-test'],
    [['--identify'], 'expected --identify beside --bundle'],
    [['--to', 'xml'], 'expected --to to be one of csv, parquet'],
    [['--as-test', '--from', 'soon'], 'expected --from as ISO 8601'],
  ];
  for (const [args, told] of cases) {
    const { code, stderr } = await run(registerExport, 'export', folder, ...args);
    expect([code, stderr], args.join(' ')).toEqual([2, expect.stringContaining(told)]);
  }
  mkdirSync(join(folder, '..', 'full'), { recursive: true });
  const { code, stderr } = await run(
    registerExport,
    ...['export', folder, '--bundle', '-o', join(folder, '..', 'full')],
  );
  expect([code, stderr]).toEqual([2, expect.stringContaining('name another file with -o')]);
  expect(existsSync(join(folder, '..', 'full'))).toBe(true);
});
