/** Drives the core with a recording's own inputs: a replay obeys all of them and comes to the same decisions. */
import { EvenkeelError } from '../errors.js';
import type { DecisionLine, HeaderLine, RecordingLine, StateLine } from '../recordings/format.js';
import type { Book } from '../shapes/rule.js';
import type { Sample } from '../shapes/sample.js';
import { Core } from './core.js';
import { STATE_VERSION } from './core-state.js';
import { coreStateOf } from './resume.js';
import { loadBook, loadProfile } from './setup.js';
import { textOf } from './state-log.js';
import type { CoreOptions, TickResult } from './tick-types.js';

/** One tick of a replay. */
export interface ReplayTick {
  core: Core;
  sample: Sample;
  result: TickResult;
}

/** What the recording itself says of its run, for comparison. */
export interface Recorded {
  header: HeaderLine | null;
  /** The digest lines of the live run; none where only a later segment of it is read. */
  decisions: string[];
  /** The live run's digest; null when the recording was cut off, or only a later segment of it is read. */
  digest: string | null;
  /** The first state that the replay does not come to, in ms of tick time; null while there is none. */
  otherStateAtMs: number | null;
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
  let isBegun = false;
  for await (const line of lines) {
    switch (line.kind) {
      case 'header':
        recorded.header = line;
        break;
      case 'book':
        core = useRecordedBook(core, line.files, recorded.header, options);
        break;
      case 'state':
        if (core !== null && isBegun) checkState(core, line, recorded);
        else if (core !== null) takeUp(core, line);
        break;
      case 'sample':
        if (core === null) throw incomplete('a sample before header and book');
        isBegun = true;
        yield { core, sample: line, result: await core.tick(line) };
        break;
      case 'decision':
        if (isFromStart(recorded)) recorded.decisions.push((line satisfies DecisionLine).line);
        break;
      case 'end':
        if (isFromStart(recorded)) recorded.digest = line.digest;
    }
  }
  if (core === null) throw incomplete('no book line');
}

/** What was measured before a later segment is not in it: its first tick is one after a gap, and not the run's own. */
function isFromStart({ header }: Recorded): boolean {
  return header?.segment === undefined;
}

/**
 * A run that went on from the one before it decides by what that one remembered.
 * @throws EvenkeelError `badRecording` where this agent cannot read it.
 */
function takeUp(core: Core, line: StateLine): void {
  const state = coreStateOf(line);
  if (state !== null) {
    core.restore(state);
    return;
  }
  throw new EvenkeelError(
    'badRecording',
    `expected a state of version ${STATE_VERSION} before the first sample, got another form (version ${line.version}); use the agent that wrote it`,
  );
}

/** What the replay remembers differs before its decisions do, so the first difference is worth knowing. */
function checkState(core: Core, line: StateLine, recorded: Recorded): void {
  // Through JSON, as the recording holds it.
  if (
    recorded.otherStateAtMs !== null ||
    textOf(JSON.parse(JSON.stringify(core.snapshot()))) === textOf(line)
  )
    return;
  recorded.otherStateAtMs = line.atMs;
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
