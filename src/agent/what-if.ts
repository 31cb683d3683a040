/**
 * The same inputs under other rules: recorded hellos, persons' and devices' inputs are obeyed, recorded outcomes are
 * left out, and each change counts as applied at the next tick. How the metrics would have answered nobody can know.
 */
import { CATALOGUE } from '../facts/catalogue.js';
import type { HeaderLine, RecordingLine } from '../recordings/format.js';
import { isOfAgent } from '../shapes/knob-table.js';
import type { Profile } from '../shapes/profile.js';
import type { Book } from '../shapes/rule.js';
import type { Sample, TickEvent } from '../shapes/sample.js';
import { Core } from './core.js';
import { OFFLINE, type Recorded, type ReplayTick, tickOf } from './replay.js';
import type { CoreOptions, TickResult } from './tick-types.js';

/** What is computed from what frames tell, and told by none. */
const OF_FRAMES = new Set(['frame.loadPercent', 'frame.otherLoadPercent']);

/**
 * Frame facts as a log of another tool tells them: as readings, without a frame that would tell them. `more` are those
 * that a mapping names.
 */
export function framesOfLog(more: readonly string[] = []): Set<string> {
  const names = [...Object.keys(CATALOGUE), ...more];
  return new Set(names.filter((fact) => /^(frame|inference|scene)\./.test(fact) && !OF_FRAMES.has(fact)));
}

/** A what-if that is handed the lines of a log in their order, in mode enforce and with consent. */
export class WhatIf {
  readonly #profile: Profile;
  readonly #book: Book;
  readonly #options: CoreOptions;
  #core: Core | null = null;
  #owed: readonly TickEvent[];

  /** `standIns` arrive with the first sample: the offers of a profile, for a log without a bot or a card. */
  constructor(
    profile: Profile,
    book: Book,
    options: CoreOptions = { ...OFFLINE, ledger: false },
    standIns: readonly TickEvent[] = [],
  ) {
    this.#profile = profile;
    this.#book = book;
    this.#options = options;
    this.#owed = standIns;
  }

  /** The tick of a sample, at once where the engine answers at once; null for other lines. */
  take(line: RecordingLine): ReplayTick | Promise<ReplayTick> | null {
    if (line.kind === 'header') this.#core = this.#coreOf(line);
    if (line.kind !== 'sample' || this.#core === null) return null;
    const events = this.#eventsOf(line);
    const tick = tickOf(this.#core, events === line.events ? line : { ...line, events });
    if (!(tick instanceof Promise)) return this.#owe(tick);
    return tick.then((one) => this.#owe(one));
  }

  #coreOf({ settings }: HeaderLine): Core {
    // What-if asks what rules would do; consent was for the run that was recorded.
    return new Core(
      { ...settings, mode: 'enforce', consent: true },
      this.#profile,
      this.#book,
      this.#options,
    );
  }

  #eventsOf({ events }: Sample): Sample['events'] {
    const own = events.some(isOutcome) ? events.filter((event) => !isOutcome(event)) : events;
    return this.#owed.length === 0 ? own : [...this.#owed, ...own];
  }

  #owe(tick: ReplayTick): ReplayTick {
    this.#owed = tick.result.changes.length === 0 ? [] : appliedOf(tick.result);
    return tick;
  }
}

function isOutcome({ kind }: TickEvent): boolean {
  return kind === 'applied' || kind === 'readBack';
}

/** Every change as its owner would answer it who never refuses. */
function appliedOf({ changes, decision: { revision } }: TickResult): TickEvent[] {
  return changes
    .filter(({ knob }) => !isOfAgent(knob))
    .map(({ knob, to }) => ({ kind: 'applied', knob, value: to, ok: true, tookMs: 0, revision }));
}

/** Runs `book` over the samples of a log, as `WhatIf` does. */
export async function* whatIf(
  lines: AsyncIterable<RecordingLine>,
  recorded: Recorded,
  profile: Profile,
  book: Book,
  options?: CoreOptions,
  standIns: readonly TickEvent[] = [],
): AsyncGenerator<ReplayTick> {
  const run = new WhatIf(profile, book, options, standIns);
  for await (const line of lines) {
    if (line.kind === 'header') recorded.header = line;
    const tick = await run.take(line);
    if (tick !== null) yield tick;
  }
}
