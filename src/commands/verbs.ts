/** Every verb and where it stands. Each is loaded when it is asked for: a check of rules needs no server. */
import type { Command } from 'commander';
import type { Io } from './io.js';
import { keepYoungHeapSmall } from './young-heap.js';

/** Adds a verb to the program. */
type Register = (program: Command, io: Io) => void;

const VERBS: Readonly<Record<string, () => Promise<Register>>> = {
  run: async () => {
    // Before its modules are read, by which it grows.
    keepYoungHeapSmall();
    return (await import('./run.js')).registerRun;
  },
  validate: async () => (await import('./validate.js')).registerValidate,
  test: async () => (await import('./test.js')).registerTest,
  'dry-run': async () => (await import('./dry-run.js')).registerDryRun,
  record: async () => (await import('./record.js')).registerRecord,
  export: async () => (await import('./export.js')).registerExport,
  inspect: async () => (await import('./inspect.js')).registerInspect,
  convert: async () => (await import('./convert.js')).registerConvert,
  explain: async () => (await import('./explain.js')).registerExplain,
  set: async () => (await import('./set.js')).registerSet,
  release: async () => (await import('./release.js')).registerRelease,
  restore: async () => (await import('./restore.js')).registerRestore,
  'gpu-helper': async () => (await import('./gpu-helper.js')).registerGpuHelper,
  doctor: async () => (await import('./doctor.js')).registerDoctor,
  init: async () => (await import('./init.js')).registerInit,
  bench: async () => (await import('./bench.js')).registerBench,
};

/** Adds the verb that is asked for; all of them where the word is none, for the help and the nearest name. */
export async function registerVerbs(program: Command, io: Io, asked: string | undefined): Promise<void> {
  const only = asked !== undefined && Object.hasOwn(VERBS, asked) ? VERBS[asked] : undefined;
  for (const load of only === undefined ? Object.values(VERBS) : [only]) (await load())(program, io);
}
