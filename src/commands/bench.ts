/** `evenkeel bench`: the measurements of `bench/`, on this machine. */
import { type Command, Option } from 'commander';
import { EvenkeelError } from '../errors.js';
import { didYouMean } from '../nearest.js';
import type { Bench, BenchResult, Effort } from '../shapes/bench.js';
import { benchTable, describeMachine } from './bench-table.js';
import type { Io } from './io.js';
import { readMachine } from './machine.js';
import { printJson } from './print-json.js';

const FULL: Effort = { runs: 5, count: (full) => full };
/** Enough to see that everything works; its figures mean nothing. */
const QUICK: Effort = { runs: 1, count: (full) => Math.max(1, Math.ceil(full / 100)) };

/** `load` gives every measurement in order; they are compiled beside the program, not into it. */
export function registerBench(
  program: Command,
  io: Io,
  load: () => Promise<readonly Bench[]> = loadBenches,
): void {
  program
    .command('bench')
    .description('measure on this machine how fast the agent is; without a NAME everything')
    .argument('[NAME...]', 'measurements')
    .option('--json', 'one JSON document')
    .addOption(new Option('--quick').hideHelp())
    .addHelpText('after', '\nExample:\n  evenkeel bench validate --json')
    .action(async (names: string[], { json, quick }: { json?: boolean; quick?: boolean }) => {
      const chosen = choose(await load(), names);
      const machine = readMachine();
      const results: BenchResult[] = [];
      for (const [i, bench] of chosen.entries()) {
        const lack = bench.lacks?.() ?? null;
        if (lack !== null) {
          io.stderr(`evenkeel: ${bench.name} is not measured here: ${lack}\n`);
          continue;
        }
        io.stderr(`evenkeel: ${bench.name} (${i + 1} of ${chosen.length}), about ${bench.takesS} s\n`);
        results.push(...(await bench.measure(quick === true ? QUICK : FULL)));
      }
      if (json === true) printJson(io, { machine, results });
      else io.stdout(`${describeMachine(machine)}\n\n${benchTable(results)}`);
      io.exit(0);
    });
}

/** @throws EvenkeelError `unknownName` for a name that no measurement has. */
function choose(all: readonly Bench[], names: readonly string[]): readonly Bench[] {
  const known = all.map(({ name }) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new EvenkeelError(
      'unknownName',
      `no measurement is named "${name}"${didYouMean(name, known)}; expected ${known.join(', ')}`,
    );
  }
  return names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
}

async function loadBenches(): Promise<readonly Bench[]> {
  const url = new URL('../bench/index.js', import.meta.url);
  const { BENCHES } = (await import(url.href)) as { BENCHES: readonly Bench[] };
  return BENCHES;
}
