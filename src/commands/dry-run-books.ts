/** Which rules, profile and offers a dry-run is decided with. */
import {
  framesOfLog,
  loadBook,
  loadProfile,
  profileOffer,
  type Recorded,
  Replay,
  WhatIf,
} from '../agent/index.js';
import { EvenkeelError } from '../errors.js';
import type { BookLine, HeaderLine } from '../recordings/format.js';
import { isRecording, type LogOptions } from '../recordings/read-log.js';
import { readBatches } from '../recordings/reader.js';
import { readFolders, readProfiles } from '../rules/folders.js';
import type { Profile } from '../shapes/profile.js';
import type { Book } from '../shapes/rule.js';
import type { TickEvent } from '../shapes/sample.js';
import type { DryRunFlags } from './dry-run-flags.js';

/** The profile of a log of another tool where none is named: cautious, and of any card. */
const ANY_CARD = 'generic-nvidia';
const NOTHING = { limits: {}, level: {}, knobs: {} };

/** What the lines of a log are handed to. */
export interface Runs {
  kind: 'replay' | 'whatIf';
  run: Replay | WhatIf;
  /** The other book over the same lines; null without `--against`. */
  against: WhatIf | null;
  /** Name of the profile. */
  profile: string;
  /** What the reader should know. */
  notes: string[];
}

/** What a recording says before its first sample, and which offers it brings of its own. */
interface Beginning {
  header: HeaderLine;
  book: BookLine | null;
  offers: ReadonlySet<TickEvent['kind']>;
}

/**
 * A replay of a recording; with `--rules`, `--profile` or `--against`, and over every other log, a what-if.
 * @throws EvenkeelError `badFile` when the log cannot be read, `badBook` with all mistakes of the rules, `badFlag` for a
 * profile that there is not.
 */
export async function openRuns(
  log: string,
  recorded: Recorded,
  flags: DryRunFlags,
  { mapping }: LogOptions,
): Promise<Runs> {
  const isOurs = await isRecording(log);
  const isWhatIf = flags.rules.length > 0 || flags.profile !== undefined || flags.against !== undefined;
  if (isOurs && !isWhatIf) {
    const run = new Replay(recorded, { engine: flags.engine });
    return { kind: 'replay', run, against: null, profile: '', notes: [] };
  }
  const beginning = isOurs ? await beginningOf(log) : null;
  const profile = profileFor(flags.profile, beginning);
  const offers = beginning?.offers ?? new Set();
  const standIns = profileOffer(profile).filter(({ kind }) => !offers.has(kind));
  const given = isOurs ? {} : { given: framesOfLog(Object.keys(mapping?.columns ?? {})), watchFrozen: true };
  const whatIf = (book: Book): WhatIf =>
    new WhatIf(profile, book, { engine: flags.engine, ledger: false, ...given }, standIns);
  const isNamed = flags.profile !== undefined || beginning !== null;
  return {
    kind: 'whatIf',
    run: whatIf(bookFor(flags.rules, profile, flags.against === undefined ? null : beginning)),
    against: flags.against === undefined ? null : whatIf(bookFor([flags.against], profile, null)),
    profile: profile.name,
    notes: isNamed
      ? []
      : [`no --profile: decided with ${ANY_CARD}; name your card's to use its limits and ladders`],
  };
}

function profileFor(name: string | undefined, beginning: Beginning | null): Profile {
  const recorded = beginning?.header.profile;
  if (name === undefined && recorded !== undefined && recorded.files.length > 0)
    return loadProfile(recorded.name, recorded.files, recorded.overlay).profile;
  return loadProfile(name ?? recorded?.name ?? ANY_CARD, readProfiles(), NOTHING).profile;
}

/** These folders over the shipped book; without any, the book that the recording began with where it shall be that. */
function bookFor(folders: readonly string[], profile: Profile, beginning: Beginning | null): Book {
  if (folders.length === 0 && beginning?.book != null) return loadBook(beginning.book.files, profile).book;
  const content = readFolders(folders);
  return loadBook(content.files, profile, content.problems).book;
}

/** Reads until every kind of offer was seen, so to the end where a bot or a card never came. */
async function beginningOf(log: string): Promise<Beginning> {
  let header: HeaderLine | null = null;
  let book: BookLine | null = null;
  const offers = new Set<TickEvent['kind']>();
  for await (const lines of readBatches(log, { rejectedRows: 0, reasons: [] })) {
    for (const line of lines) {
      if (line.kind === 'header') header = line;
      if (line.kind === 'book') book ??= line;
      for (const event of line.kind === 'sample' ? line.events : [])
        if (event.kind === 'device' || (event.kind === 'hello' && event.controls)) offers.add(event.kind);
    }
    if (offers.size === 2) break;
  }
  if (header === null) throw new EvenkeelError('badRecording', `expected ${log} to begin with a header line`);
  return { header, book, offers };
}
