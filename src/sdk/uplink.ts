/** How lines go up: as one long request or, where something between refuses that, in batches. */
import type { ClientRequest } from 'node:http';
import { openUpload, type Peer, Refusal, sendBatch } from './requests.js';

/** What the agent itself answers to a long request; any other status is of something between, which cannot carry one. */
const OF_THE_AGENT: ReadonlySet<number> = new Set([200, 401, 403, 410, 421, 429, 500]);

/** What an uplink tells its session. */
export interface UplinkEvents {
  /** It can take text again. */
  ready(): void;
  /** Something between refuses long requests: the lines have to go another way. */
  refused(): void;
  /** The agent answered a batch: a sign of life, with what it told. */
  answered(body: unknown): void;
  /** It can go no further. */
  ended(): void;
}

/** One way up; it is closed once. */
export interface Uplink {
  /** Whether text may be handed over now. */
  readonly isReady: boolean;
  /** How long lines wait for company, in ms. */
  readonly flushMs: number;
  send(text: string): void;
  /** Sends what is left, a bye at its end; `done` is called when the agent has answered or is gone. */
  sendLast(text: string, done: () => void): void;
  close(): void;
}

/** One write for several frames wakes bot and agent less often, and a tick of 100 ms still has frames of its own. */
const STREAM_FLUSH_MS = 50;

/** A request costs more than a write. */
const BATCH_FLUSH_MS = 200;

/** The long request. */
export class StreamUplink implements Uplink {
  readonly flushMs: number = STREAM_FLUSH_MS;
  readonly #sent: ClientRequest;
  #isReady = true;

  constructor(peer: Peer, session: string, events: UplinkEvents) {
    this.#sent = openUpload(peer, session, (status) => {
      this.#isReady = false;
      if (status === null || OF_THE_AGENT.has(status)) events.ended();
      else events.refused();
    });
    this.#sent.on('drain', () => {
      this.#isReady = true;
      events.ready();
    });
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  send(text: string): void {
    this.#isReady = this.#sent.write(text);
  }

  sendLast(text: string, done: () => void): void {
    this.#sent.on('close', done);
    this.#sent.end(text);
  }

  close(): void {
    this.#sent.destroy();
  }
}

/** A request for each batch, one at a time. */
export class BatchUplink implements Uplink {
  readonly flushMs: number = BATCH_FLUSH_MS;
  readonly #peer: Peer;
  readonly #session: string;
  readonly #events: UplinkEvents;
  #isBusy = false;
  #isClosed = false;

  constructor(peer: Peer, session: string, events: UplinkEvents) {
    this.#peer = peer;
    this.#session = session;
    this.#events = events;
  }

  get isReady(): boolean {
    return !this.#isBusy;
  }

  send(text: string): void {
    this.#isBusy = true;
    sendBatch(this.#peer, this.#session, text).then(
      (body) => {
        if (this.#isClosed) return;
        this.#isBusy = false;
        this.#events.answered(body);
        this.#events.ready();
      },
      (error: unknown) => {
        if (this.#isClosed) return;
        this.#isBusy = false;
        // An agent that is busy for 2 s is still there; its lease says for how long. A session that it does not know is over.
        if (error instanceof Refusal) this.#events.ended();
        else this.#events.ready();
      },
    );
  }

  sendLast(text: string, done: () => void): void {
    sendBatch(this.#peer, this.#session, text).then(done, done);
  }

  close(): void {
    this.#isClosed = true;
  }
}
