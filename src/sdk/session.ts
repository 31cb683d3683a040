/** One session with an agent: lines up, decisions down, until either ends. */
import type { ClientRequest } from 'node:http';
import { readTold, type Told, type Welcome } from './answer.js';
import { type LineQueue, lineText, type QueuedLine } from './line-queue.js';
import { askDecision, followDecisions, type Peer } from './requests.js';
import { BatchUplink, StreamUplink, type Uplink, type UplinkEvents } from './uplink.js';

/** Lines of one write at most; between two the bot's loop gets its turn. */
const LINES_PER_WRITE = 256;

/** Silence after which a heartbeat goes, in ms (wire.md: 2 s). */
const HEARTBEAT_MS = 2_000;

/** How often silence is looked at, in ms. */
const WATCH_MS = 500;

/** A long request that is refused is refused within this time, in ms; until then its lines are kept to go another way. */
const PROOF_MS = 2_000;

/** What a session tells its link. */
export interface SessionEvents {
  told(told: Told): void;
  /** The agent gave its first sign after the hello: the session works. */
  proven(): void;
  /** The session can go no further; called once. */
  ended(): void;
}

/** How a session begins. */
export interface SessionStart {
  peer: Peer;
  welcome: Welcome;
  queue: LineQueue;
  /** Whether the lines go in batches from the start. */
  inBatches: boolean;
}

/** Ends once and for good; a link then opens another. */
export class AgentSession {
  /** When the agent last gave a sign while the bot could hear it, in ms of `performance.now()`. */
  heardMs: number = performance.now();
  readonly leaseMs: number;
  readonly beganMs: number = performance.now();
  readonly #peer: Peer;
  readonly #id: string;
  readonly #queue: LineQueue;
  readonly #events: SessionEvents;
  readonly #watch: NodeJS.Timeout;
  #uplink: Uplink;
  #decisions: ClientRequest | null;
  /** Lines of a long request that may still be refused; null once it will not. */
  #unproven: QueuedLine[] | null;
  #flushTimer: NodeJS.Timeout | null = null;
  #sentMs = performance.now();
  #watchedMs = performance.now();
  #isProven = false;
  #isOver = false;
  #revision: number;

  constructor({ peer, welcome, queue, inBatches }: SessionStart, events: SessionEvents) {
    this.leaseMs = welcome.leaseMs;
    this.#peer = peer;
    this.#id = welcome.session;
    this.#revision = welcome.revision;
    this.#queue = queue;
    this.#events = events;
    this.#unproven = inBatches ? null : [];
    this.#uplink = inBatches
      ? new BatchUplink(peer, this.#id, this.#uplinkEvents())
      : new StreamUplink(peer, this.#id, this.#uplinkEvents());
    this.#decisions = followDecisions(peer, this.#id, {
      event: (body) => this.#take(readTold(body)),
      sign: () => this.#hear(),
      end: () => this.#unfollowed(),
    });
    this.#watch = setInterval(() => this.#lookAtSilence(), WATCH_MS);
    this.#watch.unref();
  }

  /** Its name at the agent. */
  get id(): string {
    return this.#id;
  }

  /** Whether the lines go in batches. */
  get isInBatches(): boolean {
    return this.#uplink instanceof BatchUplink;
  }

  /** Says that there are lines in the queue. */
  wake(): void {
    if (this.#flushTimer !== null || this.#isOver || !this.#uplink.isReady) return;
    this.#flushTimer = setTimeout(() => {
      this.#flushTimer = null;
      this.#flush();
    }, this.#uplink.flushMs);
    this.#flushTimer.unref();
  }

  /** Sends a bye after all that waits; `done` is called when the agent has answered or is gone. */
  sayBye(done: () => void): void {
    this.#queue.push({ kind: 'bye' });
    this.#uplink.sendLast(textOf(this.#queue.take(Number.POSITIVE_INFINITY)), done);
  }

  /** Cuts both connections at once and tells the link; a second call does nothing. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearInterval(this.#watch);
    if (this.#flushTimer !== null) clearTimeout(this.#flushTimer);
    this.#uplink.close();
    this.#decisions?.destroy();
    this.#events.ended();
  }

  #uplinkEvents(): UplinkEvents {
    return {
      ready: () => this.#flush(),
      refused: () => this.#goInBatches(),
      answered: (body) => this.#takeAnswer(body),
      ended: () => this.end(),
    };
  }

  /** What the refused request had taken along is sent again, before what came since. */
  #goInBatches(): void {
    if (this.#isOver) return;
    this.#queue.putBack(this.#unproven ?? []);
    this.#unproven = null;
    this.#uplink = new BatchUplink(this.#peer, this.#id, this.#uplinkEvents());
    this.wake();
  }

  /** The answer to a batch has the decision without the frame rules; where nothing pushes them they are asked for. */
  #takeAnswer(body: unknown): void {
    const told = readTold(body);
    if (told === null) return;
    this.#hear();
    if (told.revision <= this.#revision) return;
    if (this.#decisions !== null) {
      this.#take(told);
      return;
    }
    askDecision(this.#peer, this.#id).then(
      (answer) => this.#take(readTold(answer) ?? told),
      () => this.#take(told),
    );
  }

  /** Batches bring the decision too; a long request does not, and whoever cannot be told is not steered. */
  #unfollowed(): void {
    this.#decisions = null;
    if (!this.isInBatches) this.end();
  }

  #hear(): void {
    this.heardMs = performance.now();
    if (this.#isProven) return;
    this.#isProven = true;
    this.#events.proven();
  }

  #take(told: Told | null): void {
    if (told === null || this.#isOver || told.revision <= this.#revision) return;
    this.#revision = told.revision;
    this.#events.told(told);
  }

  /** Writes while the agent reads; the rest stays in the queue, where the oldest goes when there is no room. */
  #flush(): void {
    if (this.#isOver || !this.#uplink.isReady || this.#queue.isEmpty) return;
    this.#sentMs = performance.now();
    const lines = this.#queue.take(LINES_PER_WRITE);
    if (this.#unproven !== null) {
      if (this.#sentMs - this.beganMs > PROOF_MS) this.#unproven = null;
      else this.#unproven.push(...lines);
    }
    this.#uplink.send(textOf(lines));
    if (!this.#queue.isEmpty) this.wake();
  }

  #lookAtSilence(): void {
    const nowMs = performance.now();
    // While the bot's own loop stood still it could not hear: that silence is not the agent's.
    const lateMs = nowMs - this.#watchedMs - WATCH_MS;
    this.#watchedMs = nowMs;
    if (lateMs > WATCH_MS) this.heardMs = Math.min(nowMs, this.heardMs + lateMs);
    if (nowMs - this.heardMs > this.leaseMs) {
      this.end();
      return;
    }
    if (nowMs - this.#sentMs < HEARTBEAT_MS || !this.#queue.isEmpty) return;
    this.#queue.push({ kind: 'heartbeat' });
    this.#flush();
  }
}

function textOf(lines: readonly QueuedLine[]): string {
  let text = '';
  for (const line of lines) text += `${lineText(line)}\n`;
  return text;
}
