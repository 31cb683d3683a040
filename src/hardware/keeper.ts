/**
 * Keeps what is borrowed of one card: what was found is on the disk before the first write, every write is inside the
 * device's range and read back, and everything is given back in the end.
 */
import { reasonOf } from '../errors.js';
import type { SettableDevice } from '../gpu/settable.js';
import { CARD_KNOBS, type CardKnob } from '../shapes/gpu.js';
import type { ExitPolicy } from './give-back.js';
import { type GivenBack, giveEntryBack } from './give-entry-back.js';
import { type EntryOptions, openEntries } from './journal-entries.js';
import { fitToDevice, isSameSetting } from './knob-units.js';
import { rememberJournal } from './remember-journal.js';
import { type Written, writeSetting } from './write-setting.js';

/** How a wish ended; the codes of refusals are the driver's, or ours: `JOURNAL`, `VALUE`, `NOT_LENT`, `TAKEN_BACK`. */
export type SetOutcome = Written | { kind: 'refused'; value: number | null; code: string; error: string };

/** What a keeper is handed besides its card. */
export interface KeeperOptions extends EntryOptions {
  /** Waits before a value that does not read back yet is read again. */
  settle: () => Promise<void>;
}

/** Answers of a driver that has changed nothing: it does not take the value, or the card or this process cannot do it. */
const REFUSED_OUTRIGHT = new Set([
  'INVALID_ARGUMENT',
  'NOT_SUPPORTED',
  'NO_PERMISSION',
  'FUNCTION_NOT_FOUND',
]);

/** One card's keeper; calls wait for each other. */
export class Keeper {
  readonly device: SettableDevice;
  readonly #options: KeeperOptions;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(device: SettableDevice, options: KeeperOptions) {
    this.device = device;
    this.#options = { ...options, journals: rememberJournal(options.journals) };
  }

  /** Whether anything of this card is borrowed, kept on purpose, or in a journal that cannot be used. */
  get hasJournal(): boolean {
    return this.#options.journals.read(this.device.uuid).kind !== 'none';
  }

  /** Why this card's journal cannot be used, and so the card not be written; null where it can. */
  get problem(): string | null {
    const entries = openEntries(this.device, this.#options);
    return 'why' in entries ? entries.why : null;
  }

  /** Brings one setting to the nearest value that the device allows; writes nothing where that is in force already. */
  set(knob: CardKnob, wish: number): Promise<SetOutcome> {
    return this.#inTurn(() => this.#set(knob, wish));
  }

  /**
   * Another program took a setting over: what is in force stays, and nothing of it is given back. The maker's own value
   * is no program's: a driver that has forgotten ours comes to it by itself, and what was found is still owed.
   */
  forget(knob: CardKnob): Promise<void> {
    return this.#inTurn(async () => {
      const entries = openEntries(this.device, this.#options);
      if ('why' in entries || entries.get(knob) === undefined) return;
      const now = await this.device.read(knob);
      const { value, default: usual } = now.ok ? now.value : { value: null, default: null };
      const isReset = value !== null && usual !== null && isSameSetting(knob, value, usual);
      if (!isReset) entries.replace(knob, undefined);
    });
  }

  /**
   * Ends the borrowing. `kept` says what becomes of settings that an earlier clean end left in place on purpose. What
   * cannot be given back now stays in the journal, and so does a journal that cannot be used.
   */
  giveBack(policy: ExitPolicy, kept: 'stand' | 'too'): Promise<GivenBack[]> {
    return this.#inTurn(async () => {
      const entries = openEntries(this.device, this.#options);
      if ('why' in entries) return [];
      const all: GivenBack[] = [];
      const { settle } = this.#options;
      for (const knob of CARD_KNOBS) {
        const given = await giveEntryBack(this.device, entries, knob, { policy, kept, settle });
        if (given !== null) all.push(given);
      }
      return all;
    });
  }

  async #set(knob: CardKnob, wish: number): Promise<SetOutcome> {
    const before = await this.device.read(knob);
    if (!before.ok) return refused(null, before.code, before.error);
    const { range, value: inForce } = before.value;
    if (!Number.isFinite(wish))
      return refused(inForce, 'VALUE', `expected a number for ${knob}, got ${wish}`);
    const wanted = fitToDevice(knob, wish, range);
    const entries = openEntries(this.device, this.#options);
    if ('why' in entries) return refused(inForce, 'JOURNAL', entries.why);
    const known = entries.boot === 'other' ? undefined : entries.get(knob);
    // What this process found itself is believed, although the range may have changed since.
    const isTold = known !== undefined && known.by !== this.#options.by;
    if (isTold && fitToDevice(knob, known.found, range) !== known.found) {
      const why = `the journal says that ${known.found} was found, which this card cannot have been at`;
      return refused(inForce, 'JOURNAL', `${why} (${range[0]} to ${range[1]}); nothing is borrowed of it`);
    }
    // A lock of clocks is told by nobody: it is asked for anew each time, unless there was never one of ours to lift.
    const isInForce = inForce === null ? known === undefined && wanted === range[1] : wanted === inForce;
    if (isInForce) return { kind: 'ok', value: wanted };
    try {
      entries.borrow(knob, inForce ?? known?.ours.at(-1) ?? range[1], wanted);
    } catch (error) {
      return refused(inForce, 'JOURNAL', `nothing is written, for the journal cannot be: ${reasonOf(error)}`);
    }
    const written = await writeSetting(this.device, knob, wanted, this.#options.settle);
    if (written.kind === 'ok') return written;
    const after = await this.device.read(knob);
    const value = after.ok ? after.value.value : null;
    // What surely was not changed is not borrowed. After a failure of any other kind the driver may still take the
    // value, be it later than now: then the entry stays and is judged at the end.
    const isUnchanged = written.kind === 'ignored' ? value === inForce : REFUSED_OUTRIGHT.has(written.code);
    if (isUnchanged) entries.replace(knob, known);
    else if (value !== null && value !== inForce) entries.alsoOurs(knob, value);
    return written.kind === 'refused' ? { ...written, value } : written;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function refused(value: number | null, code: string, error: string): SetOutcome {
  return { kind: 'refused', value, code, error };
}
