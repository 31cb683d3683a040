import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { FileWriter } from '../../src/recordings/file-writer.js';
import { startRecording } from '../../src/recordings/writer.js';
import { ROOT } from '../helpers/checkout.js';
import { HEADER, readAll, sampleAt } from './helpers.js';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'evenkeel-recording-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const MEBIBYTE = 1024 * 1024;

/** A file that takes each text only when it is told to; nothing else of a file is used. */
class SlowFile {
  readonly written: string[] = [];
  closes = 0;
  appendError: Error | null = null;
  closeError: Error | null = null;
  #go: (() => void)[] = [];

  appendFile(text: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#go.push(() => {
        if (this.appendError !== null) return reject(this.appendError);
        this.written.push(text);
        resolve();
      });
    });
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closes++;
    return this.closeError === null ? Promise.resolve() : Promise.reject(this.closeError);
  }

  get waits(): number {
    return this.#go.length;
  }

  go(): void {
    this.#go.shift()?.();
  }

  asHandle(): FileHandle {
    return this as unknown as FileHandle;
  }
}

describe('a recording that is written', () => {
  test('reaches the disk while the agent runs on', async () => {
    const folder = join(root, 'run');
    const writer = await startRecording(folder, { onFailure: (why) => expect.unreachable(why) });
    writer.write(HEADER);
    await vi.waitFor(async () => expect((await readAll(folder)).lines).toEqual([HEADER]), {
      timeout: 10_000,
    });
    writer.write(sampleAt(1));
    await writer.close();
    expect((await readAll(folder)).lines).toEqual([HEADER, sampleAt(1)]);
  });

  test.skipIf(process.platform === 'win32')(
    'is for the person alone: Windows keeps its own lists',
    async () => {
      const folder = join(root, 'run');
      await (await startRecording(folder, { onFailure: (why) => expect.unreachable(why) })).close();
      expect(statSync(folder).mode & 0o777).toBe(0o700);
      expect(statSync(join(folder, '000001.ndjson')).mode & 0o777).toBe(0o600);
    },
  );

  test('is never shared by two writers', async () => {
    const folder = join(root, 'run');
    const first = await startRecording(folder, { onFailure: (why) => expect.unreachable(why) });
    first.write(HEADER);
    await expect(startRecording(folder, { onFailure: () => undefined })).rejects.toMatchObject({
      code: 'badFile',
      cause: { code: 'EEXIST' },
    });
    await first.close();
    await expect(startRecording(folder, { onFailure: () => undefined })).rejects.toMatchObject({
      code: 'badFile',
      cause: { code: 'EEXIST' },
    });
    expect((await readAll(folder)).lines).toEqual([HEADER]);
  });
});

describe('a full disk', () => {
  const full = existsSync('/dev/full');

  test.skipIf(!full)(
    'is told once and ends the recording, not the agent (only where /dev/full is)',
    async () => {
      const told: string[] = [];
      const writer = new FileWriter(await open('/dev/full', 'a'), (why) => told.push(why));
      writer.write(HEADER);
      await vi.waitFor(() => expect(writer.failure).not.toBeNull(), { timeout: 10_000 });
      for (let i = 0; i < 100; i++) writer.write(sampleAt(i));
      await writer.close();
      expect(told).toEqual([writer.failure]);
      expect(writer.failure).toContain('ENOSPC');
    },
  );

  test.skipIf(!full)(
    'is told at the close where nothing was flushed before (only where /dev/full is)',
    async () => {
      const told: string[] = [];
      const writer = new FileWriter(await open('/dev/full', 'a'), (why) => told.push(why));
      writer.write(HEADER);
      await writer.close();
      expect(told).toHaveLength(1);
    },
  );
});

describe('a disk that is too slow', () => {
  const big = { kind: 'decision', line: 'x'.repeat(MEBIBYTE) } as const;

  test('ends the recording when 64 MiB wait, those among them that are being written', async () => {
    const file = new SlowFile();
    const told: string[] = [];
    const writer = new FileWriter(file.asHandle(), (why) => told.push(why));
    for (let i = 0; i < 40; i++) writer.write(big);
    await vi.waitFor(() => expect(file.waits).toBe(1), { timeout: 10_000 });
    for (let i = 0; i < 23; i++) writer.write(big);
    expect(writer.failure).toBeNull();
    writer.write(big);
    expect(writer.failure).toBe('the disk is too slow: 64 MiB of lines wait to be written');
    writer.write(big);
    file.appendError = new Error('ENOSPC: no space left on device, write');
    file.go();
    await writer.close();
    expect(told).toEqual([writer.failure]);
  });

  test('counts what came while an earlier part was written', async () => {
    const file = new SlowFile();
    const writer = new FileWriter(file.asHandle(), () => undefined);
    for (let i = 0; i < 40; i++) writer.write(big);
    await vi.waitFor(() => expect(file.waits).toBe(1), { timeout: 10_000 });
    for (let i = 0; i < 20; i++) writer.write(big);
    file.go();
    await vi.waitFor(() => expect(file.waits).toBe(1), { timeout: 10_000 });
    for (let i = 0; i < 43; i++) writer.write(big);
    expect(writer.failure).toBeNull();
    writer.write(big);
    expect(writer.failure).not.toBeNull();
    file.go();
    await writer.close();
  });

  test('and catches up has room again', async () => {
    const file = new SlowFile();
    const writer = new FileWriter(file.asHandle(), (why) => expect.unreachable(why));
    for (let round = 1; round <= 3; round++) {
      for (let i = 0; i < 40; i++) writer.write(big);
      await vi.waitFor(() => expect(file.waits).toBe(1), { timeout: 10_000 });
      file.go();
      await vi.waitFor(() => expect(file.written).toHaveLength(round), { timeout: 10_000 });
    }
    await writer.close();
    expect(writer.failure).toBeNull();
  });
});

test('a file that cannot be closed is told and does not throw', async () => {
  const file = new SlowFile();
  file.closeError = new Error('EIO: i/o error, close');
  const told: string[] = [];
  await new FileWriter(file.asHandle(), (why) => told.push(why)).close();
  expect(told).toEqual(['EIO: i/o error, close']);
});

/** Starts a writer in a process of its own and kills it after a while, each attempt at another moment. */
async function writeUntilKilled(attempt: number): Promise<void> {
  const folder = join(root, `run-${attempt}`);
  // Each line holds when it was written; the child says so too, on a pipe that a kill does not empty.
  const script = `
    import { startRecording } from ${JSON.stringify(pathToFileURL(`${ROOT}dist/recordings/writer.js`).href)};
    const writer = await startRecording(process.argv[1], {
      onFailure: (why) => { throw new Error(why); },
      segment: { bytes: ${attempt % 2 === 0 ? 20_000 : 1e9}, ms: 600_000 },
    });
    writer.write(${JSON.stringify(HEADER)});
    let n = 0;
    setInterval(() => {
      if (writer.isSegmentFull) writer.beginSegment([]);
      writer.write({ kind: 'decision', line: n + ' ' + 'x'.repeat(2_000) });
      process.stdout.write(n + ' ' + performance.now() + '\\n');
      n++;
    }, 5);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const written: { n: number; atMs: number }[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [n, atMs] = line.split(' ').map(Number);
      written.push({ n: n ?? 0, atMs: atMs ?? 0 });
    }
  });
  const lived = (): number => (written.at(-1)?.atMs ?? 0) - (written[0]?.atMs ?? 0);
  await vi.waitFor(() => expect(lived()).toBeGreaterThan(1_100 + attempt * 83), {
    timeout: 20_000,
    interval: 7,
  });
  child.kill('SIGKILL');
  await once(child, 'close');
  const lastMs = written.at(-1)?.atMs ?? 0;
  const owed = written.filter(({ atMs }) => atMs < lastMs - 1_000).map(({ n }) => n);
  const { lines, report } = await readAll(folder);
  const kept = new Set(lines.map((line) => (line.kind === 'decision' ? Number.parseInt(line.line, 10) : -1)));
  expect(owed.length).toBeGreaterThan(0);
  expect(owed.filter((n) => !kept.has(n))).toEqual([]);
  expect(report.rejectedRows).toBeLessThanOrEqual(1);
  // Every other one was closing and compressing segments all the time.
  expect(readdirSync(folder).length).toBeGreaterThan(attempt % 2 === 0 ? 3 : 0);
}

test('a writer that is killed, five times, loses no line that is older than a second', async () => {
  await Promise.all([1, 2, 3, 4, 5].map(writeUntilKilled));
});
