import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { describeProblem } from '../../src/rules/problems.js';
import { Watched, WRONG, withTarget } from './watched.js';

let root: string;
let folder: string;
let file: string;
let watched: Watched | undefined;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'evenkeel-watch-'));
  folder = join(root, 'own');
  file = join(folder, 'mine.yaml');
  mkdirSync(folder);
  writeFileSync(file, withTarget(11));
});

afterEach(async () => {
  await watched?.watch.close();
  watched = undefined;
  rmSync(root, { recursive: true, force: true });
});

/** A watch that is known to run: it has told of one edit already. */
async function running(...folders: string[]): Promise<Watched> {
  const started = new Watched(folders.length === 0 ? [folder] : folders);
  watched = started;
  writeFileSync(file, withTarget(12));
  await started.untilTarget(12);
  return started;
}

/** Saves as an editor does, one that writes a draft beside the file and puts it in its place. */
function saveByRename(text: string): void {
  writeFileSync(`${file}.tmp123`, text);
  renameSync(`${file}.tmp123`, file);
}

function saveAsVim(text: string): void {
  renameSync(file, `${file}~`);
  writeFileSync(file, text);
  unlinkSync(`${file}~`);
}

describe('a save', () => {
  test.each([
    ['overwrites the file', (text: string) => writeFileSync(file, text)],
    ['puts another file in its place', saveByRename],
    ['moves the file away and writes it anew, as vim does', saveAsVim],
    ['deletes the file and writes it anew', (text: string) => [unlinkSync(file), writeFileSync(file, text)]],
    [
      'touches a hidden draft first',
      (text: string) => [writeFileSync(join(folder, '.mine.yaml.swp'), text), writeFileSync(file, text)],
    ],
  ])('that %s goes live once', async (_, save) => {
    const told = await running();
    save(withTarget(13));
    await told.untilTarget(13);
    save(withTarget(14));
    await told.untilTarget(14);
    expect(told.books).toHaveLength(3);
    expect(told.refusals).toEqual([]);
  });

  test('of a single file that stands for a folder goes live, in every way of saving', async () => {
    const told = await running(file);
    for (const [fps, save] of [
      [13, saveByRename],
      [14, saveAsVim],
      [15, saveByRename],
      [16, (text: string) => writeFileSync(file, text)],
    ] as const) {
      save(withTarget(fps));
      await told.untilTarget(fps);
    }
  });

  test('of a second file, and its deletion, go live', async () => {
    const told = await running();
    const second = join(folder, 'second.yaml');
    writeFileSync(second, withTarget(30));
    await told.untilTarget(30);
    unlinkSync(second);
    await told.untilTarget(12);
    expect(told.refusals).toEqual([]);
  });

  test.each(['', '/'])('in a folder whose own name is hidden goes live, told as NAME%s', async (end) => {
    const hidden = join(root, '.evenkeel');
    renameSync(folder, hidden);
    file = join(hidden, 'mine.yaml');
    const told = await running(`${hidden}${end}`);
    saveByRename(withTarget(13));
    await told.untilTarget(13);
  });

  test('that changes nothing is not told', async () => {
    const told = await running();
    writeFileSync(file, withTarget(12));
    told.watch.check();
    writeFileSync(file, withTarget(13));
    await told.untilTarget(13);
    expect(told.books).toHaveLength(2);
  });
});

describe('a wrong save', () => {
  test('is refused with its place, and the book of before stays', async () => {
    const told = await running();
    writeFileSync(file, WRONG);
    const problems = await told.untilRefused(1);
    expect(problems.map(describeProblem)).toEqual([
      `${file}:2:23: unknown key "targetFPS", did you mean "targetFps"?; expected one of title, useCase, targetFps, gpuUsageLimitPercent, dynamicResolution, frameSkipping, tensorrt, batchProcessing, because`,
    ]);
    told.watch.check();
    expect(told.refusals).toHaveLength(1);
    expect(told.books).toHaveLength(1);
  });

  test('that is mended to another text goes live', async () => {
    const told = await running();
    writeFileSync(file, WRONG);
    await told.untilRefused(1);
    writeFileSync(file, withTarget(14));
    await told.untilTarget(14);
    expect(told.refusals).toHaveLength(1);
  });

  test('that is mended to what is live already tells that nothing is wrong any more', async () => {
    const told = await running();
    writeFileSync(file, WRONG);
    await told.untilRefused(1);
    writeFileSync(file, withTarget(12));
    expect(await told.untilRefused(2)).toEqual([]);
    expect(told.books).toHaveLength(1);
  });

  test('of another encoding is refused by its name', async () => {
    const told = await running();
    writeFileSync(file, Buffer.from(`\uFEFF${withTarget(14)}`, 'utf16le'));
    const [problem] = await told.untilRefused(1);
    expect(problem).toMatchObject({ path: file, code: 'encoding', message: 'the file is UTF-16' });
  });
});

describe('a file that is half way', () => {
  test('is not judged while it is empty', async () => {
    const told = await running();
    truncateSync(file);
    told.watch.check();
    appendFileSync(file, withTarget(14));
    await told.untilTarget(14);
    expect(told.refusals).toEqual([]);
    expect(told.books).toHaveLength(2);
  });

  test('keeps its rules while it is away for a moment', async () => {
    const told = await running();
    const text = readFileSync(file, 'utf8');
    unlinkSync(file);
    told.watch.check();
    writeFileSync(file, text);
    told.watch.check();
    writeFileSync(file, withTarget(14));
    await told.untilTarget(14);
    expect(told.books).toHaveLength(2);
  });

  test('is refused when it stays empty', async () => {
    const told = await running();
    truncateSync(file);
    const [problem] = await told.untilRefused(1);
    expect(problem).toMatchObject({ path: file, line: 1, column: 1, code: 'empty' });
    expect(told.target).toBe(12);
  });
});

describe('a folder that vanishes', () => {
  test('is told once, and watched again when it comes back', async () => {
    const told = await running();
    rmSync(folder, { recursive: true });
    const [problem] = await told.untilRefused(1);
    expect(problem).toMatchObject({ path: folder, code: 'vanished' });
    expect(problem?.message).toContain(`expected a folder of rules at ${folder}`);
    told.watch.check();
    expect(told.refusals).toHaveLength(1);
    mkdirSync(folder);
    writeFileSync(file, withTarget(12));
    expect(await told.untilRefused(2)).toEqual([]);
    writeFileSync(file, withTarget(13));
    await told.untilTarget(13);
    writeFileSync(file, withTarget(14));
    await told.untilTarget(14);
    expect(told.refusals).toHaveLength(2);
  });

  test('and is back at once was never away', async () => {
    const told = await running();
    renameSync(folder, join(root, 'away'));
    mkdirSync(folder);
    writeFileSync(file, withTarget(13));
    await told.untilTarget(13);
    writeFileSync(file, withTarget(14));
    await told.untilTarget(14);
    expect(told.refusals).toEqual([]);
  });
});

test('tells nothing after it was closed', async () => {
  const told = await running();
  await told.watch.close();
  writeFileSync(file, withTarget(13));
  // Another watch of the same folder sees the save; this one does not.
  const other = new Watched([folder]);
  writeFileSync(file, withTarget(14));
  await other.untilTarget(14);
  await other.watch.close();
  expect(told.target).toBe(12);
});
