/** Writes the traces of proved mistakes as rule tests. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parse } from 'yaml';
import { EvenkeelError } from '../errors.js';
import type { Problem } from '../shapes/rule.js';

/**
 * Writes every trace to a file of its own in `folder`, which is made where there is none; the names of the files. A
 * file of an earlier run with the same rules is written over.
 * @throws EvenkeelError `badFile` where it cannot be written.
 */
export function saveTraces(problems: readonly Problem[], folder: string): string[] {
  const traces = problems.flatMap(({ trace }) => (trace === undefined ? [] : [trace]));
  try {
    if (traces.length > 0) mkdirSync(folder, { recursive: true });
    return traces.map((trace) => {
      const file = join(folder, fileNameOf(trace));
      writeFileSync(file, fromFolder(trace, folder));
      return file;
    });
  } catch (cause) {
    const message = `cannot write traces to ${folder}: ${(cause as Error).message}; name another folder`;
    throw new EvenkeelError('badFile', message, { cause });
  }
}

/** The sentence that names the test, as a file name. */
function fileNameOf(trace: string): string {
  const name = /^ {2}- name: (.*)$/m.exec(trace)?.[1] ?? 'trace';
  return `${name.replaceAll(/[^\w-]+/g, '-')}.test.yaml`;
}

/** Messages tell paths from where the program runs; a test tells them from its own folder. */
function fromFolder(trace: string, folder: string): string {
  return trace.replace(/^rules: (\[.*\])$/m, (_, list: string) => {
    const entries = (parse(list) as string[]).map((entry) =>
      entry.startsWith('shipped:') ? entry : relative(folder, entry).replaceAll('\\', '/'),
    );
    return `rules: ${JSON.stringify(entries)}`;
  });
}
