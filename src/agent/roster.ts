/** Who is there: the controlling bot and its observers, as people are told. */
import type { TickEvent } from '../shapes/sample.js';
import type { Log } from './log.js';

/** The controlling bot, for as long as its session lasts. */
export interface PresentBot {
  name: string;
  session: string;
  paused: boolean;
}

/** At most one bot controls; the others observe and are known by name only. */
export class Roster {
  readonly #log: Log;
  readonly #observers: Map<string, string> = new Map();
  #bot: PresentBot | null = null;

  constructor(log: Log) {
    this.#log = log;
  }

  get bot(): PresentBot | null {
    return this.#bot;
  }

  /** Names of the bots that observe. */
  get observers(): string[] {
    return [...this.#observers.values()];
  }

  follow(event: TickEvent): void {
    switch (event.kind) {
      case 'hello': {
        const { name, session, controls } = event;
        // One that observed may be given control: it is then no observer any more.
        this.#observers.delete(session);
        if (event.replaces !== undefined && this.#bot?.session === event.replaces) {
          this.#bot = { ...this.#bot, session };
          this.#log('info', `${name} offers other models or knobs now`);
          return;
        }
        if (controls) this.#bot = { name, session, paused: false };
        else this.#observers.set(session, name);
        this.#log('info', `${name} joined${controls ? '' : ', it observes'}`);
        return;
      }
      case 'bye':
        this.#observers.delete(event.session);
        if (this.#bot?.session !== event.session) return;
        this.#log(
          'info',
          `${this.#bot.name} left${event.cause === 'lease' ? ': it was silent past its lease' : ''}`,
        );
        this.#bot = null;
        return;
      case 'pause':
      case 'resume':
        if (this.#bot?.session === event.session)
          this.#bot = { ...this.#bot, paused: event.kind === 'pause' };
    }
  }
}
