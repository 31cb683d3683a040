/** Steps that run beside each other: `scripts/parts/lanes.mjs`. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { ROOT } from '../helpers/checkout.js';

interface Lanes {
  startInLanes<T>(jobs: (() => Promise<T>)[], lanes: number): Promise<T>[];
  runKept(command: string, args: string[]): Promise<{ code: number; printed: string }>;
}

const script = pathToFileURL(join(ROOT, 'scripts', 'parts', 'lanes.mjs')).href;
const { startInLanes, runKept } = (await import(script)) as Lanes;

interface Gate {
  job: () => Promise<string>;
  end(what: string): void;
  fail(why: string): void;
}

test('jobs start in their order, no more at once than there are lanes, and each result has its place', async () => {
  const started: number[] = [];
  const gates = Array.from({ length: 4 }, (_, i): Gate => {
    let [end, fail] = [(_what: string): void => undefined, (_why: string): void => undefined];
    const result = new Promise<string>((resolve, reject) => {
      end = resolve;
      fail = (why) => reject(new Error(why));
    });
    const job = (): Promise<string> => {
      started.push(i);
      return result;
    };
    return { job, end, fail };
  });
  const results = startInLanes(
    gates.map(({ job }) => job),
    2,
  );
  await Promise.resolve();
  expect(started).toEqual([0, 1]);
  gates[1]?.end('second');
  expect(await results[1]).toBe('second');
  await expect.poll(() => started).toEqual([0, 1, 2]);
  gates[2]?.fail('third');
  await expect(results[2]).rejects.toThrow('third');
  await expect.poll(() => started).toEqual([0, 1, 2, 3]);
  gates[0]?.end('first');
  gates[3]?.end('fourth');
  expect([await results[0], await results[3]]).toEqual(['first', 'fourth']);
});

test('what a command prints is kept whole, with its exit code', async () => {
  const code = `process.stdout.write('x'.repeat(200_000)); process.stderr.write('why'); process.exitCode = 3;`;
  expect(await runKept(process.execPath, ['-e', code])).toEqual({
    code: 3,
    printed: `${'x'.repeat(200_000)}why`,
  });
});
