/** Where cards are lent: each to one borrower at a time, journals of earlier ones first, and all of it given back. */
import type { CardKnob } from '../shapes/gpu.js';
import type { ExitPolicy } from './give-back.js';
import type { SetOutcome } from './keeper.js';
import { type Borrower, type LendingOptions, type Lent, LentCards, type Returned } from './lent-cards.js';

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
      const lent = await this.#lend(borrower, uuid);
      if (typeof lent === 'string') return { kind: 'refused', value: null, code: 'NOT_LENT', error: lent };
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

  /** Tries again what could not be given back. */
  retry(): Promise<Returned> {
    return this.#inTurn(() => this.#lent.giveBack(this.#lent.of(null), 'restore', 'stand'));
  }

  /** Gives back what journals hold; `kept` as `Keeper.giveBack` takes it. A card that is lent here is taken back. */
  restore(kept: 'stand' | 'too'): Promise<Returned> {
    return this.#inTurn(async () => {
      const all: Returned = { given: [], problems: [] };
      for (const uuid of this.#lent.journals.list()) {
        const lent = this.#lent.get(uuid) ?? (await this.#lent.lock(uuid));
        if (typeof lent === 'string') {
          all.problems.push(`${uuid}: ${lent}`);
          continue;
        }
        const { given, problems } = await this.#lent.giveBack([[uuid, lent]], 'restore', kept);
        all.given.push(...given);
        all.problems.push(...problems);
      }
      return all;
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

  async #lend(borrower: Borrower, uuid: string): Promise<Lent | string> {
    const known = this.#lent.get(uuid);
    if (known !== undefined && known.borrower !== null && known.borrower !== borrower)
      return `${known.borrower.name} holds the card; it is free when that one ends`;
    const lent = known ?? (await this.#lent.lock(uuid));
    if (typeof lent === 'string') return lent;
    // What an earlier writer left behind must not be taken for what was found.
    if (known === undefined) await lent.keeper.giveBack('restore', 'stand');
    lent.borrower = borrower;
    return lent;
  }

  #unlockUnlessBorrowed(uuid: string): void {
    if (this.#lent.journals.read(uuid).kind === 'none') this.#lent.unlock(uuid);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}
