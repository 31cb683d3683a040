/** The entries of one card's journal while they are worked with; every change is on the disk before it counts. */
import type { SettableDevice } from '../gpu/settable.js';
import type { CardKnob } from '../shapes/gpu.js';
import { type BootComparison, compareBoots } from './boot.js';
import { isOneOf } from './give-back.js';
import type { Journal, JournalEntry } from './journal.js';
import type { JournalStore } from './journal-files.js';

/** What entries are opened with. */
export interface EntryOptions {
  journals: JournalStore;
  /** Who borrows: a program and its process id. */
  by: string;
  boot: string;
  /** Wall time in ms. */
  now: () => number;
}

/** The entries of one card. */
export interface Entries {
  /** Whether they were found in this boot: what the driver held in another one has ended with it. */
  readonly boot: BootComparison;
  get(knob: CardKnob): JournalEntry | undefined;
  /**
   * Notes that `wanted` will be written over `inForce`; what was found first stays what was found.
   * @throws the file system's error; then nothing may be written.
   */
  borrow(knob: CardKnob, inForce: number, wanted: number): void;
  /** The driver made another value of ours. */
  alsoOurs(knob: CardKnob, value: number): void;
  /** Ends, marks or puts back an entry; an entry that could not be changed on the disk is judged anew another time. */
  replace(knob: CardKnob, entry: JournalEntry | undefined): void;
}

/** Opens the entries of a card, or says why its journal cannot be used. */
export function openEntries(device: SettableDevice, options: EntryOptions): Entries | { why: string } {
  const { journals, by, boot, now } = options;
  const read = journals.read(device.uuid);
  if (read.kind === 'unusable') return { why: read.why };
  let foundIn = read.kind === 'journal' ? read.journal.boot : boot;
  let settings: Journal['settings'] = read.kind === 'journal' ? read.journal.settings : {};

  const save = (knob: CardKnob, entry: JournalEntry | undefined): void => {
    const { [knob]: _before, ...others } = settings;
    const next = entry === undefined ? others : { ...others, [knob]: entry };
    journals.save({ uuid: device.uuid, card: device.name, boot: foundIn, settings: next });
    settings = next;
  };
  const saveIfPossible = (knob: CardKnob, entry: JournalEntry | undefined): void => {
    try {
      save(knob, entry);
    } catch {
      // What still stands on the disk names too much as ours and never too little.
    }
  };
  return {
    get boot() {
      return compareBoots(foundIn, boot);
    },
    get: (knob) => settings[knob],
    borrow(knob, inForce, wanted) {
      // Where nobody can be sure of it, what was found first stays what was found.
      if (compareBoots(foundIn, boot) === 'other') settings = {};
      foundIn = boot;
      const known = settings[knob];
      const found = known?.found ?? inForce;
      const foundAt = known?.foundAt ?? new Date(now()).toISOString();
      const wasOurs = known !== undefined && isOneOf(knob, known.ours, inForce);
      save(knob, {
        found,
        foundAt,
        by: known?.by ?? by,
        ours: wasOurs && inForce !== wanted ? [inForce, wanted] : [wanted],
        ...(known?.kept === undefined ? {} : { kept: known.kept }),
      });
    },
    alsoOurs(knob, value) {
      const known = settings[knob];
      if (known !== undefined) saveIfPossible(knob, { ...known, ours: [...known.ours, value].slice(-3) });
    },
    replace: saveIfPossible,
  };
}
