/** GET /v1/events: what happens, pushed to everyone who follows; samples are batched, slow clients dropped. */
import type { FastifyInstance } from 'fastify';
import { EvenkeelError } from '../errors.js';
import type { AgentEvent, AgentPort } from '../shapes/port.js';
import type { OpenStreams } from './open-streams.js';
import { type EventStream, openEventStream } from './sse.js';

/** Time between two samples at least, in ms (wire.md: 4 Hz). */
const SAMPLE_MS = 250;

/** Some twenty samples; a client that leaves more unread is dropped and may connect again. */
const EVENTS_LIMIT_BYTES = 1_048_576;

/** Most clients at once; each costs a copy of every event. */
const CLIENT_LIMIT = 64;

type SampleEvent = Extract<AgentEvent, { kind: 'sample' }>;

/** Follows the agent while somebody listens, and makes each event's text once for all of them. */
class EventHub {
  readonly #port: AgentPort;
  readonly #clients = new Set<EventStream>();
  #unsubscribe: (() => void) | null = null;
  #waiting: SampleEvent | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(port: AgentPort) {
    this.#port = port;
  }

  get isFull(): boolean {
    return this.#clients.size >= CLIENT_LIMIT;
  }

  /** Adds a client, which gets the present state as its first sample. */
  add(client: EventStream): void {
    this.#clients.add(client);
    this.#unsubscribe ??= this.#port.subscribe((event) => this.#take(event));
    client.send('sample', JSON.stringify(this.#port.state()));
  }

  remove(client: EventStream): void {
    this.#clients.delete(client);
    if (this.#clients.size > 0) return;
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting = null;
  }

  #take(event: AgentEvent): void {
    switch (event.kind) {
      case 'sample':
        this.#batch(event);
        break;
      case 'decision':
        this.#send('decision', { entries: event.entries, decision: event.decision });
        break;
      case 'rule':
        this.#send('rule', event.rule);
        break;
      case 'reload':
        this.#send('reload', event.book);
        break;
    }
  }

  /** The first sample goes at once; of those in the 250 ms after it only the newest. */
  #batch(event: SampleEvent): void {
    if (this.#timer !== null) {
      this.#waiting = event;
      return;
    }
    this.#send('sample', event.state);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      const waiting = this.#waiting;
      this.#waiting = null;
      if (waiting !== null) this.#batch(waiting);
    }, SAMPLE_MS);
    this.#timer.unref();
  }

  #send(name: string, data: unknown): void {
    const text = JSON.stringify(data);
    for (const client of [...this.#clients]) client.send(name, text);
  }
}

/** Adds GET /v1/events with the events `sample`, `decision`, `rule` and `reload`. */
export async function addEvents(
  app: FastifyInstance,
  { port, streams }: { port: AgentPort; streams: OpenStreams },
): Promise<void> {
  const hub = new EventHub(port);
  app.get('/v1/events', { exposeHeadRoute: false }, (_request, reply) => {
    if (hub.isFull) {
      throw new EvenkeelError('tooMany', `expected at most ${CLIENT_LIMIT} followers of events at once`);
    }
    const client = openEventStream(reply, streams, EVENTS_LIMIT_BYTES, () => hub.remove(client));
    hub.add(client);
  });
}
