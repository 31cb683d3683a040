/** Journals as files, one for each card. What is written is on the disk, name and all, before the call returns. */
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { reasonOf } from '../errors.js';
import { JOURNAL_LIMIT_BYTES, type Journal, parseJournal, printJournal } from './journal.js';
import { makeFolder } from './make-folder.js';

const SUFFIX = '.journal.json';
/** The UUIDs of NVIDIA's cards (`GPU-`, `MIG-`) and of the tests': nothing that could leave the folder. */
const UUID = /^[A-Za-z0-9][A-Za-z0-9-]{0,90}$/;

/** What became of reading a journal. */
export type JournalRead =
  | { kind: 'none' }
  | { kind: 'journal'; journal: Journal }
  /** It stays where it is until a person has looked at it; `why` names file, mistake and remedy. */
  | { kind: 'unusable'; why: string };

/** Where keepers leave what they found. */
export interface JournalStore {
  /**
   * The cards that have a journal.
   * @throws Error where that cannot be seen: then nobody knows whether something is borrowed.
   */
  list(): string[];
  read(uuid: string): JournalRead;
  /**
   * Replaces a card's journal, whole or not at all; one without settings is removed.
   * @throws the file system's error; the journal that was there still stands.
   */
  save(journal: Journal): void;
}

/** Whether a UUID can be a file's name. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Journals in `folder`, which is made at the first write. */
export function journalFiles(folder: string): JournalStore {
  const pathOf = (uuid: string): string => join(folder, `${uuid}${SUFFIX}`);
  return {
    list() {
      try {
        return readdirSync(folder)
          .filter((name) => name.endsWith(SUFFIX))
          .map((name) => name.slice(0, -SUFFIX.length))
          .filter(isUuid)
          .sort();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw new Error(`the folder of journals ${folder} cannot be read: ${reasonOf(error)}`, {
          cause: error,
        });
      }
    },
    read: (uuid) => readOne(pathOf(uuid), uuid),
    save(journal) {
      const path = pathOf(journal.uuid);
      if (Object.keys(journal.settings).length === 0) {
        rmSync(path, { force: true });
        syncFolder(folder);
        return;
      }
      makeOwnFolder(folder);
      const draft = `${path}.new`;
      const file = openSync(draft, 'w', 0o644);
      try {
        fchmodSync(file, 0o644);
        writeAll(file, printJournal(journal));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(draft, path);
      syncFolder(folder);
    },
  };
}

/** Whether `folder` has journals; true where that cannot be seen. */
export function mayHaveJournals(folder: string): boolean {
  try {
    return journalFiles(folder).list().length > 0;
  } catch {
    return true;
  }
}

function readOne(path: string, uuid: string): JournalRead {
  let text: string;
  try {
    const stat = statSync(path);
    // A pipe would be waited for without end.
    if (!stat.isFile()) return unusable(path, 'expected a file');
    const { size } = stat;
    text = size > JOURNAL_LIMIT_BYTES ? 'x'.repeat(JOURNAL_LIMIT_BYTES + 1) : readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { kind: 'none' };
    return unusable(path, reasonOf(error));
  }
  const parsed = parseJournal(text);
  if ('why' in parsed) return unusable(path, parsed.why);
  if (parsed.journal.uuid !== uuid) return unusable(path, `expected the card ${uuid}, got another one's`);
  return { kind: 'journal', journal: parsed.journal };
}

function unusable(path: string, why: string): JournalRead {
  const remedy =
    'set the card as it should be (nvidia-smi -q -d POWER,CLOCK shows it), then move the file away';
  return { kind: 'unusable', why: `the journal ${path} cannot be used: ${why}; ${remedy}` };
}

/** Anyone may see what is borrowed, so that a command without rights can tell; only the owner writes. */
function makeOwnFolder(folder: string): void {
  makeFolder(folder);
  if (process.platform !== 'win32' && (statSync(folder).mode & 0o022) !== 0)
    throw new Error(`expected ${folder} to be writable by its owner alone; chmod go-w it`);
}

/** A full disk takes part of a text without an error. */
function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

/** A new name is on the disk only with its folder; Windows has no such call and writes names through. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
