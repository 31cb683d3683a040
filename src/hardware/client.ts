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

/**
 * Codes that no repetition changes: the card lacks it, this process has no right to it, nothing here could do it, or a
 * person wants it otherwise.
 */
const LASTING = new Set(['NO_PERMISSION', 'NOT_SUPPORTED', 'FUNCTION_NOT_FOUND', 'NO_LIBRARY', 'TAKEN_BACK']);

/** Writes settings through a child or the helper. Nothing of it ever blocks the one who asks. */
export class WriterClient implements CardWriter {
  readonly refusal: null = null;
  readonly #options: ClientOptions;
  readonly #session = newSession();
  /** Cards that a writer was asked to set, and none has given back since. */
  readonly #lent = new Set<string>();
  #link: Promise<WriterLink> | null = null;
  #failure: { why: string; untilMs: number; waitMs: number } | null = null;
  #again: NodeJS.Timeout | undefined;
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
      this.#lent.add(uuid);
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
    if (!this.#lent.has(uuid)) return;
    const link = await this.#linked().catch(() => null);
    const answer = await link?.ask({ kind: 'return', uuid }, RETURN_WITHIN_MS);
    if (answer?.kind !== 'given') return;
    this.#lent.delete(uuid);
    this.#tell(answer);
  }

  /** A writer that has gone is replaced for this: the new one gives back first. */
  async close(): Promise<void> {
    const isEnded = this.#isClosing;
    this.#isClosing = true;
    if (isEnded) return;
    clearTimeout(this.#again);
    const reached = this.#link ?? (this.#lent.size > 0 ? this.#connect() : null);
    const link = await reached?.catch(() => null);
    const answer = await link?.ask({ kind: 'bye' }, RETURN_WITHIN_MS);
    link?.destroy();
    if (answer?.kind === 'given') this.#tell(answer);
    else if (this.#lent.size > 0) this.#tellWhatStays();
  }

  #linked(): Promise<WriterLink> {
    if (this.#isClosing) return Promise.reject(new Error('the agent is ending'));
    if (this.#link !== null) return this.#link;
    const failure = this.#failure;
    if (failure !== null && performance.now() < failure.untilMs)
      return Promise.reject(new Error(failure.why));
    return this.#connect();
  }

  #connect(): Promise<WriterLink> {
    const link = this.#greet();
    this.#link = link;
    link.then(
      (greeted) => {
        this.#failure = null;
        // Whatever an earlier connection had lent was given back, or is being tried, before this one greeted.
        this.#lent.clear();
        greeted.over.then((why) => this.#lost(link, why));
      },
      (error: unknown) => {
        if (this.#link === link) this.#link = null;
        const before = this.#failure?.waitMs ?? RETRY_MS[0] / 2;
        const waitMs = Math.min(RETRY_MS[1], before * 2);
        const why = reasonOf(error);
        const isNew = this.#failure?.why !== why;
        this.#failure = { why, untilMs: performance.now() + waitMs, waitMs };
        if (isNew) this.#options.log('warn', `the writer of cards cannot be used: ${why}`);
        if (this.#lent.size > 0) this.#tryAgain(waitMs);
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

  /** What was lent is not left to a setting that may never come: the next writer gives back before it greets. */
  #lost(link: Promise<WriterLink>, why: string): void {
    if (this.#link === link) this.#link = null;
    if (this.#isClosing) return;
    const next =
      this.#lent.size > 0
        ? 'a new connection gives back what was borrowed'
        : 'the next setting connects anew';
    this.#options.log('warn', `${why}; ${next}`);
    if (this.#lent.size > 0) this.#connect().catch(() => undefined);
  }

  #tryAgain(afterMs: number): void {
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.#linked().catch(() => undefined), afterMs);
    this.#again.unref();
  }

  #tell(returned: Extract<Answer, { kind: 'given' }>): void {
    for (const sentence of describeReturned(returned)) this.#options.log('info', sentence);
  }

  #tellWhatStays(): void {
    const cards = [...this.#lent].join(', ');
    const remedy = 'the next start of a writer gives it back, and so does "evenkeel restore"';
    this.#options.log('warn', `no writer could be asked to give back what was set on ${cards}; ${remedy}`);
  }
}
