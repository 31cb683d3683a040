/** The bots that are there: their sessions and leases, what they sent since the last tick, and what they are told. */
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { EvenkeelError } from '../errors.js';
import type { BotHello } from '../shapes/generated/bot-hello.js';
import type { BotLine, FrameLine } from '../shapes/generated/bot-line.js';
import type { KnobValue } from '../shapes/knob.js';
import type { FrameRules } from '../shapes/rule.js';
import { readHello } from './offer.js';
import { type BotItem, ItemQueue } from './queue.js';
import { type DecisionAnswer, Session, type SessionListener } from './session.js';

/** How long a session lives without a line or heartbeat, in ms (wire.md: 10 s). */
export const LEASE_MS = 10_000;

/** A frame this much older than the newest of its batch is late, in ms of the bot's clock (wire.md: 2 s). */
const LATE_MS = 2_000;

/** A second of the 100,000 frames a second that the agent has to take in without loss, and some more. */
const QUEUE_LIMIT = 120_000;

/** A bot that streams opens its connections well within this time of its hello, in ms; the SDKs do so at once. */
const CONNECT_MS = 1_000;

/** Lines are handed on as soon as this many wait: what is folded at once is no work for the collector of garbage. */
const HANDED_ON = 256;

/** More bots than this on one machine are a mistake, or an attack on its memory. */
const SESSION_LIMIT = 64;

/** The clock and the bounds of a registry; leases and queue have defaults. */
export interface RegistryOptions {
  /** Monotonic time in ms. */
  now: () => number;
  /** What a bot is told about frames until the first `publish`. */
  frameRules: FrameRules;
  leaseMs?: number;
  /** Most items held between two ticks. */
  queueLimit?: number;
  /** Called with lines that would else be held until the tick; whoever takes them sees them in their order. */
  onLines?: (lines: BotItem[]) => void;
}

/** The answer to a hello: a session to speak under, and how many seconds of silence end it. */
export interface HelloAnswer extends DecisionAnswer {
  session: string;
  leaseS: number;
}

/** Lines since the start: taken in, refused, too old when they came, and lost because no tick came to fetch them. */
export interface BotCounters {
  accepted: number;
  rejected: number;
  late: number;
  dropped: number;
}

/** Holds at most 64 sessions; at most one of them controls. */
export class BotRegistry {
  readonly counters: BotCounters = { accepted: 0, rejected: 0, late: 0, dropped: 0 };
  readonly #now: () => number;
  readonly #leaseMs: number;
  readonly #queue: ItemQueue;
  readonly #onLines: ((lines: BotItem[]) => void) | undefined;
  readonly #sessions = new Map<string, Session>();
  #frameRules: FrameRules;
  #revision = 0;
  /** For whom control is kept after the controlling session ended, and until when. */
  #kept: { name: string; untilMs: number } | null = null;

  constructor(options: RegistryOptions) {
    this.#now = options.now;
    this.#leaseMs = options.leaseMs ?? LEASE_MS;
    this.#queue = new ItemQueue(options.queueLimit ?? QUEUE_LIMIT);
    this.#frameRules = options.frameRules;
    this.#onLines = options.onLines;
  }

  /**
   * Opens a session. The first one that offers knobs controls; when it ends, control is kept for a bot of its name
   * for one lease and then goes to the oldest session that offers knobs. A bot that says hello again takes the
   * place of the session it left behind. One that says it under its session (`before`) offers other things from then
   * on; it keeps control, and its knobs their place where the rungs are still there.
   * @throws EvenkeelError `badBody`, `protocolUnknown` or `tooMany`.
   */
  hello(body: unknown, before?: string): HelloAnswer {
    const hello = readHello(body);
    const nowMs = this.#now();
    const replaces = this.#replace(hello, before);
    for (const session of this.#sessions.values()) {
      if (session.name === hello.name && isLeftBehind(session, hello.pid, nowMs)) this.#end(session, 'bye');
    }
    if (this.#sessions.size >= SESSION_LIMIT) {
      throw new EvenkeelError('tooMany', `expected at most ${SESSION_LIMIT} bots; end some of them first`);
    }
    this.#revision += 1;
    const controls = Object.keys(hello.knobs).length > 0 && this.#mayControl(hello.name, nowMs);
    const start = { controls, nowMs, revision: this.#revision, frameRules: this.#frameRules, replaces };
    const session = new Session(randomUUID(), hello, start);
    this.#sessions.set(session.id, session);
    if (controls) this.#kept = null;
    this.#addHello(session, nowMs);
    return { session: session.id, leaseS: this.#leaseMs / 1000, ...session.answer };
  }

  /** Ends the session that a bot goes on from; its name where it controlled and the bot offers knobs still. */
  #replace({ name, knobs }: BotHello, before: string | undefined): string | undefined {
    const session = before === undefined ? undefined : this.#sessions.get(before);
    if (session === undefined || session.name !== name) return undefined;
    if (!session.controls || Object.keys(knobs).length === 0) {
      this.#end(session, 'bye');
      return undefined;
    }
    this.#close(session, 'bye');
    return session.id;
  }

  /** Ends the sessions whose lease ran out before `nowMs` and hands on control that nobody came back for. */
  expire(nowMs: number): void {
    for (const session of this.#sessions.values()) {
      if (nowMs - session.seenMs > this.#leaseMs) this.#end(session, 'lease');
    }
    if (this.#kept === null || nowMs <= this.#kept.untilMs) return;
    this.#kept = null;
    const heir = [...this.#sessions.values()].find((session) => session.offersKnobs);
    if (heir === undefined) return;
    heir.takeControl();
    this.#addHello(heir, nowMs);
  }

  #addHello({ event, gpuUuid }: Session, atMs: number): void {
    this.#queue.add({ kind: 'hello', atMs, event, gpuUuid });
  }

  /** Whether the session is known and has not ended. */
  has(id: string): boolean {
    return this.#sessions.has(id);
  }

  /**
   * What a session is told now.
   * @throws EvenkeelError `sessionEnded`, as do all that take a session.
   */
  answer(session: string): DecisionAnswer {
    return this.#find(session).answer;
  }

  /**
   * Takes in checked lines that arrived together and tells for each why it was refused, or null. Frames too old
   * are counted late and not used. A bye ends the session and refuses what follows it.
   */
  receive(id: string, lines: readonly BotLine[]): (string | null)[] {
    const session = this.#find(id);
    const nowMs = this.#now();
    session.seenMs = nowMs;
    const frames = lines.filter((line) => line.kind === 'frame');
    const newestMs = frames.reduce((newest, { atMs }) => Math.max(newest, atMs), 0);
    const refusals = lines.map((line) => {
      const refusal = this.#take(session, line, nowMs, newestMs);
      this.counters[refusal === null ? 'accepted' : 'rejected'] += 1;
      return refusal;
    });
    if (this.#onLines !== undefined && this.#queue.size >= HANDED_ON) this.#onLines(this.#queue.drainLines());
    return refusals;
  }

  /** Counts a line that was no line. It still shows that the bot is there. */
  reject(id: string): void {
    this.#find(id).seenMs = this.#now();
    this.counters.rejected += 1;
  }

  /** Says that the bot holds a connection open; the returned function says that it closed. */
  connect(id: string): () => void {
    const session = this.#find(id);
    session.connections += 1;
    session.wasConnected = true;
    return () => {
      session.connections -= 1;
    };
  }

  /** Follows a session; the returned function stops that. */
  listen(id: string, listener: SessionListener): () => void {
    const { listeners } = this.#find(id);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Whether a hello waits for `drain`, so that its knobs are known to the next tick only. */
  get hasNews(): boolean {
    return [...this.#sessions.values()].some((session) => !session.wasDrained);
  }

  /** The revision of what bots were told last. */
  get revision(): number {
    return this.#revision;
  }

  /** What arrived since the last call, in order. */
  drain(): BotItem[] {
    const items = this.#queue.drain();
    for (const item of items) {
      const session = item.kind === 'hello' ? this.#sessions.get(item.event.session) : undefined;
      if (session !== undefined) session.wasDrained = true;
    }
    return items;
  }

  /**
   * Tells the controlling bot its knobs' values, and all bots the frame rules. Values that it did not offer are
   * left out, and so is everything before `drain` has handed out its hello. Returns the newest revision.
   */
  publish(values: Record<string, KnobValue>, frameRules: FrameRules): number {
    const newRules = !isDeepStrictEqual(frameRules, this.#frameRules);
    // A bot keeps what it derived from the rules for as long as the object is the same.
    if (newRules) this.#frameRules = structuredClone(frameRules);
    const told = [...this.#sessions.values()]
      .map((session) => ({
        session,
        changes: session.controls && session.wasDrained ? session.changesIn(values) : {},
      }))
      .filter(({ changes }) => newRules || Object.keys(changes).length > 0);
    if (told.length > 0) this.#revision += 1;
    for (const { session, changes } of told) session.tell(changes, this.#frameRules, this.#revision);
    return this.#revision;
  }

  #take(session: Session, line: BotLine, nowMs: number, newestMs: number): string | null {
    if (!this.#sessions.has(session.id)) return 'the session has ended';
    switch (line.kind) {
      case 'heartbeat':
        return null;
      case 'bye':
        this.#end(session, 'bye');
        return null;
      case 'applied':
        if (session.offer(line.knob) === undefined) return `knob ${line.knob} was not offered`;
        return this.#enqueue(session, line, nowMs);
      case 'frame':
        return isLate(line, newestMs) ? this.#countLate() : this.#enqueue(session, line, nowMs);
      default:
        return this.#enqueue(session, line, nowMs);
    }
  }

  #enqueue(
    session: Session,
    line: Exclude<BotLine, { kind: 'heartbeat' | 'bye' }>,
    atMs: number,
  ): string | null {
    const { id, name, controls } = session;
    const outcome = this.#queue.add({ kind: 'line', atMs, session: id, name, controls, line });
    if (outcome === 'full') return 'more lines wait for the next tick than the agent keeps';
    if (outcome === 'droppedFrame') this.counters.dropped += 1;
    return null;
  }

  #countLate(): null {
    this.counters.late += 1;
    return null;
  }

  #mayControl(name: string, nowMs: number): boolean {
    if ([...this.#sessions.values()].some((session) => session.controls)) return false;
    return this.#kept === null || this.#kept.name === name || nowMs > this.#kept.untilMs;
  }

  #end(session: Session, cause: 'bye' | 'lease'): void {
    const nowMs = this.#now();
    if (session.controls) this.#kept = { name: session.name, untilMs: session.seenMs + this.#leaseMs };
    this.#queue.add({ kind: 'bye', atMs: nowMs, session: session.id, cause });
    this.#close(session, cause);
  }

  #close(session: Session, cause: 'bye' | 'lease'): void {
    this.#sessions.delete(session.id);
    for (const listener of [...session.listeners]) listener.ended(cause);
  }

  #find(id: string): Session {
    const session = this.#sessions.get(id);
    if (session !== undefined) return session;
    throw new EvenkeelError('sessionEnded', 'the session is unknown or has ended; say hello again');
  }
}

function isLate(line: FrameLine, newestMs: number): boolean {
  return line.atMs < newestMs - LATE_MS;
}

/**
 * A bot that had a connection open and has none is gone; one that never had may only be replaced by its own process, and
 * not while it may be about to open one: a process may hold several bots of one name.
 */
function isLeftBehind(session: Session, pid: number | undefined, nowMs: number): boolean {
  if (session.connections > 0) return false;
  if (session.wasConnected) return true;
  return pid !== undefined && session.pid === pid && nowMs - session.beganMs >= CONNECT_MS;
}
