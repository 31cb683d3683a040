/** The agent's side of writing: connects when the first setting is to be written, and again after a connection ended. */
import { reasonOf } from '../errors.js';
import type { CardKnob, CardOutcome, CardWriter } from '../shapes/gpu.js';
import type { ExitPolicy } from './give-back.js';
import { describeReturned } from './say-returned.js';
import { type Answer, greetWriter, newSession, type WriterLink, type WriterStream } from './writer-link.js';

/** Takes a sentence for the log. */
export type WriterLog = (level: 'info' | 'warn' | 'error', message: string) => void;

/** What a client is opened with. */
export interface ClientOptions {
  /** Reaches a writer: the helper's socket, or a child. */
  connect: () => Promise<WriterStream>;
  onExit: ExitPolicy;
  leaseS: number;
  secret?: string;
  /** How long one setting may take, in ms: driver calls, a file on the disk, the reading back; 5000 unless said. */
  setWithinMs?: number;
  log: WriterLog;
}

const SET_WITHIN_MS = 5_000;
/** How long giving back may take, in ms. */
const RETURN_WITHIN_MS = 10_000;
/** After a failed connection, the shortest and the longest time without another try, in ms. */
const RETRY_MS = [1_000, 30_000] as const;

/** Driver codes that no repetition changes: the card lacks it, or this process has no right to it. */
const LASTING = new Set(['NO_PERMISSION', 'NOT_SUPPORTED', 'FUNCTION_NOT_FOUND']);

/** Writes settings through a child or the helper. Nothing of it ever blocks the one who asks. */
export class WriterClient implements CardWriter {
  readonly refusal: null = null;
  readonly #options: ClientOptions;
  readonly #session = newSession();
  #link: Promise<WriterLink> | null = null;
  #failure: { why: string; untilMs: number; waitMs: number } | null = null;
  #isClosing = false;

  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Connects now instead of with the first setting, so that an old journal is given back; never throws. */
  async connect(): Promise<void> {
    await this.#linked().catch(() => undefined);
  }

  async set(uuid: string, knob: CardKnob, value: number): Promise<CardOutcome> {
    if (!Number.isFinite(value))
      return { ok: false, value: 'unknown', error: `expected a number for ${knob}, got ${value}` };
    let answer: Answer | null;
    try {
      const link = await this.#linked();
      answer = await link.ask({ kind: 'set', uuid, knob, value }, this.#options.setWithinMs ?? SET_WITHIN_MS);
    } catch (error) {
      return { ok: false, value: 'unknown', error: reasonOf(error) };
    }
    if (answer?.kind !== 'outcome')
      return { ok: false, value: 'unknown', error: 'the writer of cards ended before it answered' };
    if (answer.ok) return { ok: true, value: answer.value };
    const lasting = LASTING.has(answer.code) ? { isLasting: true as const } : {};
    return { ok: false, value: answer.value ?? 'unknown', error: answer.error, ...lasting };
  }

  async forget(uuid: string, knob: CardKnob): Promise<void> {
    const link = await this.#link?.catch(() => null);
    await link?.ask({ kind: 'forget', uuid, knob }, SET_WITHIN_MS);
  }

  async restore(uuid: string): Promise<void> {
    const link = await this.#link?.catch(() => null);
    this.#tell(await link?.ask({ kind: 'return', uuid }, RETURN_WITHIN_MS));
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    const link = await this.#link?.catch(() => null);
    this.#tell(await link?.ask({ kind: 'bye' }, RETURN_WITHIN_MS));
    link?.destroy();
  }

  #linked(): Promise<WriterLink> {
    if (this.#isClosing) return Promise.reject(new Error('the agent is ending'));
    if (this.#link !== null) return this.#link;
    const failure = this.#failure;
    if (failure !== null && performance.now() < failure.untilMs)
      return Promise.reject(new Error(failure.why));
    const link = this.#greet();
    this.#link = link;
    link.then(
      (greeted) => {
        this.#failure = null;
        greeted.over.then((why) => this.#lost(link, why));
      },
      (error: unknown) => {
        if (this.#link === link) this.#link = null;
        const waitMs = Math.min(RETRY_MS[1], failure === null ? RETRY_MS[0] : failure.waitMs * 2);
        this.#failure = { why: reasonOf(error), untilMs: performance.now() + waitMs, waitMs };
        this.#options.log('warn', `the writer of cards cannot be used: ${reasonOf(error)}`);
      },
    );
    return link;
  }

  async #greet(): Promise<WriterLink> {
    const { connect, onExit, leaseS, secret, log } = this.#options;
    const identity = { session: this.#session, onExit, leaseS, ...(secret === undefined ? {} : { secret }) };
    const link = await greetWriter(await connect(), identity);
    log('info', `settings of cards are written through ${link.writer}`);
    for (const note of link.notes) log('warn', note);
    return link;
  }

  #lost(link: Promise<WriterLink>, why: string): void {
    if (this.#link === link) this.#link = null;
    if (!this.#isClosing)
      this.#options.log(
        'warn',
        `${why}; what was borrowed is given back, and the next setting connects anew`,
      );
  }

  #tell(answer: Answer | null | undefined): void {
    if (answer?.kind !== 'given') return;
    for (const sentence of describeReturned(answer)) this.#options.log('info', sentence);
  }
}
