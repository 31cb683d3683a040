/** Compiles the stand-in for NVIDIA's management library, once for each version of its sources. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './checkout.js';

const SOURCES = join(ROOT, 'tests', 'fixtures', 'nvml-standin');
const CACHE = join(ROOT, 'node_modules', '.cache', 'nvml-standin');

/** The name that a driver for Linux gives its library. */
const LIBRARY = 'libnvidia-ml.so.1';
const COMMON = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-fPIC', '-fvisibility=hidden'];
/** The program that prints a machine needs none of the calls. */
const STATE = ['state.c', 'machine.c', 'clients.c', 'plant.c', 'figures.c', 'control.c'];

/** Where the two builds and the program `state` lie, or why there are none. */
export type StandInBuild = { folder: string } | { missing: string };

/** The libraries of these sources; an earlier run's where there is one. Runs beside each other do not meet. */
export async function compileStandIn(): Promise<StandInBuild> {
  if (process.platform !== 'linux') {
    return { missing: `it uses locks that only Linux has, and this is ${process.platform}` };
  }
  const sources = readdirSync(SOURCES).sort();
  const folder = join(CACHE, hashOf(sources));
  if (existsSync(folder)) return { folder };
  mkdirSync(CACHE, { recursive: true });
  const making = mkdtempSync(join(CACHE, 'making-'));
  try {
    const failure = await compileWithAny(sources, making);
    if (failure !== undefined) return { missing: failure };
    putInPlace(making, folder);
    return { folder };
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

function hashOf(sources: readonly string[]): string {
  const hash = createHash('sha256').update(COMMON.join(' ')).update(process.arch);
  for (const name of sources) hash.update(name).update(readFileSync(join(SOURCES, name)));
  return hash.digest('hex').slice(0, 16);
}

/** The first compiler that there is decides; what it says of our sources is the reason for a failure. */
async function compileWithAny(sources: readonly string[], into: string): Promise<string | undefined> {
  const compilers = [process.env.CC, 'cc', 'gcc', 'clang'].filter(
    (name) => name !== undefined && name !== '',
  );
  for (const compiler of compilers as string[]) {
    try {
      await compile(compiler, sources, into);
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        return `${compiler} refuses it: ${String(error)}`;
    }
  }
  return `expected a C compiler as ${compilers.join(', ')}, found none`;
}

async function compile(compiler: string, sources: readonly string[], into: string): Promise<void> {
  const run = (args: readonly string[]): Promise<unknown> =>
    promisify(execFile)(compiler, [...COMMON, ...args, '-lm', '-lpthread'], { cwd: SOURCES });
  const calls = sources.filter((name) => name.endsWith('.c') && name !== 'state.c');
  const library = (build: string, ...flags: string[]): Promise<unknown> => {
    // A compiler tried before may have left it.
    mkdirSync(join(into, build), { recursive: true });
    const out = join(into, build, LIBRARY);
    return run([...flags, '-shared', `-Wl,-soname,${LIBRARY}`, '-o', out, ...calls]);
  };
  await Promise.all([
    library('modern'),
    library('old', '-DSTANDIN_OLD'),
    run(['-o', join(into, 'state'), ...STATE]),
  ]);
}

/** Another run may have been quicker; its libraries are the same. */
function putInPlace(made: string, folder: string): void {
  try {
    renameSync(made, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}
