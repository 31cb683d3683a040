/** From what a person wrote after `--gpu` to open cards: which way they are read, and why not another one. */
import { EvenkeelError } from '../errors.js';
import type { Card, CardSet, CardWriter } from '../shapes/gpu.js';
import { cardSet } from './card-set.js';
import { NoCard } from './none.js';
import { openNvml, type Pace } from './nvml/index.js';
import { openRecorded } from './recorded/index.js';
import { SimulatedCard } from './simulated/card.js';
import { openSmi } from './smi/index.js';

/** What `--gpu` takes; a card's UUID (`GPU-…`) as well. */
export const CARD_SPECS = ['auto', 'none', 'simulated', 'nvml', 'smi', 'recorded:FILE'] as const;

/** How cards are opened; all of it may be left out. */
export interface OpenCardsOptions {
  /** Where `auto` finds no card, the demo's is simulated; otherwise there is none. */
  isDemo?: boolean | undefined;
  pace?: Pace | undefined;
  /** Changes settings; without one every knob of a real card is read-only. It is not closed with the cards. */
  writer?: CardWriter | undefined;
  /** Where library and program are looked for: `NVML_LIBRARY`, `PATH`. This process's environment unless given. */
  env?: NodeJS.ProcessEnv | undefined;
  /** The compiled entry of the child that reads NVML; found by itself unless given. */
  childEntry?: URL | undefined;
}

/** What a run has unless its configuration says otherwise. */
const PACE: Pace = { fastMs: 500, slowMs: 5_000, rareMs: 30_000 };

const SIMULATED = 'the card is simulated: nothing of it is measured';

/** The cards, or why they cannot be read this way: a sentence. */
type Opening = { ok: true; cards: CardSet } | { ok: false; why: string };

/**
 * Opens the cards that `spec` names. The note of the set says how they are read and why not another way.
 * @throws EvenkeelError `gpuUnavailable` for a card that this machine lacks, `badFile` and `badRecording` for what is no
 * recording, `badFlag` for what is none of `CARD_SPECS`.
 */
export async function openCards(spec: string, options: OpenCardsOptions = {}): Promise<CardSet> {
  switch (spec) {
    case 'auto':
      return openAuto(options);
    case 'simulated':
      return cardSet([new SimulatedCard()], { note: `${SIMULATED}, as asked` });
    case 'none':
      return cardSet([new NoCard()], { note: 'no card is watched, as asked' });
    case 'nvml':
      return cardsOf(await byNvml(options), spec, 'use --gpu smi, auto or simulated');
    case 'smi':
      return cardsOf(await bySmi(options), spec, 'use --gpu nvml, auto or simulated');
  }
  if (/^recorded:./.test(spec)) return openRecorded(spec.slice('recorded:'.length));
  if (spec.startsWith('GPU-')) return openNamed(spec, options);
  throw new EvenkeelError(
    'badFlag',
    `expected one of ${CARD_SPECS.join(', ')} or a UUID (GPU-…), got "${spec}"`,
    { details: { spec } },
  );
}

/** Whether a card takes its load from the agent. */
export function takesLoad(card: Card): card is SimulatedCard {
  return card instanceof SimulatedCard;
}

async function openAuto(options: OpenCardsOptions): Promise<CardSet> {
  const opening = await byEither(options);
  if (opening.ok) return opening.cards;
  if (options.isDemo === true)
    return cardSet([new SimulatedCard()], {
      note: `${SIMULATED}, because no real card can be read; ${opening.why}`,
    });
  const why = `no card can be read; ${opening.why}`;
  return cardSet([new NoCard(why)], { note: `no card is watched, because ${why}` });
}

async function openNamed(uuid: string, options: OpenCardsOptions): Promise<CardSet> {
  const cards = cardsOf(await byEither(options), uuid, 'use --gpu auto or simulated');
  if (cards.choose(uuid)) return cards;
  const there = cards.cards.map(({ inventory }) => `${inventory.uuid} (${inventory.name})`).join(', ');
  await cards.close();
  throw new EvenkeelError(
    'gpuUnavailable',
    `expected the UUID of a card that is there, got ${uuid}; there is ${there}`,
    {
      details: { spec: uuid },
    },
  );
}

/** NVML where it loads, nvidia-smi where only that is there. */
async function byEither(options: OpenCardsOptions): Promise<Opening> {
  const nvml = await byNvml(options);
  if (nvml.ok) return nvml;
  const because = `NVML: ${nvml.why}`;
  const smi = await bySmi(options, because);
  return smi.ok ? smi : { ok: false, why: `${because}; ${smi.why}` };
}

async function byNvml({ pace = PACE, writer, env, childEntry }: OpenCardsOptions): Promise<Opening> {
  return openNvml({ pace, writer, env, childEntry });
}

async function bySmi({ writer, env = process.env }: OpenCardsOptions, because?: string): Promise<Opening> {
  return openSmi({ writer, machine: { env }, because });
}

function cardsOf(opening: Opening, spec: string, remedy: string): CardSet {
  if (opening.ok) return opening.cards;
  throw new EvenkeelError(
    'gpuUnavailable',
    `no card can be read with --gpu ${spec}: ${opening.why}; ${remedy}`,
    {
      details: { spec },
    },
  );
}
