/** Where cards are lent: each to one borrower at a time, journals of earlier ones first, and all of it given back. */
import { reasonOf } from '../errors.js';
import { CARD_KNOBS, type CardKnob } from '../shapes/gpu.js';
import type { ExitPolicy } from './give-back.js';
import type { SetOutcome } from './keeper.js';
import {
  type Borrower,
  type LendingOptions,
  type Lent,
  LentCards,
  type NotLent,
  type Returned,
} from './lent-cards.js';

const TAKEN_BACK: NotLent = {
  code: 'TAKEN_BACK',
  why: 'a person gave the card back with "evenkeel restore"',
};

/** True once for each knob of a card that was taken back: whoever asks again was told to by a person. */
function isTakenBack({ takenBack }: Borrower, uuid: string, knob: CardKnob): boolean {
  return takenBack?.get(uuid)?.delete(knob) === true;
}

/** Lends the cards of this machine; calls wait for each other. */
export class Desk {
  readonly #lent: LentCards;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: LendingOptions) {
    this.#lent = new LentCards(options);
  }

  /** Whether something is lent, or waits to be given back. */
  get isBusy(): boolean {
    return this.#lent.size > 0;
  }

  /** Writes one setting for `borrower`, who has the card from then on. */
  set(borrower: Borrower, uuid: string, knob: CardKnob, value: number): Promise<SetOutcome> {
    return this.#inTurn(async () => {
      const lent = isTakenBack(borrower, uuid, knob) ? TAKEN_BACK : await this.#lend(borrower, uuid);
      if ('why' in lent) return { kind: 'refused', value: null, code: lent.code, error: lent.why };
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
    return this.#inTurn(() => {
      const theirs = this.#lent.of(borrower).filter(([uuid]) => only === undefined || uuid === only);
      return this.#lent.giveBack(theirs, policy, 'stand');
    });
  }

  /** Gives back what is left of earlier borrowings; a card that somebody has now stays with that one. */
  retry(): Promise<Returned> {
    return this.#inTurn(() => this.#giveBackJournals('stand', (lent) => lent.borrower === null));
  }

  /**
   * Gives back what journals hold; `kept` as `Keeper.giveBack` takes it. A card that is lent here is taken back, and
   * stays so: its borrower is told at its next wish.
   */
  restore(kept: 'stand' | 'too'): Promise<Returned> {
    return this.#inTurn(() => {
      for (const [uuid, { borrower }] of this.#lent.all()) {
        if (borrower === null) continue;
        borrower.takenBack ??= new Map();
        borrower.takenBack.set(uuid, new Set(CARD_KNOBS));
      }
      return this.#giveBackJournals(kept, () => true);
    });
  }

  /** Gives all back as `policy` says, and lets go of locks and library even where that fails. */
  close(policy: ExitPolicy): Promise<Returned> {
    return this.#inTurn(async () => {
      const all = this.#lent.all();
      const returned = await this.#lent.giveBack(all, policy, 'stand');
      for (const [uuid] of all) this.#lent.unlock(uuid);
      await this.#lent.letGo();
      return returned;
    });
  }

  async #giveBackJournals(kept: 'stand' | 'too', isMeant: (lent: Lent) => boolean): Promise<Returned> {
    const all: Returned = { given: [], problems: [] };
    let journaled: string[] = [];
    try {
      journaled = this.#lent.journals.list();
    } catch (error) {
      all.problems.push(reasonOf(error));
    }
    for (const uuid of new Set([...journaled, ...this.#lent.all().map(([lent]) => lent)])) {
      const lent = this.#lent.get(uuid) ?? (await this.#lent.lock(uuid));
      if ('why' in lent) all.problems.push(`${uuid}: ${lent.why}`);
      else if (isMeant(lent)) {
        const { given, problems } = await this.#lent.giveBack([[uuid, lent]], 'restore', kept);
        all.given.push(...given);
        all.problems.push(...problems);
      }
    }
    return all;
  }

  async #lend(borrower: Borrower, uuid: string): Promise<Lent | NotLent> {
    const known = this.#lent.get(uuid);
    if (known !== undefined && known.borrower !== null && known.borrower !== borrower) {
      const why = `${known.borrower.name} holds the card; it is free when that one ends`;
      return { code: 'NOT_LENT', why };
    }
    const lent = known ?? (await this.#lent.lock(uuid));
    if ('why' in lent) return lent;
    // What an earlier writer left behind must not be taken for what was found.
    if (known === undefined) await lent.keeper.giveBack('restore', 'stand');
    lent.borrower = borrower;
    return lent;
  }

  #unlockUnlessBorrowed(uuid: string): void {
    if (this.#lent.get(uuid)?.keeper.hasJournal === false) this.#lent.unlock(uuid);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
