/** Drives the core with a recording's own inputs: a replay obeys all of them and comes to the same decisions. */
import { EvenkeelError } from '../errors.js';
import type { DecisionLine, HeaderLine, RecordingLine } from '../recordings/format.js';
import type { Book } from '../shapes/rule.js';
import type { Sample } from '../shapes/sample.js';
import { Core, type CoreOptions, type TickResult } from './core.js';
import { loadBook, loadProfile } from './setup.js';

/** One tick of a replay. */
export interface ReplayTick {
  core: Core;
  sample: Sample;
  result: TickResult;
}

/** What the recording itself says of its run, for comparison. */
export interface Recorded {
  header: HeaderLine | null;
  /** The digest lines of the live run. */
  decisions: string[];
  /** The live run's digest; null when the recording was cut off. */
  digest: string | null;
}

/** A replay need not wait for an engine: the compiled conditions are the same. */
export const OFFLINE: CoreOptions = { engine: 'compiled' };

/**
 * Replays lines in their order. `recorded` is filled as they are read.
 * @throws EvenkeelError `badRecording` when a sample comes before header and book, `badBook` when the recorded rules
 * are not of this agent's language.
 */
export async function* replay(
  lines: AsyncIterable<RecordingLine>,
  recorded: Recorded,
  options: CoreOptions = OFFLINE,
): AsyncGenerator<ReplayTick> {
  let core: Core | null = null;
  for await (const line of lines) {
    switch (line.kind) {
      case 'header':
        recorded.header = line;
        break;
      case 'book':
        core = useRecordedBook(core, line.files, recorded.header, options);
        break;
      case 'sample':
        if (core === null) throw incomplete('a sample before header and book');
        yield { core, sample: line, result: await core.tick(line) };
        break;
      case 'decision':
        recorded.decisions.push((line satisfies DecisionLine).line);
        break;
      case 'end':
        recorded.digest = line.digest;
    }
  }
  if (core === null) throw incomplete('no book line');
}

function useRecordedBook(
  core: Core | null,
  files: Book['files'],
  header: HeaderLine | null,
  options: CoreOptions,
): Core {
  if (header === null) throw incomplete('a book line before the header');
  const { settings, profile: recorded } = header;
  if (core !== null) {
    core.useBook(loadBook(files, core.profile).book);
    return core;
  }
  const { profile } = loadProfile(recorded.name, recorded.files, recorded.overlay);
  return new Core(settings, profile, loadBook(files, profile).book, options);
}

function incomplete(got: string): EvenkeelError {
  return new EvenkeelError(
    'badRecording',
    `expected a header, a book and samples, got ${got}; the beginning of the recording is missing`,
  );
}
