/** Which rules, profile and offers a dry-run is decided with. */
import {
  engineOfLog,
  framesOfLog,
  loadBook,
  loadProfile,
  profileOffer,
  type Recorded,
  Replay,
  WhatIf,
} from '../agent/index.js';
import { isRecording, type LogOptions, readImportedFrom } from '../recordings/read-log.js';
import { readFolders, readProfiles } from '../rules/folders.js';
import type { Assumption } from '../shapes/dry-run.js';
import type { KnobValue } from '../shapes/knob.js';
import type { Profile } from '../shapes/profile.js';
import type { Book } from '../shapes/rule.js';
import type { TickEvent } from '../shapes/sample.js';
import type { DryRunFlags } from './dry-run-flags.js';
import { type Beginning, beginningOf } from './log-beginning.js';

/** The profile of a log of another tool where none is named: cautious, and of any card. */
const ANY_CARD = 'generic-nvidia';
const NOTHING = { limits: {}, level: {}, knobs: {} };
/** What the bot of a recording would have told, and nobody does where the bot is assumed. */
const OF_A_BOT = /^(?:frame|inference|scene)\./;

/** What the lines of a log are handed to. */
export interface Runs {
  kind: 'replay' | 'whatIf';
  run: Replay | WhatIf;
  /** The other book over the same lines; null without `--against`. */
  against: WhatIf | null;
  /** Name of the profile. */
  profile: string;
  /** What the log does not hold and was taken to be so. */
  assumed: Assumption[];
  /** What the reader should know. */
  notes: string[];
}

/**
 * A replay of a run's recording; with `--rules`, `--profile` or `--against`, over samples that were recorded without
 * rules, and over every other log, a what-if.
 * @throws EvenkeelError `badFile` when the log cannot be read, `badBook` with all mistakes of the rules, `badFlag` for a
 * profile that there is not.
 */
export async function openRuns(
  log: string,
  recorded: Recorded,
  flags: DryRunFlags,
  { mapping }: LogOptions,
): Promise<Runs> {
  const isAsked = flags.rules.length > 0 || flags.profile !== undefined || flags.against !== undefined;
  const beginning = (await isRecording(log)) ? await beginningOf(log, isAsked) : null;
  if (beginning?.isOfRun === true && !isAsked) {
    const run = new Replay(recorded, { engine: flags.engine });
    return { kind: 'replay', run, against: null, profile: '', assumed: [], notes: [] };
  }
  const profile = profileFor(flags.profile, beginning);
  const standIns = profileOffer(profile).filter(({ kind }) => beginning?.offers.has(kind) !== true);
  const imported = beginning === null ? await readImportedFrom(log) : null;
  const named = [...Object.keys(mapping?.columns ?? {}), ...(imported?.mapped ?? [])];
  const given = beginning === null ? { given: framesOfLog(named), watchFrozen: true } : {};
  const mayLack = factsLackedBy(beginning);
  const whatIf = (book: Book): WhatIf => {
    const engine = mayLack === null ? flags.engine : engineOfLog(flags.engine, book.signals, mayLack);
    return new WhatIf(profile, book, { engine, ledger: false, ...given }, standIns);
  };
  const isNamed = flags.profile !== undefined || beginning !== null;
  return {
    kind: 'whatIf',
    run: whatIf(bookFor(flags.rules, profile, flags.against === undefined ? null : beginning)),
    against: flags.against === undefined ? null : whatIf(bookFor([flags.against], profile, null)),
    profile: profile.name,
    assumed: assumptionsOf(profile.name, standIns, isNamed),
    notes: [
      ...(beginning?.isOfRun === false && flags.rules.length === 0
        ? ['recorded without rules: decided as a what-if with the shipped ones; --rules names others']
        : []),
      ...(isNamed
        ? []
        : [`no --profile: decided with ${ANY_CARD}; name your card's to use its limits and ladders`]),
    ],
  };
}

/**
 * Which facts a log tells or lacks, so that lacking them is no silence: of another tool's log all; of a recording, whose
 * samplers speak for themselves, those of a bot that was none. Null where nothing is lacked.
 */
function factsLackedBy(beginning: Beginning | null): ((fact: string) => boolean) | null {
  if (beginning === null) return () => true;
  return beginning.offers.has('hello') ? null : (fact) => OF_A_BOT.test(fact);
}

function assumptionsOf(profile: string, standIns: readonly TickEvent[], isNamed: boolean): Assumption[] {
  const bot: Record<string, KnobValue> = {};
  const card: Record<string, KnobValue> = {};
  for (const event of standIns) {
    if (event.kind === 'hello')
      for (const [knob, { value }] of Object.entries(event.knobs)) bot[knob] = value;
    if (event.kind === 'device' && event.offer !== null) card[event.knob] = event.offer.value;
  }
  return [
    ...(isNamed ? [] : [{ what: 'profile', profile, knobs: {} } as const]),
    ...(standIns.some(({ kind }) => kind === 'hello') ? [{ what: 'bot', profile, knobs: bot } as const] : []),
    ...(Object.keys(card).length > 0 ? [{ what: 'card', profile, knobs: card } as const] : []),
  ];
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
