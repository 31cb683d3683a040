/** Which card is the bot's, and the knobs of that card: the one the bot says it computes on, unless a person named one. */
import {
  type HardwareActuator,
  type HardwareOptions,
  openHardwareKnobs,
} from '../actuators/hardware-knobs.js';
import type { BotItem } from '../bot/index.js';
import type { CardSet } from '../shapes/gpu.js';
import type { TickEvent } from '../shapes/sample.js';

/** What the bot's card is chosen from. */
export interface BotCardOptions extends Omit<HardwareOptions, 'card'> {
  cards: CardSet;
  /** A person named the card with `--gpu`: it stays the bot's, whatever a bot says. */
  isNamed: boolean;
}

/** The actuator of the card that is the bot's now. */
export interface BotCard extends HardwareActuator {
  /**
   * Takes the hellos among what bots sent. Where the controlling bot computes on another card, that one is the bot's from
   * this tick on: what was set on the old one is given back, and the events say so to the tick.
   */
  follow(items: readonly BotItem[]): TickEvent[];
}

/** Begins with the first card of the set. */
export function openBotCard({ cards, isNamed, ...options }: BotCardOptions): BotCard {
  const told = new Set<string>();
  let knobs = openHardwareKnobs({ ...options, card: cards.cards[0] });
  let leaving: Promise<void> = Promise.resolve();

  const tellOnce = (text: string): void => {
    if (!told.has(text)) options.log('warn', text);
    told.add(text);
  };

  const move = (uuid: string, bot: string): TickEvent[] => {
    const before = cards.cards[0].inventory;
    if (uuid === before.uuid) return [];
    const stays = `${before.name} (${before.uuid}) stays the one that is watched for it`;
    if (isNamed) {
      tellOnce(`${bot} computes on the card ${uuid}; ${stays}, because --gpu names it`);
      return [];
    }
    if (!cards.choose(uuid)) {
      const there = cards.cards.map(({ inventory }) => inventory.uuid).join(', ');
      tellOnce(`${bot} computes on the card ${uuid}, expected one of ${there}; ${stays}`);
      return [];
    }
    const left = knobs;
    const [card] = cards.cards;
    leaving = Promise.all([leaving, left.restore()])
      .then(() => undefined)
      .catch((error: unknown) => options.log('warn', `could not give back a setting: ${String(error)}`));
    knobs = openHardwareKnobs({ ...options, card });
    const { name } = card.inventory;
    options.log(
      'info',
      `${bot} computes on ${name} (${uuid}): gpu. is that card now; the profile stays as it is`,
    );
    return [{ kind: 'card', name }];
  };

  return {
    follow(items) {
      return items.flatMap((item) =>
        item.kind === 'hello' && item.event.controls && item.gpuUuid !== undefined
          ? move(item.gpuUuid, item.event.name)
          : [],
      );
    },
    events: (moment) => knobs.events(moment),
    start: (values, revision) => knobs.start(values, revision),
    takeUp: (knob) => knobs.takeUp(knob),
    notices: () => knobs.notices(),
    async restore() {
      await Promise.all([leaving, knobs.restore()]);
    },
  };
}
