/** Keeps the bot in touch with whatever agent there is: finds it, says hello, and tries again when it is gone. */
import { Agent } from 'node:http';
import { findAgent } from './address.js';
import { readWelcome, type Told } from './answer.js';
import { type LineQueue, lineText } from './line-queue.js';
import { Refusal, sayHello, sendBatch } from './requests.js';
import { AgentSession } from './session.js';
import type { ConnectOptions } from './types.js';

/** The first wait after a failure, and the longest, in ms (wire.md: 0.25 s to 5 s). */
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;

/** A session that breaks off sooner than this, in ms, may have met something that cannot carry a long request. */
const SHORT_LIFE_MS = 5_000;

/** After so many of them the next one sends batches. */
const SHORT_LIVES = 2;

/** How long a goodbye may take, in ms (wire.md: 200 ms). */
const BYE_MS = 200;

/** What a link needs of the bot, and what it tells it. */
export interface LinkOptions {
  where: Pick<ConnectOptions, 'url' | 'token' | 'stateDir'>;
  queue: LineQueue;
  /** The body of a hello as of now. */
  hello: () => unknown;
  /** A session has begun; its decision follows at once. */
  begun: () => void;
  told: (told: Told) => void;
  /** The agent was silent past its lease. */
  lost: () => void;
}

/** Tries for as long as it is open, 0.25 s to 5 s apart. */
export class Link {
  readonly #options: LinkOptions;
  readonly #agent = new Agent({ keepAlive: true });
  /** What the agent answered when it refused the last hello; null when it did not. */
  refusal: string | null = null;
  #session: AgentSession | null = null;
  #failures = 0;
  #shortLives = 0;
  #retry: NodeJS.Timeout | null = null;
  #lease: NodeJS.Timeout | null = null;
  #isClosed = false;
  /** The session that the next hello goes on from. */
  #before: string | null = null;
  /** What the bot offers changed while a hello was on its way. */
  #isStale = false;
  #isAsking = false;
  /** The newest attempt, until it has come to its end. */
  #attempting: Promise<void>;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#attempting = this.#attempt();
  }

  get isConnected(): boolean {
    return this.#session !== null;
  }

  /** Says that there are lines in the queue. */
  wake(): void {
    this.#session?.wake();
  }

  /** Says hello again, since the bot offers other things: at once where somebody listens, else with the next one. */
  sayAgain(): void {
    if (this.#isAsking) this.#isStale = true;
    if (this.#session === null || this.#isClosed) return;
    this.#before = this.#session.id;
    this.#session.end();
  }

  /** Says goodbye if somebody listens, and ends for good. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const timer of [this.#retry, this.#lease]) if (timer !== null) clearTimeout(timer);
    const session = this.#session;
    if (session !== null) {
      await withinBye((done) => session.sayBye(done));
      session.end();
    } else if (this.#isAsking) {
      await withinBye((done) => void this.#attempting.then(done));
      // An answer that comes later still gets its goodbye, and only then the connections end.
      if (this.#isAsking) return;
    }
    this.#agent.destroy();
  }

  async #attempt(): Promise<void> {
    this.#isAsking = true;
    try {
      const address = await findAgent(this.#options.where);
      if (address === null) throw new Error('no agent is running');
      if (this.#isClosed) return;
      const peer = { ...address, agent: this.#agent };
      const welcome = readWelcome(await sayHello(peer, this.#options.hello(), this.#before));
      if (welcome === null) throw new Error('the answer to the hello is none');
      if (this.#isClosed) {
        // The bot closed meanwhile: the session that it does not want ends at once, and not with its lease.
        await sendBatch(peer, welcome.session, `${lineText({ kind: 'bye' })}\n`);
        return;
      }
      const { queue } = this.#options;
      const inBatches = this.#shortLives >= SHORT_LIVES;
      const session = new AgentSession(
        { peer, welcome, queue, inBatches },
        {
          told: (told) => this.#options.told(told),
          proven: () => {
            this.#failures = 0;
          },
          ended: () => this.#ended(session),
        },
      );
      this.#session = session;
      this.refusal = null;
      if (this.#lease !== null) clearTimeout(this.#lease);
      this.#options.begun();
      this.#options.told(welcome);
      session.wake();
      this.#before = null;
      this.#isAsking = false;
      if (this.#isStale) this.sayAgain();
      this.#isStale = false;
    } catch (error) {
      this.#isAsking = false;
      this.refusal = error instanceof Refusal ? error.message : null;
      // An agent that is absent, starting or of another version is ordinary: the bot runs on by itself.
      this.#tryLater();
    } finally {
      if (this.#isClosed && this.#session === null) {
        this.#isAsking = false;
        this.#agent.destroy();
      }
    }
  }

  #ended(session: AgentSession): void {
    this.#session = null;
    if (this.#isClosed) return;
    const isAgain = this.#before === session.id;
    const isShort = !isAgain && performance.now() - session.beganMs < SHORT_LIFE_MS;
    // After batches the long request gets another chance: what stood between may be gone.
    this.#shortLives = session.isInBatches ? SHORT_LIVES - 1 : isShort ? this.#shortLives + 1 : 0;
    const leftMs = session.heardMs + session.leaseMs - performance.now();
    this.#lease = setTimeout(() => this.#options.lost(), Math.max(0, leftMs));
    this.#lease.unref();
    if (isAgain) this.#attempting = this.#attempt();
    else this.#tryLater();
  }

  /** The wait doubles with each failure; the jitter keeps several bots from coming back at the same instant. */
  #tryLater(): void {
    if (this.#isClosed) return;
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures);
    this.#failures = Math.min(this.#failures + 1, 10);
    this.#retry = setTimeout(
      () => {
        this.#attempting = this.#attempt();
      },
      waitMs * (0.5 + Math.random() / 2),
    );
    this.#retry.unref();
  }
}

/** Waits for a goodbye, 200 ms at most. Its timer alone keeps the process: whoever waits for the goodbye gets it. */
function withinBye(say: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, BYE_MS);
    say(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
