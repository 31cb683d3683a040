/** The whole process `evenkeel validate` over the shipped rules and profiles, from start to exit. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Bench } from '#src/shapes/bench.js';
import { compareInTurn, median, rounded } from './parts/statistics.js';

const MAIN = fileURLToPath(new URL('../main.js', import.meta.url));

/** Time in s of the whole process, once the program has been read from the disk. */
export const validate: Bench = {
  name: 'validate',
  takesS: 15,
  async measure({ runs }) {
    // The first process reads the program from the disk, later ones from memory.
    await timeNode([MAIN, 'validate']);
    const { times, ratios } = await compareInTurn(
      runs,
      () => timeNode([MAIN, 'validate']),
      () => timeNode(['-e', '0']),
    );
    return [
      {
        name: 'validate',
        figure: rounded(median(times)),
        unit: 's',
        against: 'a Node process that does nothing',
        ratio: rounded(median(ratios)),
        bar: { of: 'figure', atMost: 1 },
        runs: times.map(rounded),
      },
    ];
  },
};

/** Runs Node with these arguments in a folder without an evenkeel.yaml; the time to its exit in s. */
async function timeNode(args: string[]): Promise<number> {
  const startMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: 'ignore', cwd: tmpdir() });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`expected ${args.join(' ')} to exit with 0, got ${code}`);
  return (performance.now() - startMs) / 1000;
}
