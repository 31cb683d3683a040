import { expect, test } from 'vitest';
import { startProgress } from '../../src/commands/progress.js';

function told(isErrorTerminal: boolean, atMs: readonly number[]): string[] {
  const lines: string[] = [];
  let now = 0;
  const io = {
    stdout: () => {},
    stderr: (text: string) => {
      lines.push(text);
    },
    env: {},
    isTerminal: false,
    isErrorTerminal,
    exit: () => {},
  };
  const progress = startProgress(io, 'day.ndjson', 1_000, () => now);
  for (const ms of atMs) {
    now = ms;
    progress.add(100);
  }
  progress.end();
  return lines;
}

test('long work tells how far it is and how long it will take, and takes its line away', () => {
  expect(told(true, [1_000, 2_000, 2_100, 4_000])).toEqual([
    '\rday.ndjson: 20 %, about 8 s left\x1b[K',
    '\rday.ndjson: 40 %, about 6 s left\x1b[K',
    '\r\x1b[K',
  ]);
});

test('short work, and a stderr that is no terminal, tell nothing', () => {
  expect(told(true, [100, 900])).toEqual([]);
  expect(told(false, [2_000, 4_000])).toEqual([]);
});
