/** One bot's session: what it offered and what it was told. */
import type { BotHello } from '../shapes/generated/bot-hello.js';
import type { KnobOffer, KnobValue } from '../shapes/knob.js';
import type { FrameRules } from '../shapes/rule.js';
import type { HelloEvent } from '../shapes/sample.js';
import { isOffered, toHelloEvent } from './offer.js';

/** What every answer to a bot carries. */
export interface DecisionAnswer {
  decision: Record<string, KnobValue>;
  revision: number;
  frameRules: FrameRules;
}

/** Someone who follows a session, such as an event stream. */
export interface SessionListener {
  changed(answer: DecisionAnswer): void;
  /** The session is over, by a bye or because its lease ran out; nothing follows. */
  ended(cause: 'bye' | 'lease'): void;
}

/** A bot from its hello to its bye, or to the end of its lease. */
export class Session {
  readonly id: string;
  readonly name: string;
  readonly pid: number | undefined;
  /** The card that the bot computes on, where it said so. */
  readonly gpuUuid: string | undefined;
  readonly listeners: Set<SessionListener> = new Set();
  /** Open streams and event streams of the bot; while there is one, the bot is there. */
  connections = 0;
  wasConnected = false;
  /** When it said hello, in the agent's ms. */
  readonly beganMs: number;
  /** When its last line or heartbeat came, in the agent's ms. */
  seenMs: number;
  /** True once the tick has seen the hello: values decided before it are not for this bot. */
  wasDrained = false;
  #event: HelloEvent;
  #decision: Record<string, KnobValue>;
  #revision: number;
  #frameRules: FrameRules;

  constructor(
    id: string,
    hello: BotHello,
    start: {
      controls: boolean;
      nowMs: number;
      revision: number;
      frameRules: FrameRules;
      replaces?: string | undefined;
    },
  ) {
    this.id = id;
    this.name = hello.name;
    this.pid = hello.pid;
    this.gpuUuid = hello.gpuUuid;
    this.#event = toHelloEvent(hello, id, start.controls, start.replaces);
    this.beganMs = start.nowMs;
    this.seenMs = start.nowMs;
    this.#decision = Object.fromEntries(
      Object.entries(this.#event.knobs).map(([name, { value }]) => [name, value]),
    );
    this.#revision = start.revision;
    this.#frameRules = start.frameRules;
  }

  /** The hello as the tick sees it. */
  get event(): HelloEvent {
    return this.#event;
  }

  get controls(): boolean {
    return this.#event.controls;
  }

  /** Makes an observer the controlling bot; the tick has to see its hello once more. */
  takeControl(): void {
    this.#event = { ...this.#event, controls: true };
    this.wasDrained = false;
  }

  get offersKnobs(): boolean {
    return Object.keys(this.event.knobs).length > 0;
  }

  /** The knob as offered; undefined when it was not. */
  offer(knob: string): KnobOffer | undefined {
    return Object.hasOwn(this.event.knobs, knob) ? this.event.knobs[knob] : undefined;
  }

  get answer(): DecisionAnswer {
    return { decision: { ...this.#decision }, revision: this.#revision, frameRules: this.#frameRules };
  }

  /** The values that differ from what the bot was told; only offered knobs, only offered values. */
  changesIn(values: Record<string, KnobValue>): Record<string, KnobValue> {
    const changes = Object.entries(values).filter(([knob, value]) => {
      const offer = this.offer(knob);
      return offer !== undefined && value !== this.#decision[knob] && isOffered(offer, value);
    });
    return Object.fromEntries(changes);
  }

  /** Takes what the bot is told from now on, and tells all who listen. */
  tell(changes: Record<string, KnobValue>, frameRules: FrameRules, revision: number): void {
    this.#decision = { ...this.#decision, ...changes };
    this.#frameRules = frameRules;
    this.#revision = revision;
    for (const listener of this.listeners) listener.changed(this.answer);
  }
}
