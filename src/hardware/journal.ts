/** What was found on a card before it was changed, as it stands on the disk. */
import { reasonOf } from '../errors.js';
import { CARD_KNOBS, type CardKnob } from '../shapes/gpu.js';

/** Name of the format; a file of another name is none of ours. */
export const JOURNAL_FORMAT = 'evenkeel-card-journal';
/** Version of the format; another one is refused, never guessed at. */
export const JOURNAL_VERSION = 1;
/** Above this a journal is no journal, in bytes; one with three settings takes about 900. */
export const JOURNAL_LIMIT_BYTES = 16_384;

const ABOUT = 'values found on the card before they were changed; "evenkeel restore" gives them back';

/** One borrowed setting, in the unit of its knob. */
export interface JournalEntry {
  /** In force before the first write. */
  found: number;
  /** When, as ISO 8601. */
  foundAt: string;
  /** Who found it: a program and its process id. */
  by: string;
  /** Values that may be in force because of us: the last one asked for, and the one before while it is being written. */
  ours: number[];
  /** Left in force on purpose at a clean end: later ends go back to it, and only `evenkeel restore` to `found`. */
  kept?: number;
}

/** All borrowed settings of one card. */
export interface Journal {
  uuid: string;
  /** The card's name, for people. */
  card: string;
  /** The boot in which the values were found: the driver forgets settings with the machine. */
  boot: string;
  settings: Partial<Record<CardKnob, JournalEntry>>;
}

/** The text of a journal's file. */
export function printJournal({ uuid, card, boot, settings }: Journal): string {
  const document = {
    format: JOURNAL_FORMAT,
    version: JOURNAL_VERSION,
    about: ABOUT,
    uuid,
    card,
    boot,
    settings,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Reads a journal's text; `why` is what was expected and what came. Keys that are not known are refused as well. */
export function parseJournal(text: string): { journal: Journal } | { why: string } {
  if (Buffer.byteLength(text) > JOURNAL_LIMIT_BYTES)
    return { why: `expected at most ${JOURNAL_LIMIT_BYTES} bytes, got ${Buffer.byteLength(text)}` };
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return { why: `expected JSON: ${reasonOf(error)}` };
  }
  if (!isMap(document) || document.format !== JOURNAL_FORMAT)
    return { why: `expected the format ${JOURNAL_FORMAT}` };
  if (document.version !== JOURNAL_VERSION)
    return {
      why: `expected version ${JOURNAL_VERSION}, got ${JSON.stringify(document.version)}: another version of Evenkeel wrote it`,
    };
  const { uuid, card, boot, settings } = document;
  if (!isText(uuid) || !isText(card) || !isText(boot) || !isMap(settings))
    return { why: 'expected uuid, card, boot and settings' };
  const read: Journal['settings'] = {};
  for (const [knob, entry] of Object.entries(settings)) {
    if (!isCardKnob(knob)) return { why: `expected settings ${CARD_KNOBS.join(', ')}, got "${knob}"` };
    if (!isEntry(entry)) return { why: `expected found, foundAt, by and ours of ${knob}` };
    read[knob] = entry;
  }
  return { journal: { uuid, card, boot, settings: read } };
}

/** Whether a word names a setting of a card. */
export function isCardKnob(knob: unknown): knob is CardKnob {
  return CARD_KNOBS.some((known) => known === knob);
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= 200;
}

function isEntry(value: unknown): value is JournalEntry {
  if (!isMap(value)) return false;
  const { found, foundAt, by, ours, kept } = value;
  return (
    Number.isFinite(found) &&
    isText(foundAt) &&
    isText(by) &&
    Array.isArray(ours) &&
    ours.every((each) => Number.isFinite(each)) &&
    (kept === undefined || Number.isFinite(kept)) &&
    Object.keys(value).every((key) => ['found', 'foundAt', 'by', 'ours', 'kept'].includes(key))
  );
}
