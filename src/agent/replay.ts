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

/** What nothing has been read of yet. */
export function newRecorded(): Recorded {
  return { header: null, decisions: [], digest: null, otherStateAtMs: null };
}

/** A replay that is handed its lines in their order; `recorded` is filled by them. */
export class Replay {
  readonly #recorded: Recorded;
  readonly #options: CoreOptions;
  #core: Core | null = null;
  #isBegun = false;

  constructor(recorded: Recorded, options: CoreOptions = OFFLINE) {
    this.#recorded = recorded;
    this.#options = options;
  }

  /**
   * The tick of a sample, at once where the engine answers at once; null for other lines.
   * @throws EvenkeelError `badRecording` when a sample comes before header and book, `badBook` when the recorded rules
   * are not of this agent's language.
   */
  take(line: RecordingLine): ReplayTick | Promise<ReplayTick> | null {
    const core = this.#core;
    switch (line.kind) {
      case 'header':
        this.#recorded.header = line;
        return null;
      case 'book':
        this.#core = useRecordedBook(core, line.files, this.#recorded.header, this.#options);
        return null;
      case 'state':
        if (core !== null && this.#isBegun) checkState(core, line, this.#recorded);
        else if (core !== null) takeUp(core, line);
        return null;
      case 'sample':
        if (core === null) throw incomplete('a sample before header and book');
        this.#isBegun = true;
        return tickOf(core, line);
      case 'decision':
        if (isFromStart(this.#recorded)) this.#recorded.decisions.push((line satisfies DecisionLine).line);
        return null;
      case 'end':
        if (isFromStart(this.#recorded)) this.#recorded.digest = line.digest;
        return null;
      default:
        return null;
    }
  }

  /** @throws EvenkeelError `badRecording` when no book came. */
  end(): void {
    if (this.#core === null) throw incomplete('no book line');
  }
}

/** One tick, without waiting for what is there already. */
export function tickOf(core: Core, sample: Sample): ReplayTick | Promise<ReplayTick> {
  const result = core.tick(sample);
  if (!(result instanceof Promise)) return { core, sample, result };
  return result.then((one) => ({ core, sample, result: one }));
}

/** Replays lines in their order. `recorded` is filled as they are read. @throws EvenkeelError as `Replay` does. */
export async function* replay(
  lines: AsyncIterable<RecordingLine>,
  recorded: Recorded,
  options: CoreOptions = OFFLINE,
): AsyncGenerator<ReplayTick> {
  const run = new Replay(recorded, options);
  for await (const line of lines) {
    const tick = await run.take(line);
    if (tick !== null) yield tick;
  }
  run.end();
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
