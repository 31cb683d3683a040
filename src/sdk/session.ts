/** One session with an agent: lines up, decisions down, until either ends. */
import type { ClientRequest } from 'node:http';
import { readTold, type Told, type Welcome } from './answer.js';
import type { LineQueue } from './line-queue.js';
import { followDecisions, openUpload, type Peer } from './requests.js';

/**
 * Lines wait this long for company, in ms: one write for several frames wakes bot and agent less often, and a tick of
 * 100 ms still has frames of its own.
 */
const FLUSH_MS = 50;

/** Lines of one write at most; between two the bot's loop gets its turn. */
const LINES_PER_WRITE = 256;

/** Silence after which a heartbeat goes, in ms (wire.md: 2 s). */
const HEARTBEAT_MS = 2_000;

/** How often silence is looked at, in ms. */
const WATCH_MS = 500;

/** What a session tells its link. */
export interface SessionEvents {
  told(told: Told): void;
  /** The session can go no further; called once. */
  ended(): void;
}

/** Ends once and for good; a link then opens another. */
export class AgentSession {
  /** When the agent last gave a sign, in ms of `performance.now()`. */
  heardMs: number = performance.now();
  readonly leaseMs: number;
  readonly #queue: LineQueue;
  readonly #events: SessionEvents;
  readonly #upload: ClientRequest;
  readonly #decisions: ClientRequest;
  readonly #watch: NodeJS.Timeout;
  #flushTimer: NodeJS.Timeout | null = null;
  #sentMs = performance.now();
  #isFull = false;
  #isOver = false;
  #revision: number;

  constructor(peer: Peer, { session, leaseMs, revision }: Welcome, queue: LineQueue, events: SessionEvents) {
    this.leaseMs = leaseMs;
    this.#revision = revision;
    this.#queue = queue;
    this.#events = events;
    const end = (): void => this.end();
    this.#upload = openUpload(peer, session, end);
    this.#upload.on('drain', () => {
      this.#isFull = false;
      this.#flush();
    });
    this.#decisions = followDecisions(peer, session, {
      event: (body) => this.#take(readTold(body)),
      sign: () => {
        this.heardMs = performance.now();
      },
      end,
    });
    this.#watch = setInterval(() => this.#lookAtSilence(), WATCH_MS);
    this.#watch.unref();
  }

  /** Says that there are lines in the queue. */
  wake(): void {
    if (this.#flushTimer !== null || this.#isOver || this.#isFull) return;
    this.#flushTimer = setTimeout(() => {
      this.#flushTimer = null;
      this.#flush();
    }, FLUSH_MS);
    this.#flushTimer.unref();
  }

  /** Sends a bye after all that waits; `done` is called when the agent has answered or is gone. */
  sayBye(done: () => void): void {
    this.#upload.on('close', done);
    this.#queue.push({ kind: 'bye' });
    while (!this.#queue.isEmpty) this.#write();
    this.#upload.end();
  }

  /** Cuts both connections at once and tells the link; a second call does nothing. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#watch);
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    this.#upload.destroy();
    this.#decisions.destroy();
    this.#events.ended();
  }

  #take(told: Told | null): void {
    if (told === null || this.#isOver || told.revision <= this.#revision) return;
    this.#revision = told.revision;
    this.#events.told(told);
  }

  /** Writes while the agent reads; the rest stays in the queue, where the oldest goes when there is no room. */
  #flush(): void {
    if (this.#isOver || this.#isFull || this.#queue.isEmpty) return;
    this.#isFull = !this.#write();
    if (!this.#queue.isEmpty) this.wake();
  }

  #write(): boolean {
    this.#sentMs = performance.now();
    const lines = this.#queue.take(LINES_PER_WRITE);
    return this.#upload.write(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  }

  #lookAtSilence(): void {
    const nowMs = performance.now();
    if (nowMs - this.heardMs > this.leaseMs) {
      this.end();
      return;
    }
    if (nowMs - this.#sentMs < HEARTBEAT_MS || !this.#queue.isEmpty) return;
    this.#queue.push({ kind: 'heartbeat' });
    this.#flush();
  }
}
