/** The agent's side: asks for readings when they will be of use, keeps the newest, and gets over a child that hangs. */
import { reasonOf } from '../../errors.js';
import type { CardInventory } from '../../shapes/gpu.js';
import { wakingClock } from '../waking-clock.js';
import type { Told } from './answers.js';
import type { ReplyBody } from './messages.js';
import { type Demotion, LEAST_APART_MS, type Pace, type Wanted } from './reader.js';
import { type CardReading, EVERYTHING } from './session.js';
import type { Supervisor } from './supervisor.js';

/** What asks the driver, in a process of its own. */
type Asker = Pick<Supervisor, 'ask' | 'isAlive' | 'discard' | 'close'>;

/** A driver that takes longer for a reading counts as one that hangs, in ms. */
const DEADLINE_MS = 2_000;
/** The first opening may initialise the cards, which was seen to take 6 s on a machine with several, in ms. */
export const OPEN_DEADLINE_MS = 15_000;
/** How long before the tick that uses it a reading begins, in ms, besides twice what readings take. */
const LEAD_MS = 20;
/** Pauses before new attempts, in ms: with the deadline of one and a start they stay within the 5 s that are promised. */
const PAUSES_MS = [0, 250, 500, 1_000, 2_000];

/** One fact as it was told last, and when it was asked for, by the clock of the reading. */
export interface Kept {
  told: Told;
  atMs: number;
}

/** What is known of one card. */
export interface CardState {
  facts: Map<string, Kept>;
  state: CardReading['state'];
  why: string;
  demotions: Demotion[];
}

const FAST: Wanted = { tiers: ['fast'], settings: false };
const SLOWER: Wanted = { tiers: ['slow', 'rare', 'once'], settings: false };
const WRITTEN: Wanted = { tiers: ['fast'], settings: true };

/** The readings of all cards of one child, whichever process that is at the moment. */
export class Reading {
  readonly #supervisor: Asker;
  /** Time in ms that also passes while the machine sleeps: what was read before counts as old after it. */
  readonly now: () => number = wakingClock();
  readonly #pace: Pace;
  readonly #known: CardInventory[];
  readonly #states: Map<string, CardState>;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #outage: string | null = null;
  #openDeadlineMs: number;
  #tookMs = 0;
  #fastAtMs = Number.NEGATIVE_INFINITY;
  #slowerAtMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  /** `supervisor` has a child that has opened `known`, which took `openedMs`. */
  constructor(supervisor: Asker, pace: Pace, known: CardInventory[], openedMs: number) {
    this.#supervisor = supervisor;
    this.#pace = pace;
    this.#known = known;
    // What was opened once takes no longer the next time, unless it hangs.
    this.#openDeadlineMs = Math.min(OPEN_DEADLINE_MS, Math.max(DEADLINE_MS, 3 * openedMs));
    this.#states = new Map(
      known.map(({ uuid }) => [uuid, { facts: new Map(), state: 'up', why: '', demotions: [] }]),
    );
  }

  /** What is known of a card of `known`; undefined for another one. */
  of(uuid: string): CardState | undefined {
    return this.#states.get(uuid);
  }

  /** Why nothing is heard of the driver; null while it answers. */
  get outage(): string | null {
    return this.#outage;
  }

  /** Reads everything now. Resolves also when that failed: the readings tell. */
  async readAll(): Promise<void> {
    await this.#inTurn(() => this.#read(EVERYTHING));
  }

  /** Reads what a setting shows in, after it was written. */
  async readWritten(): Promise<void> {
    await this.#inTurn(() => this.#read(WRITTEN));
  }

  /** Told at each tick, so that the next reading comes shortly before the next one. Never waits. */
  tick(atMs: number): void {
    if (this.#timer !== undefined || this.#isClosed) return;
    const { fastMs } = this.#pace;
    const leadMs = Math.min(LEAD_MS + 2 * this.#tookMs, fastMs / 2);
    const waitMs = Math.max(0, fastMs - (atMs % fastMs) - leadMs);
    if (this.now() + waitMs - this.#fastAtMs < LEAST_APART_MS - leadMs) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#readDue().catch(() => undefined);
    }, waitMs);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#retry);
    this.#supervisor.close();
  }

  /** What is dear or rare is asked for when the tick has what it needs. */
  async #readDue(): Promise<void> {
    // While the driver is silent only the attempts below ask it, and a question that still waits is enough.
    if (this.#outage !== null || this.#waiting > 0) return;
    await this.#inTurn(() => this.#read(FAST));
    const { slowMs, fastMs } = this.#pace;
    if (this.#outage === null && this.now() - this.#slowerAtMs >= slowMs - fastMs / 2)
      await this.#inTurn(() => this.#read(SLOWER));
  }

  /** One question at a time, in the order in which they were asked. */
  async #inTurn(task: () => Promise<void>): Promise<void> {
    this.#waiting++;
    const done = this.#turn.then(async () => {
      try {
        if (!this.#isClosed) await task();
      } catch (error) {
        this.#failed(reasonOf(error));
      }
    });
    this.#turn = done;
    await done;
    this.#waiting--;
  }

  async #read(wanted: Wanted): Promise<void> {
    const isNew = !this.#supervisor.isAlive;
    if (isNew) await this.#open();
    const [sentMs, startMs] = [this.now(), performance.now()];
    const asked = isNew ? EVERYTHING : wanted;
    const reply = await this.#ask({ kind: 'read', wanted: asked });
    if (reply.kind !== 'read') throw new Error(reply.kind === 'failed' ? reply.why : 'expected readings');
    this.#keep(reply.cards, sentMs);
    if (asked.tiers.includes('fast')) this.#fastAtMs = sentMs;
    if (asked.tiers.includes('slow')) this.#slowerAtMs = sentMs;
    if (asked === FAST) this.#tookMs += 0.2 * (performance.now() - startMs - this.#tookMs);
    this.#failures = 0;
    this.#outage = null;
    if (reply.isSpent) this.#supervisor.discard();
  }

  async #open(): Promise<void> {
    const question = { kind: 'open', pace: this.#pace, known: this.#known } as const;
    const reply = await this.#supervisor.ask(question, this.#openDeadlineMs);
    if (reply.kind !== 'opened') throw new Error(reply.kind === 'failed' ? reply.why : 'expected cards');
  }

  #ask(question: Parameters<Supervisor['ask']>[0]): Promise<ReplyBody> {
    return this.#supervisor.ask(question, DEADLINE_MS);
  }

  #keep(cards: readonly CardReading[], atMs: number): void {
    for (const { uuid, told, state, why, demotions } of cards) {
      const card = this.#states.get(uuid);
      // A card that came after the others were opened is nobody's.
      if (card === undefined) continue;
      Object.assign(card, { state, why, demotions });
      for (const [fact, one] of Object.entries(told)) card.facts.set(fact, { told: one, atMs });
    }
  }

  /** The last values stand, and grow old; a new process is tried at once, then after longer and longer pauses. */
  #failed(why: string): void {
    if (this.#isClosed) return;
    this.#outage ??= why;
    this.#supervisor.discard();
    const pauseMs = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)] ?? 0;
    // Where an attempt may take longer, the pauses are shorter.
    const waitMs = Math.max(pauseMs / 4, pauseMs - (this.#openDeadlineMs - DEADLINE_MS));
    this.#failures++;
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.readAll().catch(() => undefined);
    }, waitMs);
  }
}
