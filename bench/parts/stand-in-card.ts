/** A card that is no hardware: the library of the tests, compiled for the measurement, with the driver's interface. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of a clone: the package has no tests. From dist/bench/parts/ and from bench/parts/ alike. */
const SOURCES = ['../../../', '../../']
  .map((root) => fileURLToPath(new URL(`${root}tests/fixtures/nvml-standin/`, import.meta.url)))
  .find(existsSync);
const LIBRARY = 'libnvidia-ml.so.1';
const FLAGS = ['-std=gnu11', '-O2', '-fPIC', '-fvisibility=hidden', '-shared', `-Wl,-soname,${LIBRARY}`];

/** A simulated machine with one busy card. */
export interface StandInCard {
  library: string;
  /** For a process that shall see it. */
  env: { NVML_LIBRARY: string; NVML_STANDIN: string };
  close(): void;
}

/** Why there can be no such card here; null where there can. */
export function standInLacks(): string | null {
  if (process.platform !== 'linux') return 'its card is a library that is written for Linux';
  if (SOURCES === undefined) return 'its card is compiled from the tests of a clone';
  try {
    execFileSync(compiler(), ['--version'], { stdio: 'ignore' });
    return null;
  } catch {
    return `its card is compiled, and there is no ${compiler()}`;
  }
}

/** Compiles the library and makes a card of it, half busy. */
export function openStandInCard(): StandInCard {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-card-'));
  const library = join(folder, LIBRARY);
  const sources = readdirSync(SOURCES ?? '').filter((name) => name.endsWith('.c') && name !== 'state.c');
  execFileSync(compiler(), [...FLAGS, '-o', library, ...sources, '-lm', '-lpthread'], { cwd: SOURCES });
  const state = join(folder, 'state');
  mkdirSync(state);
  writeFileSync(join(state, 'control'), 'cards=1\nbusyShare=0.5\n');
  return {
    library,
    env: { NVML_LIBRARY: library, NVML_STANDIN: state },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function compiler(): string {
  return process.env.CC || 'cc';
}
