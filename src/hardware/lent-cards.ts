/** The cards that are lent now: each locked, with its keeper and whoever borrows it. */
import { EvenkeelError, reasonOf } from '../errors.js';
import type { SettableCards, SettableDevice } from '../gpu/settable.js';
import type { CardKnob } from '../shapes/gpu.js';
import { lockCard } from './card-lock.js';
import type { ExitPolicy } from './give-back.js';
import type { GivenBack } from './give-entry-back.js';
import { type JournalStore, journalFiles } from './journal-files.js';
import { Keeper } from './keeper.js';

/** What cards are lent with. */
export interface LendingOptions {
  /** Opens the cards; called when the first is asked for, and again while that fails. */
  openCards: () => Promise<SettableCards>;
  /** Of journals and locks. */
  folder: string;
  /** Who this is, for journals and for whoever finds a card locked: `evenkeel gpu-helper (pid 12)`. */
  name: string;
  boot: string;
  /** Wall time in ms. */
  now: () => number;
  /** Waits before a value that does not read back yet is read again. */
  settle: () => Promise<void>;
}

/** What giving back came to. */
export interface Returned {
  given: GivenBack[];
  /** Sentences about what could not be done. */
  problems: string[];
}

/** Whoever borrows; one object for each connection. */
export interface Borrower {
  /** As others are told who holds a card. */
  name: string;
  /** What a person took back from under it; its next wish for each of these is refused, once. */
  takenBack?: Map<string, Set<CardKnob>>;
}

/** A card that is locked. */
export interface Lent {
  keeper: Keeper;
  /** Null while the lock is held only because something could not be given back yet. */
  borrower: Borrower | null;
  unlock: () => void;
}

/**
 * Why a card is not lent; `NO_LIBRARY` where nothing here could ever write one, `TAKEN_BACK` where a person gave it back
 * from under the borrower.
 */
export interface NotLent {
  code: 'NOT_LENT' | 'NO_LIBRARY' | 'TAKEN_BACK';
  why: string;
}

/** Locks, keepers and the open library behind them; whoever calls takes turns. */
export class LentCards {
  readonly journals: JournalStore;
  readonly #options: LendingOptions;
  readonly #lent = new Map<string, Lent>();
  #cards: SettableCards | null = null;

  constructor(options: LendingOptions) {
    this.#options = options;
    this.journals = journalFiles(options.folder);
  }

  get size(): number {
    return this.#lent.size;
  }

  get(uuid: string): Lent | undefined {
    return this.#lent.get(uuid);
  }

  all(): [string, Lent][] {
    return [...this.#lent];
  }

  /** The cards that `borrower` has; those of nobody for null. */
  of(borrower: Borrower | null): [string, Lent][] {
    return this.all().filter(([, lent]) => lent.borrower === borrower);
  }

  /** Locks a card that is not lent. */
  async lock(uuid: string): Promise<Lent | NotLent> {
    const { folder, name, boot, now, settle } = this.#options;
    let device: SettableDevice | undefined;
    try {
      device = await this.#find(uuid);
    } catch (error) {
      const isMissing = error instanceof EvenkeelError && error.code === 'gpuUnavailable';
      return { code: isMissing ? 'NO_LIBRARY' : 'NOT_LENT', why: reasonOf(error) };
    }
    if (device === undefined) return { code: 'NOT_LENT', why: `the driver has no card ${uuid} now` };
    const answer = await lockCard(folder, uuid, name);
    if (!answer.ok) return { code: 'NOT_LENT', why: answer.why };
    const keeper = new Keeper(device, { journals: this.journals, by: name, boot, now, settle });
    const lent: Lent = { keeper, borrower: null, unlock: answer.release };
    this.#lent.set(uuid, lent);
    return lent;
  }

  /** Gives cards back as `policy` and `kept` say (`Keeper.giveBack`); one with something left stays locked, and nobody's. */
  async giveBack(
    all: readonly (readonly [string, Lent])[],
    policy: ExitPolicy,
    kept: 'stand' | 'too',
  ): Promise<Returned> {
    const returned: Returned = { given: [], problems: [] };
    for (const [uuid, lent] of all) {
      const given = await lent.keeper.giveBack(policy, kept);
      const failed = given.filter(({ outcome }) => outcome === 'failed');
      const { problem } = lent.keeper;
      returned.given.push(...given);
      returned.problems.push(...failed.map(({ card, knob, text }) => `${card}: ${knob} ${text}`));
      if (problem !== null) returned.problems.push(problem);
      lent.borrower = null;
      if (failed.length === 0) this.unlock(uuid);
    }
    // A driver that nobody uses is let go of: an open library keeps a laptop's card awake.
    if (this.#lent.size === 0) await this.letGo();
    return returned;
  }

  /** Ends the lock of a card, whatever is left of it. */
  unlock(uuid: string): void {
    this.#lent.get(uuid)?.unlock();
    this.#lent.delete(uuid);
  }

  /** A card that was away when the library was opened is told by one that is opened anew. */
  async #find(uuid: string): Promise<SettableDevice | undefined> {
    const known = this.#cards?.devices.find((each) => each.uuid === uuid);
    if (known !== undefined || (this.#cards !== null && this.#lent.size > 0)) return known;
    await this.letGo();
    this.#cards = await this.#options.openCards();
    return this.#cards.devices.find((each) => each.uuid === uuid);
  }

  /** Closes the library. */
  async letGo(): Promise<void> {
    await this.#cards?.close();
    this.#cards = null;
  }
}
