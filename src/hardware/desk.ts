/** Where cards are lent: each to one borrower at a time, journals of earlier ones first, and all of it given back. */
import { reasonOf } from '../errors.js';
import type { SettableCards } from '../gpu/settable.js';
import type { CardKnob } from '../shapes/gpu.js';
import { lockCard } from './card-lock.js';
import type { ExitPolicy } from './give-back.js';
import type { GivenBack } from './give-entry-back.js';
import { journalFiles } from './journal-files.js';
import { Keeper, type KeeperOptions, type SetOutcome } from './keeper.js';

/** What a desk is opened with. */
export interface DeskOptions {
  /** Opens the cards; called when the first is asked for, and again while that fails. */
  openCards: () => Promise<SettableCards>;
  /** Of journals and locks. */
  folder: string;
  /** Who this is, for journals and for whoever finds a card locked: `evenkeel gpu-helper (pid 12)`. */
  name: string;
  boot: string;
  now: () => number;
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
}

interface Lent {
  keeper: Keeper;
  /** Null while the lock is held only because something could not be given back yet. */
  borrower: Borrower | null;
  unlock: () => void;
}

/** Lends the cards of this machine. */
export class Desk {
  readonly #options: DeskOptions;
  readonly #keeping: KeeperOptions;
  readonly #lent = new Map<string, Lent>();
  #cards: SettableCards | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: DeskOptions) {
    const { folder, name, boot, now, settle } = options;
    this.#options = options;
    this.#keeping = { journals: journalFiles(folder), by: name, boot, now, settle };
  }

  /** Whether something is lent, or waits to be given back. */
  get isBusy(): boolean {
    return this.#lent.size > 0;
  }

  /** Writes one setting for `borrower`, who has the card from then on. */
  set(borrower: Borrower, uuid: string, knob: CardKnob, value: number): Promise<SetOutcome> {
    return this.#inTurn(async () => {
      const lent = await this.#lend(borrower, uuid);
      if ('kind' in lent) return lent;
      const outcome = await lent.keeper.set(knob, value);
      this.#unlockUnlessBorrowed(uuid);
      return outcome;
    });
  }

  /** What another program set stays; only what `borrower` has is forgotten. */
  forget(borrower: Borrower, uuid: string, knob: CardKnob): Promise<void> {
    return this.#inTurn(async () => {
      const lent = this.#lent.get(uuid);
      if (lent?.borrower !== borrower) return;
      await lent.keeper.forget(knob);
      this.#unlockUnlessBorrowed(uuid);
    });
  }

  /** Ends what `borrower` has, of one card or of all; what fails keeps its lock until `retry` gives it back. */
  end(borrower: Borrower, policy: ExitPolicy, only?: string): Promise<Returned> {
    return this.#inTurn(async () => {
      const theirs = [...this.#lent].filter(
        ([uuid, lent]) => lent.borrower === borrower && (only === undefined || uuid === only),
      );
      return this.#returnAll(theirs, policy, 'stand');
    });
  }

  /** Tries again what could not be given back. */
  retry(): Promise<Returned> {
    return this.#inTurn(async () => {
      const left = [...this.#lent].filter(([, lent]) => lent.borrower === null);
      return this.#returnAll(left, 'restore', 'stand');
    });
  }

  /**
   * Gives back what journals hold; `kept` as `Keeper.giveBack` takes it. A card that is lent here is taken back.
   */
  restore(kept: 'stand' | 'too'): Promise<Returned> {
    return this.#inTurn(async () => {
      const returned: Returned = { given: [], problems: [] };
      for (const uuid of this.#keeping.journals.list()) {
        const lent = this.#lent.get(uuid) ?? (await this.#lock(uuid));
        if (typeof lent === 'string') returned.problems.push(`${uuid}: ${lent}`);
        else add(returned, await this.#returnAll([[uuid, lent]], 'restore', kept));
      }
      return returned;
    });
  }

  /** Gives all back as `policy` says and lets go of the cards. */
  close(policy: ExitPolicy): Promise<Returned> {
    return this.#inTurn(async () => {
      const returned = await this.#returnAll([...this.#lent], policy, 'stand');
      for (const { unlock } of this.#lent.values()) unlock();
      this.#lent.clear();
      await this.#rest();
      return returned;
    });
  }

  async #lend(borrower: Borrower, uuid: string): Promise<Lent | SetOutcome> {
    const known = this.#lent.get(uuid);
    if (known !== undefined && known.borrower !== null && known.borrower !== borrower)
      return refuse('HELD', `${known.borrower.name} holds the card; it is free when that one ends`);
    const lent = known ?? (await this.#lock(uuid));
    if (typeof lent === 'string') return refuse('HELD', lent);
    // What an earlier writer left behind must not be taken for what was found.
    if (known === undefined) await lent.keeper.giveBack('restore', 'stand');
    lent.borrower = borrower;
    return lent;
  }

  async #lock(uuid: string): Promise<Lent | string> {
    try {
      this.#cards ??= await this.#options.openCards();
    } catch (error) {
      return reasonOf(error);
    }
    const device = this.#cards.devices.find((each) => each.uuid === uuid);
    if (device === undefined) return `the driver has no card ${uuid} now`;
    const answer = await lockCard(this.#options.folder, uuid, this.#options.name);
    if (!answer.ok) return answer.why;
    const lent: Lent = { keeper: new Keeper(device, this.#keeping), borrower: null, unlock: answer.release };
    this.#lent.set(uuid, lent);
    return lent;
  }

  async #returnAll(
    all: readonly (readonly [string, Lent])[],
    policy: ExitPolicy,
    kept: 'stand' | 'too',
  ): Promise<Returned> {
    const returned: Returned = { given: [], problems: [] };
    for (const [uuid, lent] of all) {
      const given = await lent.keeper.giveBack(policy, kept);
      const { problem } = lent.keeper;
      returned.given.push(...given);
      if (problem !== null) returned.problems.push(problem);
      for (const { card, knob, outcome, text } of given)
        if (outcome === 'failed') returned.problems.push(`${card}: ${knob} ${text}`);
      lent.borrower = null;
      if (given.some(({ outcome }) => outcome === 'failed')) continue;
      lent.unlock();
      this.#lent.delete(uuid);
    }
    // A driver that nobody uses is let go of: an open library keeps a laptop's card awake.
    if (this.#lent.size === 0) await this.#rest();
    return returned;
  }

  #unlockUnlessBorrowed(uuid: string): void {
    if (this.#keeping.journals.read(uuid).kind !== 'none') return;
    this.#lent.get(uuid)?.unlock();
    this.#lent.delete(uuid);
  }

  async #rest(): Promise<void> {
    await this.#cards?.close();
    this.#cards = null;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function refuse(code: string, error: string): SetOutcome {
  return { kind: 'refused', value: null, code, error };
}

function add(to: Returned, from: Returned): void {
  to.given.push(...from.given);
  to.problems.push(...from.problems);
}
