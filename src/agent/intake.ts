/** Everything that goes into one tick, gathered at one moment: readings, bots, outcomes, wishes. */
import type { Actuator } from '../actuators/actuator.js';
import type { BotRegistry } from '../bot/index.js';
import { isGap as isGapIn } from '../facts/gap.js';
import { takesLoad } from '../gpu/choose.js';
import { sampleCard } from '../samplers/card.js';
import { type MachineSampler, openMachineSampler } from '../samplers/machine/index.js';
import { openSelfSampler, type SelfSampler } from '../samplers/self.js';
import type { CardSet } from '../shapes/gpu.js';
import type { Readings } from '../shapes/reading.js';
import type { Sample, TickEvent } from '../shapes/sample.js';
import type { BotCard } from './bot-card.js';
import { CardTiers } from './card-tiers.js';
import type { Inbox } from './inbox.js';

/** The sources of one tick's sample. */
export interface IntakeOptions {
  cards: CardSet;
  bots: BotRegistry;
  inbox: Inbox;
  /** Learns from hellos which card is the bot's. */
  card: Pick<BotCard, 'follow'>;
  actuators: readonly Actuator[];
  /** Time between ticks in ms. */
  intervalMs: number;
  /** How often the slow tier is read, in ms. */
  slowMs: number;
}

/** Takes one sample a tick; readings, events and wishes in it are of the same moment. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #machine: MachineSampler;
  readonly #self: SelfSampler;
  readonly #tiers: CardTiers;
  #wishes: TickEvent[] = [];
  #lastMs = 0;
  #lastWallMs: number | null = null;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#machine = openMachineSampler({ slowEveryMs: options.slowMs });
    this.#self = openSelfSampler(process, () => options.cards.outsideCpuUs);
    this.#tiers = new CardTiers(options.cards);
  }

  /** An input of the next tick. */
  add(event: TickEvent): void {
    this.#wishes.push(event);
  }

  /** The sample of a tick at `atMs`; `tickMs` is what the tick before took. */
  take(cause: Sample['cause'], atMs: number, wallMs: number, tickMs: number): Sample {
    const { bots, inbox, card, actuators, intervalMs } = this.#options;
    bots.expire(atMs);
    const items = bots.drain();
    const moved = card.follow(items);
    const told = inbox.takeEvents(items);
    const dtMs = atMs - this.#lastMs;
    const isGap = this.#lastWallMs !== null && isGapIn(dtMs, wallMs - this.#lastWallMs, intervalMs);
    this.#lastMs = atMs;
    this.#lastWallMs = wallMs;
    const own: Readings = { 'agent.tickMs': [Math.round(tickMs * 1000) / 1000, 'measured', 0] };
    const readings = {
      ...this.#machine.sample(atMs),
      ...this.#readCards(atMs, dtMs, told),
      ...this.#self.sample(atMs),
      ...own,
    };
    const owned = actuators.flatMap((actuator) => actuator.events({ atMs, isGap, readings }));
    const events = [...this.#wishes, ...told, ...moved, ...this.#tiers.events(), ...owned];
    this.#wishes = [];
    return { kind: 'sample', atMs, wallMs, cause, readings, events };
  }

  close(): void {
    this.#machine.close();
  }

  /** A simulated card is as busy as the bot's inference really was. */
  #readCards(atMs: number, dtMs: number, events: readonly TickEvent[]): Readings {
    const { cards } = this.#options.cards;
    const [card] = cards;
    if (takesLoad(card) && dtMs > 0) {
      let busyMs = 0;
      for (const event of events) {
        if (event.kind === 'frames') busyMs += event.folds['inference.inferenceMs']?.sum ?? 0;
      }
      card.setLoad({ busyShare: Math.min(1, busyMs / dtMs) });
    }
    return Object.assign({}, ...cards.map((one, place) => sampleCard(one, place, atMs)));
  }
}
